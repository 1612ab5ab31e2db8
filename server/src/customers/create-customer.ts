import { checkAddresses } from '../addresses/check-addresses.ts'
import { event } from '../events/event.ts'
import { newId } from '../kernel/ids.ts'
import { Refusal } from '../kernel/problem.ts'
import { wholeSecond } from '../kernel/time.ts'
import { type Claim, insertion } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type Customer, customers, findByExternalId, findByTriple } from './store.ts'

export type CustomerFields = Omit<
  Customer,
  'account' | 'live' | 'id' | 'version' | 'created' | 'deleted'
>

export interface CreateCustomer extends Partial<CustomerFields> {
  /**
   * What must be nobody else's. `triple`: e-mail, mobile and external id together, else refused;
   * `triple_or_reuse`: else that customer is taken; `external_id`: alone, and the same data with it
   * is the same customer.
   */
  unique: 'triple' | 'triple_or_reuse' | 'external_id'
}

const duplicate = (id: string): Refusal => new Refusal('duplicate', { kind: 'customer', id })

/** The claims that a customer holds while it has these values. */
export function claimsOf(it: Customer, unique: CreateCustomer['unique']): Claim[] {
  if (unique === 'external_id') {
    return it.external_id === null
      ? []
      : [{ scope: 'customer.external_id', value: it.external_id, owner: it.id }]
  }
  const value = JSON.stringify([it.email, it.mobile, it.external_id])
  return [{ scope: 'customer.triple', value, owner: it.id }]
}

async function existing(ctx: Ctx, row: Customer, unique: CreateCustomer['unique']) {
  if (unique !== 'external_id') {
    const found = await findByTriple(ctx, row)
    if (found && unique === 'triple') throw duplicate(found.id)
    return found
  }
  const found = row.external_id === null ? undefined : await findByExternalId(ctx, row.external_id)
  if (!found) return undefined
  if (found.email !== row.email || found.mobile !== row.mobile) throw duplicate(found.id)
  return found
}

/** Decides a new customer, or the one that exists. Refuses as `createCustomer`. */
export async function planCustomer(ctx: Ctx, input: CreateCustomer): Promise<Decision<Customer>> {
  const { unique, ...fields } = input
  const row: Customer = {
    account: ctx.account,
    live: ctx.live,
    id: newId('cust'),
    version: 1,
    created: wholeSecond(ctx.now),
    deleted: false,
    email: null,
    mobile: null,
    name: null,
    country: null,
    date_birth: null,
    external_id: null,
    legal_id: null,
    billing_address: null,
    shipping_address: null,
    ...fields,
  }
  if (row.email === null && row.mobile === null) {
    throw new Refusal('invalid_request', {
      loc: ['body', '__root__'],
      message: 'A customer needs an email or a mobile',
    })
  }
  await checkAddresses(ctx, row)
  const found = await existing(ctx, row, unique)
  if (found) return { result: found }
  return {
    change: {
      claim: claimsOf(row, unique),
      insert: [insertion(customers, row)],
      events: [event(ctx, 'customer', 'created', row)],
    },
    result: row,
  }
}

/**
 * Makes a customer. Refuses with invalid_request (neither email nor mobile), not_found (address),
 * duplicate.
 */
export const createCustomer = verb(planCustomer)
