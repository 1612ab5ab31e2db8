import { checkIban, last4 as last4OfIban } from '@obole/sepa/iban.js'
import { isCardNumber, last4, normaliseCardNumber } from '@obole/vault/card-number.js'
import type { Address } from '../../addresses/store.ts'
import type { BankAccount } from '../../bank-accounts/store.ts'
import { claimsOf as cardClaims } from '../../cards/create-card.ts'
import type { Card } from '../../cards/store.ts'
import { claimsOf as customerClaims } from '../../customers/create-customer.ts'
import type { Customer } from '../../customers/store.ts'
import { Secret } from '../../kernel/secret.ts'
import { sealedNumber } from '../../numbers/number.ts'
import { insertion } from '../../platform/change.ts'
import { type Ctx, processorOf } from '../../processors/ctx.ts'
import { type Imported, imported, named, Unusable, whole } from './imported.ts'
import type { AddressLine, CardLine, CustomerLine, SepaLine } from './line-schemas.ts'
import { tables } from './tables.ts'

export function importCustomer(ctx: Ctx, it: CustomerLine): Imported {
  const row: Customer = {
    ...whole(ctx, it),
    deleted: it.deleted ?? false,
    created: it.created,
    email: it.email ?? null,
    mobile: it.mobile ?? null,
    name: it.name ?? null,
    country: it.country ?? null,
    date_birth: it.date_birth ?? null,
    external_id: it.external_id ?? null,
    legal_id: it.legal_id ?? null,
    billing_address: it.billing_address ?? null,
    shipping_address: it.shipping_address ?? null,
  }
  return imported('customer', row, {
    insert: [insertion(tables.customer, row)],
    claims: row.deleted ? [] : customerClaims(row, 'external_id'),
    names: named({ address: [row.billing_address, row.shipping_address] }),
  })
}

export function importAddress(ctx: Ctx, it: AddressLine): Imported {
  const row: Address = {
    ...whole(ctx, it),
    deleted: it.deleted ?? false,
    created: it.created_at,
    line1: it.line1 ?? null,
    line2: it.line2 ?? null,
    line3: it.line3 ?? null,
    zip_code: it.zip_code,
    city: it.city,
    state: it.state ?? null,
    country: it.country,
    metadata: it.metadata ?? null,
  }
  return imported('address', row, { insert: [insertion(tables.address, row)] })
}

/** What a number in clear says of its card. */
function cardFacts(ctx: Ctx, text: string) {
  const number = normaliseCardNumber(text)
  if (!isCardNumber(number)) throw new Unusable('number: this is not a card number')
  const facts = processorOf(ctx).cardFacts(new Secret(number))
  if (!facts) throw new Unusable('number: test mode takes the published test cards only')
  const fingerprint = ctx.vault.fingerprint(ctx.account, ctx.live, 'pan', number)
  return { number: new Secret(number), facts: { ...facts, last4: last4(number), fingerprint } }
}

export function importCard(ctx: Ctx, it: CardLine): Imported {
  const known = it.number === undefined ? undefined : cardFacts(ctx, it.number)
  const shown = it.last4 ?? known?.facts.last4
  const brand = it.brand ?? known?.facts.brand
  if (!shown || !brand) throw new Unusable('last4, brand: required of a card without its number')
  const row: Card = {
    ...whole(ctx, it),
    deleted: it.deleted ?? false,
    created: it.created,
    fingerprint: known?.facts.fingerprint ?? null,
    last4: shown,
    brand,
    country: it.country ?? known?.facts.country ?? null,
    funding: it.funding ?? known?.facts.funding ?? null,
    nature: it.nature ?? known?.facts.nature ?? null,
    network: it.network ?? known?.facts.network ?? null,
    preferred_network: it.preferred_network ?? null,
    exp_month: it.exp_month,
    exp_year: it.exp_year,
    name: it.name ?? null,
    zip_code: it.zip_code ?? null,
    external_id: it.external_id ?? null,
    customer: it.customer ?? null,
    tokenize: it.tokenize ?? true,
  }
  const sealed = known ? [sealedNumber(ctx, row.id, 'pan', known.number)] : []
  return imported('card', row, {
    insert: [insertion(tables.card, row), ...sealed],
    claims: row.deleted ? [] : cardClaims(row),
    names: named({ customer: [row.customer] }),
  })
}

export function importSepa(ctx: Ctx, it: SepaLine): Imported {
  const checked = it.iban === undefined ? undefined : checkIban(it.iban)
  if (checked && !checked.ok) throw new Unusable(`iban: not valid (${checked.reason})`)
  // Live numbers are kept where live payments are possible, and nowhere else.
  if (checked) processorOf(ctx)
  const iban = checked?.ok ? checked.iban : undefined
  const shown = it.last4 ?? (iban && last4OfIban(iban))
  if (!shown) throw new Unusable('last4: required of a bank account without its IBAN')
  const row: BankAccount = {
    ...whole(ctx, it),
    deleted: it.deleted ?? false,
    created: it.created,
    fingerprint: iban ? ctx.vault.fingerprint(ctx.account, ctx.live, 'iban', iban) : null,
    last4: shown,
    country: it.country ?? (iban ? iban.slice(0, 2) : null),
    bic: it.bic ?? null,
    name: it.name,
    mandate: it.mandate ?? null,
    date_mandate: it.date_mandate ?? null,
    date_birth: it.date_birth ?? null,
    customer: it.customer ?? null,
  }
  const sealed = iban ? [sealedNumber(ctx, row.id, 'iban', new Secret(iban))] : []
  return imported('sepa', row, {
    insert: [insertion(tables.sepa, row), ...sealed],
    names: named({ customer: [row.customer] }),
  })
}
