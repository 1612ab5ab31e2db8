import { type CreateCustomer, planCustomer } from '../customers/create-customer.ts'
import { wholeSecond } from '../kernel/time.ts'
import { insertion, joined } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type StanAddress, type StanCustomer, stanCustomers } from './store.ts'
import { newUuid } from './uuid.ts'

export interface CreateStanCustomer {
  email: string
  name?: string | null
  firstname?: string | null
  lastname?: string | null
  phone_number?: string | null
  address?: StanAddress | null
}

/** The whole name, and its two parts: what was not said follows from what was. Pure. */
function named(it: CreateStanCustomer): Pick<StanCustomer, 'name' | 'firstname' | 'lastname'> {
  const { firstname = null, lastname = null } = it
  const whole = [firstname, lastname].filter(Boolean).join(' ')
  const name = it.name || whole || null
  if (firstname || lastname || !name) return { name, firstname, lastname }
  const [first = '', ...rest] = name.split(' ')
  return { name, firstname: first, lastname: rest.join(' ') || null }
}

/** A new row. The core's customer is known once it is decided. */
export const stanCustomer = (ctx: Ctx, it: CreateStanCustomer): StanCustomer => ({
  account: ctx.account,
  live: ctx.live,
  id: newUuid(ctx.now),
  version: 1,
  created: wholeSecond(ctx.now),
  customer: null,
  email: it.email,
  ...named(it),
  phone_number: it.phone_number ?? null,
  address: it.address ?? null,
})

/** The core's bounds: what is longer it does not keep. */
const longest = { email: 64, name: 64, mobile: 16 }
const fitting = (text: string | null, length: number): string | null =>
  text && [...text].length <= length ? text : null

/** The core's customer with this e-mail and telephone; undefined when the core cannot keep one. */
export function coreCustomer({ email, name, phone_number }: StanCustomer) {
  if (!fitting(email, longest.email)) return undefined
  return {
    email,
    name: fitting(name, longest.name),
    mobile: fitting(phone_number, longest.mobile),
    unique: 'triple_or_reuse',
  } satisfies CreateCustomer
}

async function plan(ctx: Ctx, input: CreateStanCustomer): Promise<Decision<StanCustomer>> {
  const draft = stanCustomer(ctx, input)
  const core = coreCustomer(draft)
  const made = core && (await planCustomer(ctx, core))
  const row: StanCustomer = { ...draft, customer: made?.result.id ?? null }
  return {
    change: joined(made?.change ?? {}, { insert: [insertion(stanCustomers, row)] }),
    result: row,
  }
}

/**
 * Makes a customer, always a new one. Behind it is the core's customer with the same e-mail and
 * telephone, if the core can keep one.
 */
export const createStanCustomer = verb(plan)
