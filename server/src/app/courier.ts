import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { contextOf, contextWith, type Services } from '../dialects/operation-route.ts'
import { stanPostmen } from '../dialects/stan/postmen.ts'
import { v2Postman } from '../dialects/v2/webhook-postman.ts'
import { findEventsAt, type ToldEvent } from '../events/store.ts'
import { limits } from '../kernel/limits.ts'
import { later } from '../kernel/time.ts'
import { loggable } from '../platform/log.ts'
import {
  attemptDelivery,
  cancelDelivery,
  putBehind,
  takeDelivery,
} from '../webhooks/attempt-delivery.ts'
import { signingKeys } from '../webhooks/endpoint.ts'
import { judgeEndpoint } from '../webhooks/judge-endpoint.ts'
import type { Postmen } from '../webhooks/postman.ts'
import {
  type Delivery,
  type DueDelivery,
  type Endpoint,
  findAbandoned,
  findDueDeliveries,
  findEndpointsOf,
} from '../webhooks/store.ts'

/** How each dialect tells its endpoints. */
const postmenOf = (services: Services): Postmen => ({
  v2: v2Postman,
  ...stanPostmen(services),
})

/** Due deliveries read of each endpoint at once: some wait behind others. */
const page = 2 * limits.deliveries_at_once
/** Deliveries of deleted endpoints that are ended at once. */
const sweep = 200

/** What this process is doing at one endpoint. */
interface Line {
  under_way: number
  /** Failures in a row: after the third, longer and longer pauses. */
  failures: number
  rests_until: number
}

const rest_ms = (failures: number): number =>
  failures < 3 ? 0 : Math.min(50 * 2 ** (failures - 3), 10_000)

/** What stands behind a slow one is put off for so long, where it keeps others from being seen. */
const put_off_ms = 1000
/** From when on an attempt under way is slow. */
const slow_ms = 500

const rowOf = ({
  found_at,
  is_failing,
  behind,
  behind_until,
  behind_taken,
  ...row
}: DueDelivery): Delivery => row

/** Endpoints of which a whole page is due: there may be more. */
function full(due: readonly DueDelivery[]): string[] {
  const counts = new Map<string, number>()
  for (const { endpoint } of due) counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1)
  return [...counts].flatMap(([endpoint, count]) => (count === page ? [endpoint] : []))
}

/** What is read for deliveries before they are attempted. */
interface Papers {
  endpoints: ReadonlyMap<string, Endpoint>
  events: ReadonlyMap<string, ToldEvent>
  keys: Awaited<ReturnType<typeof signingKeys>>
}

/**
 * Carries what is due to the endpoints. Each endpoint has a line of its own, with so many attempts
 * under way and pauses when it takes nothing; those that take nothing share a part of the whole. So
 * none waits for another that is slow or dead, however much that one has waiting.
 */
export class Courier {
  readonly #services: Services
  readonly #postmen: Postmen
  readonly #signal: AbortSignal
  readonly #lines = new Map<string, Line>()
  /** Ids of deliveries that this process has in hand → since when. */
  readonly #held = new Map<string, number>()
  readonly #running = new Set<Promise<void>>()
  readonly #ended: () => void
  /** Endpoints of which the last look has left something behind. */
  #more = new Set<string>()
  #failing = 0

  /** `ended`: called when an attempt is over, and there is more to do where it was. */
  constructor(services: Services, signal: AbortSignal, ended: () => void = () => {}) {
    this.#services = { ...services, ...services.background }
    this.#postmen = postmenOf(this.#services)
    this.#signal = signal
    // Each call listens.
    setMaxListeners(0, signal)
    this.#ended = ended
  }

  #lineOf(endpoint: string): Line {
    const line = this.#lines.get(endpoint) ?? { under_way: 0, failures: 0, rests_until: 0 }
    this.#lines.set(endpoint, line)
    return line
  }

  #hasRoom({ is_failing }: DueDelivery, line: Line): boolean {
    if (this.#held.size >= limits.deliveries_in_all) return false
    if (!is_failing) return line.under_way < limits.deliveries_at_once
    return (
      line.under_way < limits.deliveries_at_failing &&
      this.#failing < limits.deliveries_failing_in_all &&
      line.rests_until <= performance.now()
    )
  }

  /**
   * Begins what is due and has room; does not wait for its end. Says how many deliveries it has
   * begun, or put behind others.
   */
  async look(): Promise<number> {
    const { db, clock } = this.#services
    const due = await findDueDeliveries(db, clock.now(), page)
    this.#more = new Set(full(due))
    const found = new Set(due.map(({ id }) => id))
    const isFull = new Set(this.#more)
    const taken: DueDelivery[] = []
    const behind: Promise<void>[] = []
    for (const it of due) {
      if (this.#held.has(it.id)) continue
      const until = this.#putOffUntil(it, found, isFull.has(it.endpoint))
      if (until) {
        behind.push(this.#putBehind(it, until))
        continue
      }
      const line = this.#lineOf(it.endpoint)
      if (it.behind || !this.#hasRoom(it, line)) {
        this.#more.add(it.endpoint)
        continue
      }
      line.under_way++
      if (it.is_failing) this.#failing++
      this.#held.set(it.id, performance.now())
      taken.push(it)
    }
    const papers = taken.length ? this.#read(taken) : undefined
    // Each of them waits for it; none may be left alone with its failure.
    papers?.catch(() => {})
    for (const it of taken) this.#begin(it, papers as Promise<Papers>)
    await Promise.all(behind)
    return taken.length + behind.length
  }

  /**
   * Until when a delivery is put off that stands behind another of its object: to the instant of
   * that one, which it then follows in the order; or for a moment, when that one is slow to end and
   * a page is full of those behind it. Undefined: it stands where it is, as its turn comes soon.
   */
  #putOffUntil(it: DueDelivery, found: ReadonlySet<string>, isFull: boolean): Date | undefined {
    const { behind, behind_until, behind_taken, found_at } = it
    if (!behind || !behind_until) return undefined
    const held = this.#held.get(behind)
    const isTaken = held !== undefined || (behind_taken === true && behind_until > found_at)
    if (!isTaken) return found.has(behind) ? undefined : behind_until
    const isSlow = held === undefined || performance.now() - held > slow_ms
    return isFull && isSlow ? later(found_at, put_off_ms) : undefined
  }

  /** Ends what is pending for endpoints that were deleted. Says how much. */
  async sweep(): Promise<number> {
    const found = await findAbandoned(this.#services.db, sweep)
    await Promise.all(found.map((it) => cancelDelivery(this.#ctx(it), it)))
    for (const [id, { under_way, rests_until }] of this.#lines) {
      if (!under_way && rests_until <= performance.now()) this.#lines.delete(id)
    }
    return found.length
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running.size) await Promise.all(this.#running)
  }

  /** By real time: deliveries follow no account's clock. */
  #ctx({ account, live }: Pick<Delivery, 'account' | 'live'>) {
    const request_id = `job_${randomBytes(12).toString('base64url')}`
    return contextWith(this.#services, { account, live, request_id }, undefined)
  }

  async #putBehind(it: DueDelivery, until: Date): Promise<void> {
    await putBehind(this.#ctx(it), rowOf(it), until)
  }

  async #read(of: readonly DueDelivery[]): Promise<Papers> {
    const { db, vault, clock } = this.#services
    const [endpoints, events] = await Promise.all([findEndpointsOf(db, of), findEventsAt(db, of)])
    return {
      endpoints: new Map(endpoints.map((it) => [it.id, it])),
      events: new Map(events.map((it) => [it.id, it])),
      keys: await signingKeys({ db, vault }, endpoints, clock.now()),
    }
  }

  #begin(it: DueDelivery, papers: Promise<Papers>): void {
    const line = this.#lineOf(it.endpoint)
    const run = this.#attempt(it, papers, line)
      .catch((error: unknown) => {
        this.#services.log.error({ id: it.id, ...loggable(error) }, 'a delivery failed')
      })
      .finally(() => {
        line.under_way--
        if (it.is_failing) this.#failing--
        this.#held.delete(it.id)
        this.#running.delete(run)
        if (this.#more.has(it.endpoint)) this.#ended()
      })
    this.#running.add(run)
  }

  async #attempt(it: DueDelivery, reading: Promise<Papers>, line: Line): Promise<void> {
    const before = rowOf(it)
    const ctx = this.#ctx(it)
    const [delivery, papers] = await Promise.all([takeDelivery(ctx, before, it.found_at), reading])
    if (!delivery) return
    const endpoint = papers.endpoints.get(it.endpoint)
    const event = papers.events.get(it.event)
    const keys = papers.keys.get(it.endpoint)
    const postman = endpoint && this.#postmen[endpoint.dialect]
    if (!endpoint || !event || !keys || !postman) throw new Error('a delivery without its papers')
    const brief = { delivery, endpoint, event, keys, postman }
    const now = () => this.#services.clock.now()
    const verdict = await attemptDelivery(ctx, brief, { now, signal: this.#signal })
    if (!verdict) return
    line.failures = verdict === 'accepted' ? 0 : line.failures + 1
    line.rests_until = performance.now() + rest_ms(line.failures)
    // Most attempts change nothing, and cost nothing more.
    if (verdict === 'accepted' && !endpoint.failing_since) return
    const whose = { account: it.account, live: it.live, request_id: ctx.request_id }
    const own = await contextOf(this.#services, whose)
    await judgeEndpoint(own, { id: it.endpoint, verdict, real: now() })
  }
}
