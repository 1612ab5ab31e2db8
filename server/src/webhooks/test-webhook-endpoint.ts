import type { ToldEvent } from '../events/store.ts'
import { newId } from '../kernel/ids.ts'
import { notFound } from '../kernel/problem.ts'
import type { Ctx } from '../processors/ctx.ts'
import { post } from './attempt-delivery.ts'
import { shownAttempt } from './delivery.ts'
import { signingKeys } from './endpoint.ts'
import { keptHeaders, type Postman } from './postman.ts'
import { findEndpoint } from './store.ts'

/**
 * Sends a signed event of type `ping` to an endpoint now, enabled or not, and shows what was sent
 * and answered. Nothing is written: it is no delivery, and no failure of the endpoint. Refuses with
 * not_found.
 */
export async function testWebhookEndpoint(
  ctx: Ctx,
  { id, postman, now }: { id: string; postman: Postman; now(): Date },
) {
  const { account, live, db, vault } = ctx
  const endpoint = await findEndpoint(ctx, id)
  if (!endpoint) throw notFound('webhook_endpoint', id)
  const keys = (await signingKeys({ db, vault }, [endpoint], now())).get(id)
  const event: ToldEvent = {
    account,
    live,
    id: newId('evt'),
    seq: 0n,
    type: 'ping',
    object: 'webhook_endpoint',
    object_id: id,
    created: ctx.now,
    data: JSON.stringify({ id }),
  }
  const letter =
    keys && (await postman.request({ endpoint, keys, event, url: endpoint.url, at: now() }))
  if (!letter || letter === 'nothing') throw notFound('webhook_endpoint', id)
  const outcome = await post(letter, { live, postman, now })
  return {
    accepted: outcome.accepted,
    url: letter.url,
    request_body: letter.body ?? '',
    ...shownAttempt(outcome, keptHeaders(letter.headers)),
  }
}
