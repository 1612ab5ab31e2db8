import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Bench, enginesOf, newPlace, type ServerEngine, wants } from './bench.ts'
import { median, quantile } from './figures.ts'
import type { Load } from './load.ts'
import type { WebhookCost, WebhookDelay } from './measurements.ts'
import { host, type RunningServer, startServer } from './server-process.ts'
import { call, fillStore, type Merchant, onTheWire } from './store.ts'

const endpoints = 10
/** The one that answers after two seconds, and the one that nobody listens at. */
const slow = 1
const dead = 0
const slow_ms = 2000
const per_second = 200
const connections = 16

/** What a live endpoint was sent, and when its first byte was there. */
class Receiver {
  /** Path → id of the payment → when. */
  readonly heard = new Map<string, Map<string, number>>()
  readonly #server = createServer(async (request, response) => {
    const at = performance.now()
    const path = request.url ?? ''
    const { data } = JSON.parse((await request.toArray()).join('')) as { data: { id: string } }
    const times = this.heard.get(path) ?? new Map<string, number>()
    this.heard.set(path, times)
    if (!times.has(data.id)) times.set(data.id, at)
    await this.#answer(path, response)
  })

  async #answer(path: string, response: ServerResponse): Promise<void> {
    if (path === `/${slow}`) await pause(slow_ms)
    response.writeHead(204).end()
  }

  async listen(): Promise<this> {
    this.#server.listen(0, host)
    await once(this.#server, 'listening')
    return this
  }

  urlOf(n: number): string {
    const { port } = this.#server.address() as AddressInfo
    return n === dead ? `http://${host}:1/` : `http://${host}:${port}/${n}`
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

const addEndpoint = (server: RunningServer, { secret: key }: Merchant, url: string) =>
  call<{ id: string }>(server, { method: 'POST', path: '/v2/webhooks/', key, body: { url } })

/** Makes payments at a steady rate, and says when each was answered. */
async function payAtRate(
  server: RunningServer,
  merchants: readonly Merchant[],
  seconds: number,
): Promise<Map<string, number>> {
  const answered = new Map<string, number>()
  const asked: Promise<void>[] = []
  const began = performance.now()
  for (let n = 0; n < seconds * per_second; n++) {
    await pause(Math.max(0, began + (n * 1000) / per_second - performance.now()))
    const { secret: key } = merchants[n % merchants.length] as Merchant
    const body = { amount: 1000 + n }
    asked.push(
      call<{ id: string }>(server, { method: 'POST', path: '/v2/payments/', key, body }).then(
        ({ id }) => void answered.set(id, performance.now()),
      ),
    )
  }
  await Promise.all(asked)
  return answered
}

/** The worst of the live endpoints. What never came counts as endless. */
function delays(
  { heard }: Receiver,
  answered: ReadonlyMap<string, number>,
  isFor: (n: number, index: number) => boolean,
): { p50_ms: number; p99_ms: number } {
  const ids = [...answered.entries()]
  const worst = { p50_ms: 0, p99_ms: 0 }
  for (let n = 0; n < endpoints; n++) {
    if (n === slow || n === dead) continue
    const times = heard.get(`/${n}`)
    const waits = ids
      .filter((_, index) => isFor(n, index))
      .map(([id, at]) => Math.max(0, (times?.get(id) ?? Number.POSITIVE_INFINITY) - at))
    const sorted = Float64Array.from(waits).sort()
    worst.p50_ms = Math.max(worst.p50_ms, quantile(sorted, 0.5))
    worst.p99_ms = Math.max(worst.p99_ms, quantile(sorted, 0.99))
  }
  return worst
}

async function measureDelay(
  server: RunningServer,
  merchants: readonly Merchant[],
  { engine, to, seconds }: { engine: ServerEngine; to: 'one' | 'all'; seconds: number },
): Promise<WebhookDelay> {
  const receiver = await new Receiver().listen()
  const all = to === 'all' ? merchants.slice(0, 1) : merchants.slice(0, endpoints)
  const owners = Array.from({ length: endpoints }, (_, n) => all[n % all.length] as Merchant)
  const made: [Merchant, string][] = []
  for (const [n, owner] of owners.entries()) {
    made.push([owner, (await addEndpoint(server, owner, receiver.urlOf(n))).id])
  }
  // Code is compiled by use, and who is dead is found out.
  await payAtRate(server, all, 2)
  const answered = await payAtRate(server, all, seconds)
  await pause(3000)
  // Payments are dealt in turn: the one of an endpoint's owner is known by who heard of it.
  const found = delays(receiver, answered, (n, index) => {
    if (to === 'all') return true
    const id = [...answered.keys()][index] ?? ''
    return receiver.heard.get(`/${n}`)?.has(id) ?? false
  })
  for (const [{ secret: key }, id] of made) {
    const path = `/v2/webhooks/${id}`
    await fetch(`http://${host}:${server.port}${path}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${key}` },
    })
  }
  receiver.close()
  const heard = [...receiver.heard].filter(([path]) => path !== `/${slow}`)
  const arrived = new Set(heard.flatMap(([, times]) => [...times.keys()]))
  const live = endpoints - 2
  const due = to === 'all' ? answered.size : Math.floor((answered.size * live) / endpoints)
  const lost = Math.max(0, due - [...answered.keys()].filter((id) => arrived.has(id)).length)
  return { engine, to, events: answered.size, lost, ...found }
}

/** What it costs those who pay that somebody listens. */
async function measureCost(
  load: Load,
  server: RunningServer,
  merchants: readonly Merchant[],
  engine: ServerEngine,
): Promise<WebhookCost> {
  const requests = merchants.map(({ secret: key }) =>
    onTheWire({ method: 'POST', path: '/v2/payments/', key, body: { amount: 1000 } }),
  )
  const order = { host, port: server.port, connections, seconds: 2, requests }
  const rates: Record<'without' | 'with', number[]> = { without: [], with: [] }
  const receiver = await new Receiver().listen()
  const made: [Merchant, string][] = []
  for (const it of merchants) {
    made.push([it, (await addEndpoint(server, it, receiver.urlOf(endpoints))).id])
  }
  const enable = async (enabled: boolean) => {
    for (const [{ secret: key }, id] of made) {
      await fetch(`http://${host}:${server.port}/v2/webhooks/${id}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ enabled }),
      })
    }
  }
  for (let round = 0; round < 3; round++) {
    for (const which of ['without', 'with'] as const) {
      await enable(which === 'with')
      rates[which].push((await load.run(order)).per_second)
      server.forgetLog()
    }
  }
  receiver.close()
  return { engine, without: median(rates.without), with: median(rates.with) }
}

/**
 * How long after the answer of the API a live endpoint hears of a payment, at 200 payments a second
 * and beside a dead and a slow endpoint; and what that costs those who pay.
 */
export async function measureWebhooks(
  bench: Bench,
  load: Load,
): Promise<{ delays: WebhookDelay[]; costs: WebhookCost[] }> {
  const found = { delays: [] as WebhookDelay[], costs: [] as WebhookCost[] }
  if (!wants(bench, 'webhooks')) return found
  const seconds = bench.plan.large > 100_000 ? 30 : 8
  for (const engine of enginesOf(bench)) {
    const { merchants, place } = await fillStore(await newPlace(bench, engine), bench.plan.small)
    const server = await startServer(place)
    bench.atEnd(server.stop)
    for (const to of ['one', 'all'] as const) {
      bench.say(`${engine}: webhooks, each event to ${to}`)
      found.delays.push(await measureDelay(server, merchants.slice(10), { engine, to, seconds }))
    }
    found.costs.push(await measureCost(load, server, merchants.slice(30, 40), engine))
    await server.stop()
  }
  return found
}
