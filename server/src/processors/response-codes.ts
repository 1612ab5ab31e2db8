/** What a bank's answer means, and whether the payer may know. */
export interface ResponseCode {
  readonly code: string
  /** Telling a thief that a card is reported stolen helps only the thief. */
  readonly hidden: boolean
  readonly meaning: string
}

type Row = readonly [code: string, visibility: 'shown' | 'hidden', meaning: string]

/** Answers to a card authorization: field 39 of ISO 8583, and four-digit ones of the acquirer. */
const cardRows: readonly Row[] = [
  ['00', 'shown', 'Approved'],
  ['01', 'shown', 'Refer to card issuer'],
  ['02', 'shown', 'Refer to card issuer, special condition'],
  ['03', 'shown', 'Invalid merchant or service provider'],
  ['04', 'shown', 'Pick up card'],
  ['05', 'shown', 'Do not honor'],
  ['06', 'shown', 'General error'],
  ['07', 'shown', 'Pick up card, special condition (other than lost or stolen)'],
  ['08', 'shown', 'Honor with identification'],
  ['09', 'shown', 'Request in progress'],
  ['10', 'shown', 'Partial approval'],
  ['11', 'shown', 'VIP approval'],
  ['12', 'shown', 'Invalid transaction'],
  ['13', 'shown', 'Invalid amount, or amount above the maximum of the card program'],
  ['14', 'shown', 'Invalid account number (no such number)'],
  ['15', 'shown', 'No such issuer'],
  ['16', 'shown', 'Insufficient funds'],
  ['17', 'shown', 'Customer cancellation'],
  ['19', 'shown', 'Re-enter transaction'],
  ['20', 'shown', 'Invalid response'],
  ['21', 'shown', 'No action taken (unable to back out prior transaction)'],
  ['22', 'shown', 'Suspected malfunction'],
  ['25', 'shown', 'Record not found in file, or account number missing from the inquiry'],
  ['28', 'shown', 'File is temporarily unavailable'],
  ['30', 'shown', 'Format error'],
  ['41', 'hidden', 'Card reported lost'],
  ['43', 'hidden', 'Card reported stolen'],
  ['51', 'shown', 'Insufficient funds'],
  ['52', 'shown', 'No checking account'],
  ['53', 'shown', 'No savings account'],
  ['54', 'shown', 'Expired card'],
  ['55', 'shown', 'Incorrect PIN'],
  ['56', 'shown', 'Card missing from file'],
  ['57', 'shown', 'Transaction not permitted to cardholder'],
  ['58', 'shown', 'Transaction not allowed at terminal'],
  ['59', 'hidden', 'Suspected fraud'],
  ['61', 'shown', 'Activity amount limit exceeded'],
  ['62', 'hidden', 'Restricted card (an excluded country, for example)'],
  ['63', 'hidden', 'Security violation'],
  ['65', 'hidden', 'Activity count limit exceeded'],
  ['68', 'shown', 'Response received too late'],
  ['75', 'shown', 'Allowable number of PIN entries exceeded'],
  ['76', 'shown', 'Previous message not found (no match on its reference number)'],
  ['77', 'shown', 'Previous message found, but repeat or reversal is inconsistent with it'],
  ['78', 'shown', 'Blocked, first used: a new card that was not properly unblocked'],
  ['80', 'shown', 'Credit issuer unavailable, or invalid date'],
  ['81', 'shown', 'Cryptographic error in the decryption of the PIN'],
  ['82', 'shown', 'Negative CAM, dCVV, iCVV or CVV results'],
  ['83', 'shown', 'Unable to verify PIN'],
  ['85', 'shown', 'No reason to decline a verification, a credit voucher or a return'],
  ['91', 'shown', 'Issuer unavailable, or switch inoperative'],
  ['92', 'shown', 'Destination cannot be found for routing'],
  ['93', 'hidden', 'Transaction cannot be completed, violation of law'],
  ['94', 'shown', 'Duplicate transmission'],
  ['95', 'shown', 'Reconcile error'],
  ['96', 'shown', 'System malfunction, or certain field errors'],
  ['98', 'shown', 'Server inaccessible'],
  ['A0', 'shown', 'Authentication required: insert the card and enter its PIN'],
  ['A1', 'shown', 'Authentication required: authenticate with 3-D Secure'],
  ['B1', 'shown', 'Surcharge amount not permitted on Visa cards (US acquirers only)'],
  ['N0', 'shown', 'Force stand-in processing'],
  ['N3', 'shown', 'Cash service not available'],
  ['N4', 'shown', 'Cashback request exceeds issuer limit'],
  ['N7', 'shown', 'Decline for CVV2 failure'],
  ['P2', 'shown', 'Invalid biller information'],
  ['P5', 'shown', 'PIN change or unblock request declined'],
  ['P6', 'shown', 'Unsafe PIN'],
  ['Q1', 'shown', 'Card authentication failed'],
  ['R0', 'shown', 'Stop payment order'],
  ['R1', 'shown', 'Revocation of authorization order'],
  ['R3', 'shown', 'Revocation of all authorizations order'],
  ['XA', 'shown', 'Forward to issuer'],
  ['XD', 'shown', 'Forward to issuer'],
  ['Z1', 'shown', 'Declined offline'],
  ['Z3', 'shown', 'Unable to go online'],
  ['7810', 'hidden', 'Refusal count exceeded for this card or account'],
  ['7811', 'hidden', 'Payment volume exceeded for this card or account'],
  ['7812', 'hidden', 'Card temporarily frozen by the bank of the customer'],
  ['7840', 'hidden', 'Stolen or lost card'],
  ['7898', 'shown', 'Bank server unavailable'],
]

/** Reasons of a refused or returned direct debit: external codes of ISO 20022. */
const sepaRows: readonly Row[] = [
  ['AC01', 'shown', 'Incorrect account number'],
  ['AC04', 'shown', 'Closed account number'],
  ['AC06', 'shown', 'Blocked account'],
  ['AG01', 'shown', 'Transaction forbidden'],
  ['AM04', 'shown', 'Insufficient funds'],
  ['MD01', 'shown', 'No mandate'],
  ['MD06', 'shown', 'Refund request by end customer'],
  ['MS02', 'shown', 'Not specified reason customer generated'],
]

const table = (rows: readonly Row[]): ReadonlyMap<string, ResponseCode> =>
  new Map(
    rows.map(([code, visibility, meaning]) => [
      code,
      { code, hidden: visibility === 'hidden', meaning },
    ]),
  )

export const cardCodes = table(cardRows)
export const sepaReasons = table(sepaRows)

/** The entry of a payment's response, whichever its method: no code stands in both tables. */
export const responseCode = (code: string): ResponseCode | undefined =>
  cardCodes.get(code) ?? sepaReasons.get(code)

/**
 * The code as the payer may see it: hidden ones, and any that we cannot judge, read as the generic
 * refusal.
 */
export const publicCode = (code: string): string =>
  responseCode(code)?.hidden === false ? code : '05'
