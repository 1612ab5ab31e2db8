import { findLastSeq } from '../events/store.ts'
import { limits } from '../kernel/limits.ts'
import { Refusal } from '../kernel/problem.ts'
import { type Change, insertion, joined, move, type Part } from '../platform/change.ts'
import type { Writer } from '../platform/commit.ts'
import { untilDone } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { BeginningWriter, HeldWriter, MetAnother } from './held-writer.ts'
import { findKeyedAnswer, type KeyedAnswer, keyedAnswers } from './store.ts'

/** What a caller is told, as it goes over the wire. */
export interface WireAnswer {
  status: number
  media_type: string | null
  text: string | null
}

export interface KeyedRequest {
  /** As the client chose it. */
  key: string
  /** What the key is good for: a method and a route. */
  route: string
  /** All that was asked: method, address with its query, body. */
  content: string
}

/** Work that was begun under this key, by a process that was killed before it answered. */
export interface Begun {
  request_id: string
  /** The last event before it. */
  after_seq: bigint
}

/** What is done under a key. It is repeated when it met another. */
export interface Work {
  /**
   * one: in one Change at most, which the answer is written with. last: others come ahead of it,
   * which do no harm alone and are not made twice. first: its first Change claims the key, the
   * others follow, and the answer comes last; what was begun is gone on with.
   */
  steps: 'one' | 'last' | 'first'
  /** Refuses, or answers. Given what was begun, it does what is left of that. */
  run(ctx: Ctx, begun: Begun | undefined): Promise<WireAnswer>
  refused(refusal: Refusal): WireAnswer
  /** The account's clock as it stands now: the work may have moved it. */
  clock(): Promise<Date>
  /** Real time. */
  real: Date
}

/** Of each process, by who writes for it: what is being answered → its fingerprint. */
const answering = new WeakMap<Writer, Map<string, string>>()

/** What may be otherwise the next time is not kept: the request is tried anew. */
const unkept: readonly number[] = [401, 403, 409, 429]
const isKept = (status: number, { code }: Refusal): boolean =>
  status < 500 && !unkept.includes(status) && code !== 'processor_not_configured'

const reused = (): Refusal =>
  new Refusal('idempotency_key_reused', { loc: ['header', 'idempotency-key'] })

const noteOf = ({ account, live, id }: KeyedAnswer) => ({ account, live, record: id })

const expiry = (now: Date): Date => new Date(now.getTime() + limits.idempotency_ms)

function opened({ vault }: Ctx, row: KeyedAnswer & { status: number }): WireAnswer {
  const { status, media_type, answer } = row
  return { status, media_type, text: answer && vault.openNote(noteOf(row), answer) }
}

function answered({ vault }: Ctx, row: KeyedAnswer, it: WireAnswer): KeyedAnswer {
  const { status, media_type, text } = it
  const answer = text === null ? null : vault.sealNote(noteOf(row), text)
  return { ...row, status, media_type, answer }
}

/** Writes a row in the place of what is there: nothing, one that is over, or one without answer. */
const written = (before: KeyedAnswer | undefined, row: KeyedAnswer): Part =>
  before
    ? { move: [move(keyedAnswers, before, row)] }
    : {
        claim: [{ scope: 'idempotency', value: row.id, owner: row.id }],
        insert: [insertion(keyedAnswers, row)],
      }

/** A request under its key: the row that stands there when it is claimed. */
class Attempt {
  readonly #ctx: Ctx
  readonly #work: Work
  /** What is in the database, to be replaced. */
  #before: KeyedAnswer | undefined
  #row: KeyedAnswer

  constructor(ctx: Ctx, work: Work, it: { before: KeyedAnswer | undefined; row: KeyedAnswer }) {
    this.#ctx = ctx
    this.#work = work
    this.#before = it.before
    this.#row = it.row
  }

  async #begin(change: Change): Promise<Change> {
    const row = { ...this.#row, after_seq: await findLastSeq(this.#ctx) }
    const whole = { ...change, ...joined(change, written(this.#before, row)) }
    this.#before = { ...row, version: (this.#before?.version ?? 0) + 1 }
    this.#row = this.#before
    return whole
  }

  /** Does the work, and writes its answer with what is still to be written of it. */
  async run(begun: Begun | undefined): Promise<{ result: WireAnswer } | { met: Change }> {
    const { steps, run, clock } = this.#work
    const ctx = this.#ctx
    const held = new HeldWriter(ctx.committer, { others: steps === 'last' })
    const beginning = new BeginningWriter(ctx.committer, (it) => this.#begin(it))
    const committer = begun ? ctx.committer : steps === 'first' ? beginning : held
    let answer: WireAnswer
    try {
      answer = await run({ ...ctx, committer }, begun)
    } catch (error) {
      if (error instanceof MetAnother) return { met: error.change }
      if (!(error instanceof Refusal)) throw error
      answer = this.#work.refused(error)
      if (!isKept(answer.status, error)) throw error
    }
    const expires_at = expiry(begun || beginning.begun ? await clock() : ctx.now)
    const row = answered(ctx, { ...this.#row, expires_at }, answer)
    const part = joined(held.held?.change ?? {}, written(this.#before, row))
    const change: Change = { account: ctx.account, live: ctx.live, ...part }
    const end = await ctx.committer.commit(change, held.held?.done)
    return end === 'done' ? { result: answer } : { met: change }
  }
}

async function attempt(
  ctx: Ctx,
  { id, fingerprint }: { id: string; fingerprint: string },
  work: Work,
): Promise<{ result: WireAnswer & { replayed: boolean } } | { met: Change }> {
  const before = await findKeyedAnswer(ctx, id)
  // What goes on is not over: done again after its time, it would be done twice.
  const current = before && (before.status === null || before.expires_at > ctx.now)
  if (current && before.fingerprint !== fingerprint) throw reused()
  if (current && before.status !== null) {
    return { result: { ...opened(ctx, { ...before, status: before.status }), replayed: true } }
  }
  const { account, live, request_id, now } = ctx
  const fresh = { account, live, id, version: 1, created: work.real, expires_at: expiry(now) }
  const empty = { after_seq: null, status: null, media_type: null, answer: null }
  const row = current ? before : { ...fresh, ...empty, fingerprint, request_id }
  const begun = current ? { ...before, after_seq: before.after_seq ?? 0n } : undefined
  const it = await new Attempt(ctx, work, { before, row }).run(begun)
  return 'met' in it ? it : { result: { ...it.result, replayed: false } }
}

/**
 * Does what a request asks for once, however often it is sent with its key: the key, the effect and
 * the answer are one Change. Sent again it is answered as it was, until 30 days have gone by on the
 * clock of the account. Refuses with idempotency_key_reused, idempotency_key_in_use (while this
 * process answers it), conflict, and as the work does.
 */
export async function answerOnce(
  ctx: Ctx,
  { key, route, content }: KeyedRequest,
  work: Work,
): Promise<WireAnswer & { replayed: boolean }> {
  const { account, live, vault, committer } = ctx
  const id = vault.fingerprint(account, live, 'idempotency_key', `${route} ${key}`)
  const fingerprint = vault.fingerprint(account, live, 'request', content)
  const mine = answering.get(committer) ?? new Map<string, string>()
  answering.set(committer, mine)
  const other = mine.get(id)
  if (other !== undefined) {
    throw other === fingerprint ? new Refusal('idempotency_key_in_use') : reused()
  }
  mine.set(id, fingerprint)
  try {
    return await untilDone(() => attempt(ctx, { id, fingerprint }, work))
  } finally {
    mine.delete(id)
  }
}
