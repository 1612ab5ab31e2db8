/**
 * The catalogue of refusals: what a caller may be told "no" with. A dialect gives each its words
 * and its wrapper; the status and the title are the same in all of them.
 */
export const problems = {
  invalid_request: { status: 422, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'No key, or a key that is not known here' },
  not_found: { status: 404, title: 'No such object for this key' },
  method_not_allowed: { status: 405, title: 'This address does not take this method' },
  duplicate: { status: 409, title: 'An object with this unique value exists already' },
  limit_reached: { status: 409, title: 'There are as many of these as an account may have' },
  conflict: { status: 409, title: 'The object changed too often meanwhile; try again' },
  idempotency_key_invalid: {
    status: 400,
    title: 'Idempotency-Key takes 1 to 255 printable ASCII characters',
  },
  idempotency_key_in_use: {
    status: 409,
    title: 'A request with this Idempotency-Key is being answered; try again in a second',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'This Idempotency-Key came with another request before',
  },
  illegal_transition: { status: 422, title: 'The status of the object does not allow this' },
  amount_exceeds_authorized: { status: 422, title: 'The amount is higher than the authorized one' },
  payment_not_captured: { status: 409, title: 'The payment has not been captured yet' },
  payment_not_refundable: { status: 409, title: 'The payment cannot be refunded' },
  amount_exceeds_refundable: {
    status: 409,
    title: 'The amount is higher than what is left to refund',
  },
  test_number_required: { status: 422, title: 'Test mode takes published test numbers only' },
  method_not_allowed_for_currency: {
    status: 422,
    title: 'The payment method does not take this currency',
  },
  too_many_streams: { status: 429, title: 'As many streams follow this account as may' },
  processor_not_configured: { status: 422, title: 'No processor is configured for live payments' },
  not_implemented: { status: 501, title: 'Not available with this key' },
  body_too_large: { status: 413, title: 'The body is larger than the limit' },
  internal: { status: 500, title: 'A failure on our side' },
  unavailable: { status: 503, title: 'The platform is stopping or its database cannot be reached' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof problems
