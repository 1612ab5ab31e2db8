import type { ToldEvent } from '../events/store.ts'
import { assert } from '../kernel/assert.ts'
import { limits } from '../kernel/limits.ts'
import { later } from '../kernel/time.ts'
import { insertion, move } from '../platform/change.ts'
import { type Answer, send } from '../platform/http-client.ts'
import type { Ctx } from '../processors/ctx.ts'
import { endAttempt, type Outcome, shownAttempt } from './delivery.ts'
import type { SigningKeys } from './endpoint.ts'
import type { Verdict } from './judge-endpoint.ts'
import { keptHeaders, type Letter, type Postman } from './postman.ts'
import { attempts, type Delivery, deliveries, type Endpoint } from './store.ts'

/**
 * Takes a delivery, so that nobody else attempts it for a while; undefined when somebody was
 * faster. When this process dies, its time runs out and it is due again.
 */
export async function takeDelivery(
  ctx: Ctx,
  before: Delivery,
  real: Date,
): Promise<Delivery | undefined> {
  const { account, live } = ctx
  const due_at = later(real, limits.delivery_lease_ms)
  const after: Delivery = { ...before, taken: true, due_at, version: before.version + 1 }
  const taking = move(deliveries, before, after)
  return (await ctx.committer.commit({ account, live, move: [taking] })) === 'done'
    ? after
    : undefined
}

/** What an attempt needs, read before it. */
export interface Brief {
  delivery: Delivery
  endpoint: Endpoint
  keys: SigningKeys
  event: ToldEvent
  postman: Postman
}

/** Ends a delivery of which there is nothing to tell, or nobody to tell it to. */
export async function cancelDelivery(ctx: Ctx, before: Delivery): Promise<void> {
  const { account, live } = ctx
  const after: Delivery = {
    ...before,
    status: 'canceled',
    due_at: null,
    taken: false,
    version: before.version + 1,
  }
  await ctx.committer.commit({ account, live, move: [move(deliveries, before, after)] })
}

/** Lets a delivery wait until what goes before it is tried again. */
export async function putBehind(ctx: Ctx, before: Delivery, due_at: Date): Promise<void> {
  const { account, live } = ctx
  const after: Delivery = { ...before, due_at, taken: false, version: before.version + 1 }
  await ctx.committer.commit({ account, live, move: [move(deliveries, before, after)] })
}

const verdictOf = ({ accepted, answer }: Outcome): Verdict => {
  if (accepted) return 'accepted'
  return answer.result === 'answered' && answer.status === 410 ? 'gone' : 'failed'
}

/** Calls the address of a letter, and lets the postman judge the answer. Nothing is open. */
export async function post(
  letter: Letter,
  it: { live: boolean; postman: Postman; now(): Date; signal?: AbortSignal | undefined },
): Promise<Outcome> {
  const { live, postman, now, signal } = it
  const at = now()
  const answer: Answer = await send({ ...letter, live, ...(signal && { signal }) })
  const accepted = answer.result === 'answered' && postman.isAccepted(answer)
  return { answer, accepted, at, ended: now() }
}

/**
 * Attempts a delivery that was taken, and writes how it went. Says what that means for its
 * endpoint; undefined when it means nothing. It arrives at least once: who dies between the call
 * and the writing leaves it to be attempted again.
 */
export async function attemptDelivery(
  ctx: Ctx,
  { delivery, endpoint, keys, event, postman }: Brief,
  { now, signal }: { now(): Date; signal?: AbortSignal | undefined },
): Promise<Verdict | undefined> {
  assert(delivery.taken && delivery.status === 'pending', 'what is attempted was taken')
  const { account, live } = ctx
  const url = delivery.url ?? endpoint.url
  const letter = await postman.request({ endpoint, keys, event, url, at: now() })
  if (letter === 'nothing') {
    await cancelDelivery(ctx, delivery)
    return undefined
  }
  const outcome = await post(letter, { live, postman, now, signal })
  const after = endAttempt(delivery, outcome, Math.random())
  const counted = after.attempts > delivery.attempts
  const shown = shownAttempt(outcome, keptHeaders(letter.headers))
  const row = { account, live, delivery: after.id, attempt: after.attempts, ...shown }
  const answer = await ctx.committer.commit({
    account,
    live,
    move: [move(deliveries, delivery, after)],
    insert: counted ? [insertion(attempts, row)] : [],
  })
  // Another process has taken it since: it writes how that went.
  return answer === 'done' && counted && delivery.url === null ? verdictOf(outcome) : undefined
}
