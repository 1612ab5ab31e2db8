import type { Approval, CardFacts, Enrolment, Outcome } from '../processor.ts'

/**
 * What the test bank does with a good instruction on a card: not expired, authenticated where it
 * must be.
 */
export interface TestCard {
  readonly facts: CardFacts
  readonly enrolment: Enrolment
  readonly outcome: Outcome
}

const approved: Approval = { result: 'approved', response: '00', next: 'clear' }
const captured: Approval = { result: 'approved', response: '00', next: 'captured' }
const disputed: Approval = {
  result: 'approved',
  response: '00',
  next: 'disputed',
  dispute: { response: '45' },
}
const declined = (response: string): Outcome => ({ result: 'declined', response })

type Row = readonly [
  number: string,
  brand: string,
  network: CardFacts['network'],
  country: string,
  funding: CardFacts['funding'],
  enrolment: Enrolment,
  outcome: Outcome,
]

/**
 * The 35 published cards. The French CB one is co-badged: brand visa, and the national network
 * first.
 */
const published: readonly Row[] = [
  ['4000000400000008', 'visa', 'visa', 'AT', 'credit', 'optional', approved],
  ['4000000560000004', 'visa', 'visa', 'BE', 'credit', 'optional', approved],
  ['4000002080000001', 'visa', 'visa', 'DK', 'credit', 'optional', approved],
  ['4000002460000001', 'visa', 'visa', 'FI', 'credit', 'optional', approved],
  ['4000002500000003', 'visa', 'national', 'FR', 'debit', 'optional', approved],
  ['4000002760000016', 'visa', 'visa', 'DE', 'credit', 'optional', approved],
  ['4000003720000005', 'visa', 'visa', 'IE', 'credit', 'optional', approved],
  ['4000003800000008', 'visa', 'visa', 'IT', 'credit', 'optional', approved],
  ['4000004420000006', 'visa', 'visa', 'LU', 'credit', 'optional', approved],
  ['4000005280000002', 'visa', 'visa', 'NL', 'credit', 'optional', approved],
  ['4000005780000007', 'visa', 'visa', 'NO', 'credit', 'optional', approved],
  ['4000006200000007', 'visa', 'visa', 'PT', 'credit', 'optional', approved],
  ['4000006430000009', 'visa', 'visa', 'RU', 'credit', 'optional', approved],
  ['4000007240000007', 'visa', 'visa', 'ES', 'credit', 'optional', approved],
  ['4000007520000008', 'visa', 'visa', 'SE', 'credit', 'optional', approved],
  ['4000007560000009', 'visa', 'visa', 'CH', 'credit', 'optional', approved],
  ['4000008260000000', 'visa', 'visa', 'GB', 'credit', 'optional', approved],
  ['4242424242424242', 'visa', 'visa', 'US', 'credit', 'not_required', approved],
  ['4444333322221111', 'visa', 'visa', 'US', 'credit', 'not_required', approved],
  ['4111111111111111', 'visa', 'visa', 'US', 'debit', 'not_required', approved],
  ['5555555555554444', 'mastercard', 'mastercard', 'US', 'credit', 'optional', approved],
  ['5200828282828210', 'mastercard', 'mastercard', 'US', 'debit', 'optional', approved],
  ['5105105105105100', 'mastercard', 'mastercard', 'US', 'prepaid', 'optional', approved],
  ['4000000000003055', 'visa', 'visa', 'US', 'credit', 'not_enrolled', approved],
  ['4000000760000002', 'visa', 'visa', 'BR', 'credit', 'optional', approved],
  ['4000001240000000', 'visa', 'visa', 'CA', 'credit', 'optional', approved],
  ['4000004840000008', 'visa', 'visa', 'MX', 'credit', 'optional', approved],
  ['4000000000000077', 'visa', 'national', 'FR', 'credit', 'optional', captured],
  ['4000000000003220', 'visa', 'visa', 'US', 'credit', 'required', approved],
  ['4000000000000002', 'visa', 'visa', 'FR', 'credit', 'optional', declined('05')],
  ['4000000000009995', 'visa', 'visa', 'FR', 'credit', 'optional', declined('51')],
  ['4000000000009987', 'visa', 'visa', 'FR', 'credit', 'optional', declined('41')],
  ['4000000000000259', 'visa', 'visa', 'FR', 'credit', 'optional', disputed],
  ['4000000000001976', 'visa', 'visa', 'FR', 'credit', 'optional', disputed],
  ['4000000000005423', 'visa', 'visa', 'FR', 'credit', 'optional', disputed],
]

/** Not in the guide, but the official clients take them for good. */
const further: readonly Row[] = [
  ['4000000360000006', 'visa', 'visa', 'AU', 'credit', 'optional', approved],
  ['4000001560000002', 'visa', 'visa', 'CN', 'credit', 'optional', approved],
  ['4000003440000004', 'visa', 'visa', 'HK', 'credit', 'optional', approved],
  ['4000003920000003', 'visa', 'visa', 'JP', 'credit', 'optional', approved],
  ['3530111333300000', 'jcb', 'unknown', 'JP', 'credit', 'optional', approved],
  ['4000005540000008', 'visa', 'visa', 'NZ', 'credit', 'optional', approved],
  ['4000007020000003', 'visa', 'visa', 'SG', 'credit', 'optional', approved],
]

/** Number → card: all that test mode takes. */
export const testCards: ReadonlyMap<string, TestCard> = new Map(
  [...published, ...further].map(
    ([number, brand, network, country, funding, enrolment, outcome]) => [
      number,
      { facts: { brand, country, funding, nature: 'personal', network }, enrolment, outcome },
    ],
  ),
)
