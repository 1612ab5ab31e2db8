/** Why a try to pay failed, in the words that a payer may hear. */
export type RefusalReason =
  | 'declined'
  | 'funds'
  | 'card_expired'
  | 'card_data'
  | 'not_permitted'
  | 'verification_required'
  | 'verification_failed'
  | 'verification_canceled'
  | 'verification_expired'
  | 'price_changed'
  | 'technical'
  | 'account_unknown'
  | 'account_closed'
  | 'account_blocked'
  | 'debit_refused'

const byResponse = new Map<string, RefusalReason>(
  Object.entries({
    funds: ['16', '51', '61', 'AM04'],
    card_expired: ['54'],
    card_data: ['14', '56', '82', 'N7'],
    not_permitted: ['57', '58'],
    verification_required: ['A0', 'A1', 'Q1'],
    technical: ['06', '09', '15', '19', '20', '22', '28', '30', '68', '80', '91', '92', '96', '98'],
    account_unknown: ['AC01', 'MD01'],
    account_closed: ['AC04'],
    account_blocked: ['AC06', 'AG01'],
    debit_refused: ['MD06', 'MS02', 'MS03'],
  } satisfies Partial<Record<RefusalReason, string[]>>).flatMap(([reason, codes]) =>
    codes.map((code) => [code, reason as RefusalReason] as const),
  ),
).set('7898', 'technical')

/**
 * The reason that a payer hears for a bank's response code. A code that is not listed, and so
 * every code that must stay hidden (lost, stolen, suspected fraud …), sounds like the generic
 * refusal: silence is the default.
 */
export const refusalReason = (response: string | null): RefusalReason =>
  byResponse.get(response ?? '') ?? 'declined'
