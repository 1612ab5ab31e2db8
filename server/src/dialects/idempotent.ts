import type { Operation } from '@obole/contract/operation.js'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerOnce, type Begun, type WireAnswer, type Work } from '../idempotency/answer-once.ts'
import { Refusal } from '../kernel/problem.ts'
import type { Ctx } from '../processors/ctx.ts'

/**
 * Operations of more than one Change, and how each keeps its promise when it is killed between two
 * of them. All others make one at most; a second is an assertion that fails.
 */
const several: Readonly<Record<string, Work['steps']>> = {
  // What waits enters the open payout in batches, which is no payout yet; it is closed at the end.
  'create-payout': 'last',
  // Sent on its way, the clock arrives by itself: sent again, it would go twice as far.
  'move-sandbox-clock': 'first',
}

const bare = /^[\x20-\x7e]{1,255}$/
const quoted = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/

/**
 * The `Idempotency-Key` of a request, bare or as a string of structured fields. Undefined without
 * one, and for what changes nothing. Refuses with idempotency_key_invalid.
 */
export function idempotencyKeyOf(
  { method }: Pick<Operation, 'method'>,
  { headers, raw }: FastifyRequest,
): string | undefined {
  const given = headers['idempotency-key']
  if (method === 'GET' || given === undefined) return undefined
  const names = raw.rawHeaders.filter((_, n) => n % 2 === 0)
  const times = names.filter((it) => it.toLowerCase() === 'idempotency-key').length
  const text = String(given)
  const key = text.startsWith('"') ? quoted.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1') : text
  if (times > 1 || key === undefined || !bare.test(key)) {
    throw new Refusal('idempotency_key_invalid')
  }
  return key
}

/** A request that carries a key, and what is done for it. */
export interface KeyedCall {
  key: string
  ctx: Ctx
  operation: Operation
  run(ctx: Ctx, begun: Begun | undefined): Promise<unknown>
  /** The refusal in the dialect's words. */
  refused(refusal: Refusal): { status: number; body: unknown }
  clock: Work['clock']
  real: Date
}

const json = 'application/json'

function workOf({ operation, run, refused, clock, real }: KeyedCall, reply: FastifyReply): Work {
  const { id, status = 200, response } = operation
  return {
    steps: several[id] ?? 'one',
    async run(ctx, begun) {
      const result = await run(ctx, begun)
      if (!response) return { status, media_type: null, text: null }
      // By the same serializer as without a key, so that the bytes are the same.
      return { status, media_type: json, text: String(reply.status(status).serialize(result)) }
    },
    refused(refusal): WireAnswer {
      const { status, body } = refused(refusal)
      return { status, media_type: json, text: JSON.stringify(body) }
    },
    clock,
    real,
  }
}

/** Does what a request asks for once, and answers it so however often it comes. */
export async function answerByKey(
  request: FastifyRequest,
  reply: FastifyReply,
  call: KeyedCall,
): Promise<FastifyReply> {
  const { key, ctx, operation } = call
  const { method, path } = operation
  const body = (request.body as Buffer | undefined)?.toString('latin1') ?? ''
  const content = `${method} ${request.originalUrl} ${body}`
  const asked = { key, route: `${method} ${path}`, content }
  try {
    const { status, media_type, text, replayed } = await answerOnce(ctx, asked, workOf(call, reply))
    if (replayed) reply.header('idempotent-replayed', 'true')
    if (media_type) reply.type(media_type)
    return reply.status(status).send(text ?? undefined)
  } catch (error) {
    if (error instanceof Refusal && error.code === 'idempotency_key_in_use') {
      reply.header('retry-after', '1')
    }
    throw error
  }
}
