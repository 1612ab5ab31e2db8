import { isCardNumber, last4, normaliseCardNumber } from '@obole/vault/card-number.js'
import { findCustomer } from '../customers/store.ts'
import { event } from '../events/event.ts'
import { newId } from '../kernel/ids.ts'
import { Refusal } from '../kernel/problem.ts'
import { Secret } from '../kernel/secret.ts'
import { wholeSecond } from '../kernel/time.ts'
import { sealedNumber } from '../numbers/number.ts'
import { type Claim, insertion } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import type { CardFacts } from '../processors/processor.ts'
import { type Card, cards, findByExternalId, findSameCard } from './store.ts'

export interface CreateCard {
  number: Secret<string>
  exp_month: number
  exp_year: number
  name?: string | null
  external_id?: string | null
  zip_code?: string | null
  customer?: string | null
  tokenize?: boolean
  preferred_network?: string | null
  /** What happens when the account has this number and expiry already. */
  same_card: 'refuse' | 'reuse'
  /** Where the number stood in the request, for its errors. */
  loc: readonly string[]
}

const duplicate = (id: string): Refusal => new Refusal('duplicate', { kind: 'card', id })

/**
 * The claims that a card holds while it has these values. A card for one payment only is nobody's
 * duplicate.
 */
export function claimsOf(it: Card): Claim[] {
  const claims: Claim[] = []
  if (it.fingerprint && it.tokenize) {
    const value = `${it.fingerprint} ${it.exp_month}/${it.exp_year}`
    claims.push({ scope: 'card.number', value, owner: it.id })
  }
  if (it.external_id) {
    claims.push({ scope: 'card.external_id', value: it.external_id, owner: it.id })
  }
  return claims
}

function factsOf(ctx: Ctx, number: string, loc: readonly string[]): CardFacts {
  if (!isCardNumber(number)) {
    throw new Refusal('invalid_request', { loc, message: 'The card number is not valid' })
  }
  const facts = processorOf(ctx).cardFacts(new Secret(number))
  if (facts) return facts
  throw new Refusal('test_number_required', {
    loc,
    message: 'Test mode takes the published test cards only; never send a real card number here',
  })
}

async function existing(ctx: Ctx, row: Card, same_card: CreateCard['same_card']) {
  const same = row.tokenize ? await findSameCard(ctx, row) : undefined
  if (same && same_card === 'refuse') throw duplicate(same.id)
  if (same) return same
  const other = row.external_id ? await findByExternalId(ctx, row.external_id) : undefined
  if (other) throw duplicate(other.id)
  return undefined
}

/** Decides a new card, or the one that exists. Refuses as `createCard`. */
export async function planCard(ctx: Ctx, input: CreateCard): Promise<Decision<Card>> {
  const { number: secret, same_card, loc, ...fields } = input
  const number = new Secret(normaliseCardNumber(secret.reveal()))
  const facts = factsOf(ctx, number.reveal(), loc)
  const row: Card = {
    account: ctx.account,
    live: ctx.live,
    id: newId('card'),
    version: 1,
    created: wholeSecond(ctx.now),
    deleted: false,
    fingerprint: ctx.vault.fingerprint(ctx.account, ctx.live, 'pan', number.reveal()),
    last4: last4(number.reveal()),
    ...facts,
    name: null,
    external_id: null,
    zip_code: null,
    customer: null,
    tokenize: true,
    preferred_network: null,
    ...fields,
  }
  if (row.customer && !(await findCustomer(ctx, row.customer))) {
    throw new Refusal('not_found', { kind: 'customer', id: row.customer })
  }
  const found = await existing(ctx, row, same_card)
  if (found) return { result: found }
  return {
    change: {
      claim: claimsOf(row),
      insert: [insertion(cards, row), sealedNumber(ctx, row.id, 'pan', number)],
      events: [event(ctx, 'card', 'created', row)],
    },
    result: row,
  }
}

/**
 * Keeps a card. Its number goes to the vault; the code on its back is not kept at all. Refuses with
 * invalid_request, test_number_required, not_found (customer), duplicate, processor_not_configured.
 */
export const createCard = verb(planCard)
