import { normaliseIban } from '@obole/sepa/iban.js'
import { normaliseCardNumber } from '@obole/vault/card-number.js'
import { type CreateBankAccount, planBankAccount } from '../bank-accounts/create-bank-account.ts'
import type { BankAccount } from '../bank-accounts/store.ts'
import { findBankAccounts } from '../bank-accounts/store.ts'
import { type CreateCard, planCard } from '../cards/create-card.ts'
import { type Card, findCards } from '../cards/store.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { Secret } from '../kernel/secret.ts'
import { openNumber } from '../numbers/number.ts'
import type { Part } from '../platform/change.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import type { Method } from '../processors/processor.ts'
import type { Payment } from './store.ts'

/** How the payer pays: something that is kept, by its id, or something new. */
export type MethodInput =
  | { method: Method; id: string }
  | { method: 'card'; given: CreateCard; cvc: Secret<string> | null }
  | { method: 'sepa'; given: CreateBankAccount }

/** The method with its number in hand, for the length of one decision. */
export type Tender =
  | { method: 'card'; card: Card; number: Secret<string>; cvc: Secret<string> | null; part: Part }
  | { method: 'sepa'; sepa: BankAccount; iban: Secret<string>; part: Part }

function known(number: Secret<string> | undefined, method: Method, id: string): Secret<string> {
  if (number) return number
  throw new Refusal('invalid_request', {
    loc: ['body', method],
    message: `The number of ${id} is not known here: it was imported without`,
  })
}

async function keptCard(ctx: Ctx, id: string): Promise<Tender> {
  const [[card], number] = await Promise.all([findCards(ctx, [id]), openNumber(ctx, id)])
  if (!card) throw notFound('card', id)
  return { method: 'card', card, number: known(number, 'card', id), cvc: null, part: {} }
}

async function keptAccount(ctx: Ctx, id: string): Promise<Tender> {
  const [[sepa], iban] = await Promise.all([findBankAccounts(ctx, [id]), openNumber(ctx, id)])
  if (!sepa) throw notFound('sepa', id)
  return { method: 'sepa', sepa, iban: known(iban, 'sepa', id), part: {} }
}

/**
 * A kept method, also one that was deleted since: a payment that began with it goes on. Refuses
 * with not_found.
 */
export const keptTender = (ctx: Ctx, { method, id }: { method: Method; id: string }) =>
  method === 'card' ? keptCard(ctx, id) : keptAccount(ctx, id)

/**
 * A code that is not 3 or 4 digits is a slip of the payer: no bank takes it. `loc` is that of the
 * number. Refuses with invalid_request.
 */
export function checkCvc(cvc: Secret<string> | null, loc: readonly string[]): void {
  if (!cvc || /^[0-9]{3,4}$/.test(cvc.reveal())) return
  throw new Refusal('invalid_request', {
    loc: [...loc.slice(0, -1), 'cvc'],
    message: 'The security code has 3 or 4 digits',
  })
}

/**
 * Finds or makes the method. Refuses with not_found, and as the creation of a card or bank account
 * does.
 */
export async function tenderOf(ctx: Ctx, input: MethodInput): Promise<Tender> {
  if ('id' in input) {
    const tender = await keptTender(ctx, input)
    const { deleted } = tender.method === 'card' ? tender.card : tender.sepa
    if (deleted) throw notFound(input.method, input.id)
    return tender
  }
  if (input.method === 'card') {
    checkCvc(input.cvc, input.given.loc)
    const { result: card, change } = await planCard(ctx, input.given)
    const number = new Secret(normaliseCardNumber(input.given.number.reveal()))
    return { method: 'card', card, number, cvc: input.cvc, part: change ?? {} }
  }
  const { result: sepa, change } = await planBankAccount(ctx, input.given)
  const iban = new Secret(normaliseIban(input.given.iban.reveal()))
  return { method: 'sepa', sepa, iban, part: change ?? {} }
}

/** Refuses a method that the payment does not allow, or that does not take its currency. */
export function checkMethod(
  ctx: Ctx,
  payment: Pick<Payment, 'currency' | 'methods_allowed'>,
  method: Method,
): void {
  if (payment.methods_allowed && !payment.methods_allowed.includes(method)) {
    throw new Refusal('invalid_request', {
      loc: ['body', method],
      message: `This payment does not allow the method ${method}`,
    })
  }
  if (!processorOf(ctx).capabilities[method].includes(payment.currency)) {
    throw new Refusal('method_not_allowed_for_currency', {
      loc: ['body', 'currency'],
      message: `The method ${method} does not take ${payment.currency}`,
    })
  }
}
