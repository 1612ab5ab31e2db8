import { problems } from '@obole/contract/problems.js'
import type { Refusal } from '../../kernel/problem.ts'
import type { Failure } from '../../platform/failure.ts'
import type { Dialect } from '../operation-route.ts'

/** kind → the name that an answer gives it. The published texts, capitals and all. */
const labels: Record<string, string> = {
  customer: 'Customer',
  card: 'Card',
  sepa: 'SEPA',
  payment: 'Payment',
  payment_intent: 'Payment intent',
  address: 'Address',
  dispute: 'Dispute',
  evidence: 'Evidence',
  refund: 'Refund',
  disbursement: 'Disbursement',
  payout: 'Payout',
  event: 'Event',
  webhook_endpoint: 'Webhook endpoint',
  delivery: 'Delivery',
  request: 'Request',
}

const duplicates: Record<string, string> = {
  customer: 'Customer already exists, you may want to update it instead creating a new one',
  card: 'Card already exists, you may want to update it instead creating a new one',
  payment: 'Payment already exists, duplicate unique_id',
  payment_intent: 'Payment intent already exists, duplicate unique_id',
}

/** The text of a refusal that is not about the content of the request. */
function textOf({ code, detail, message }: Refusal): string {
  const { kind = '', id } = detail
  if (code === 'unauthorized') return 'You are not authorized to access that resource'
  if (code === 'not_found' && id !== undefined) return `${labels[kind] ?? kind} \`${id}\` not found`
  if (code === 'not_found') return 'Not found'
  if (code === 'duplicate') return `${duplicates[kind] ?? `${kind} already exists`} (${id})`
  return message
}

const detailOf = ({ loc, msg, type, ctx }: Failure) => ({ loc, msg, type, ...(ctx && { ctx }) })

/** Content that cannot be accepted is told as a list of faults, all else in one sentence. */
export const v2Words: Pick<Dialect, 'invalid' | 'refused' | 'broken'> = {
  invalid: (errors) => ({ status: 422, body: { detail: errors.map(detailOf) } }),
  refused: (refusal) => {
    const { status, detail, message } = refusal
    if (status !== problems.invalid_request.status) {
      return { status, body: { error: textOf(refusal) } }
    }
    const loc = detail.loc ?? ['body', '__root__']
    return { status, body: { detail: [{ loc, msg: message, type: 'value_error' }] } }
  },
  broken: (request_id) => ({ status: 500, body: { error: `Internal error (${request_id})` } }),
}
