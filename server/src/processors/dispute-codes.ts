import { sepaReasons } from './response-codes.ts'

/** Why a payer contests a payment. */
export interface DisputeCode {
  readonly code: string
  readonly network: 'national' | 'visa' | 'mastercard'
  /** As with responses: suspicions of fraud are not for the payer. */
  readonly hidden: boolean
  readonly meaning: string
}

const shown = false
const hidden = true

const rows: readonly (readonly [string, DisputeCode['network'], boolean, string])[] = [
  ['14', 'national', shown, 'Transaction not authorized'],
  ['42', 'national', shown, 'Duplicate processing'],
  ['45', 'national', shown, 'Transaction disputed'],
  ['1040', 'visa', hidden, 'Fraud, card absent'],
  ['1261', 'visa', shown, 'Duplicate processing'],
  ['4808', 'mastercard', shown, 'Required authorization not obtained'],
  ['4834', 'mastercard', shown, 'Duplicate processing'],
  ['4837', 'mastercard', hidden, 'Fraudulent transaction, no authorization by the cardholder'],
  ['4853', 'mastercard', shown, 'Goods or services defective, or not as described'],
  ['4863', 'mastercard', hidden, 'Not recognized by the cardholder, potential fraud'],
]

export const disputeCodes: ReadonlyMap<string, DisputeCode> = new Map(
  rows.map(([code, network, isHidden, meaning]) => [
    code,
    { code, network, hidden: isHidden, meaning },
  ]),
)

/**
 * Whether a dispute may carry this code: one of a card network, or the reason of a returned debit.
 */
export const isDisputeCode = (code: string): boolean =>
  disputeCodes.has(code) || sepaReasons.has(code)

/**
 * The code as the payer may see it: hidden ones, and any that we cannot judge, read as a plain
 * dispute.
 */
export const publicDisputeCode = (code: string): string =>
  isDisputeCode(code) && !disputeCodes.get(code)?.hidden ? code : '45'
