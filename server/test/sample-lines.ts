import { exportAccount } from '../src/app/export-account.ts'
import { importAccount } from '../src/app/import-account.ts'
import type { Merchant, TestServer } from './harness.ts'

/** A line of a file to import: as it is, or an object. */
export type Line = string | object

async function* streamOf(lines: readonly Line[]): AsyncGenerator<string> {
  for (const it of lines) yield typeof it === 'string' ? it : JSON.stringify(it)
}

export const importInto = (
  { services }: TestServer,
  { id: account }: Merchant,
  lines: readonly Line[],
  live = false,
): Promise<Record<string, number>> => importAccount(services, { account, live }, streamOf(lines))

/** What addresses in answers begin with. */
export const origins = {
  api: 'https://api.obole.example',
  payment: 'https://payment.obole.example',
  threeds: 'https://3ds.obole.example',
}

/** What an export of this merchant writes. */
export async function exportOf(
  { services }: TestServer,
  { id: account }: Merchant,
  live = false,
): Promise<string[]> {
  const lines: string[] = []
  for await (const it of exportAccount(services, { account, live }, origins)) lines.push(it)
  return lines
}

export const idOf = (prefix: string, n: number): string =>
  `${prefix}_${String(n).padStart(24, '0')}`

export const customer = (n: number, more: object = {}) => ({
  object: 'customer',
  id: idOf('cust', n),
  created: 1_600_000_000 + n,
  email: 'same@example.com',
  ...more,
})

// As v2 publishes them, and no more of each than must be there.
export const payment = (more: object = {}) => ({
  object: 'payment',
  id: idOf('paym', 1),
  created: 1_700_000_000,
  amount: 1000,
  currency: 'eur',
  method: 'card',
  status: 'captured',
  date_paym: 1_700_000_000,
  date_bank: '2023-11-15',
  fee: 19,
  ...more,
})
export const refund = (more: object = {}) => ({
  object: 'refund',
  id: idOf('refd', 1),
  created: 1_700_100_000,
  amount: 400,
  currency: 'eur',
  payment: idOf('paym', 1),
  status: 'refunded',
  date_bank: '2023-11-17',
  ...more,
})
export const dispute = (more: object = {}) => ({
  object: 'dispute',
  id: idOf('dspt', 1),
  created: 1_700_100_000,
  amount: 1000,
  currency: 'eur',
  payment: idOf('paym', 1),
  response: '4837',
  fee: 1500,
  ...more,
})
export const disbursement = (more: object = {}) => ({
  object: 'disbursement',
  id: idOf('dsbm', 1),
  created: 1_700_100_000,
  amount: 70,
  currency: 'eur',
  card: idOf('card', 1),
  status: 'disbursed',
  ...more,
})
export const card = {
  object: 'card',
  id: idOf('card', 1),
  created: 1_700_000_000,
  brand: 'visa',
  last4: '4242',
  exp_month: 12,
  exp_year: 2030,
}
export const payout = (more: object = {}) => ({
  object: 'payout',
  id: idOf('pout', 1),
  currency: 'eur',
  status: 'paid',
  date: '2023-11-20T21:00:00Z',
  date_bank: '2023-11-21',
  ...more,
})
export const inPayout = { payout: idOf('pout', 1) }
export const evidence = {
  object: 'evidence',
  id: idOf('evdc', 1),
  created: 1,
  dispute: idOf('dspt', 1),
}
