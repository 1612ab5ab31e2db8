import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { buildServer } from '../../../src/app/build-server.ts'
import { brokenInvariants } from '../../../src/app/invariants/check-invariants.ts'
import type { Services } from '../../../src/dialects/operation-route.ts'
import { Committer } from '../../../src/platform/commit.ts'
import type { Db } from '../../../src/platform/db.ts'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { assertShown, blocksOf, commandsOf } from '../../guide.ts'
import { type Answer, type CallOptions, startServer, type TestServer } from '../../harness.ts'
import { refusedWith, watched } from '../../watched-db.ts'
import { assertRefused } from '../v2/answers.ts'
import { approvedCard, capturedCard, challengedCard, clientOf } from '../v2/objects.ts'

/** Failures are asked for, and need not be read. */
const log = pino({ level: 'silent' })

let server: TestServer
before(async () => {
  server = await startServer({ live: sandbox })
})
after(async () => {
  assert.deepEqual(await brokenInvariants(server.services.db), [])
  await server.close()
})

const post = (path: string, key: string, body?: unknown, more: CallOptions = {}) =>
  server.call('POST', path, { body, ...more, headers: { 'idempotency-key': key } })
const pay = (key: string, body: object = {}, more?: CallOptions) =>
  post('/v2/payments/', key, { amount: 100, ...body }, more)

const isReplayed = ({ headers }: Answer) => headers.get('idempotent-replayed') === 'true'

/** Fails unless the second says what the first said, and that it was said before. */
function assertReplayed(answer: Answer, first: Answer): void {
  assert.deepEqual([answer.status, answer.text], [first.status, first.text])
  assert.equal(answer.headers.get('content-type'), first.headers.get('content-type'))
  assert.ok(isReplayed(answer), 'it was done again')
  assert.notEqual(answer.headers.get('request-id'), first.headers.get('request-id'))
}

/** Fails unless it was done now. */
function assertDone(answer: Answer, status = 200): void {
  assert.equal(answer.status, status, answer.text)
  assert.ok(!isReplayed(answer))
}

const reused = 'This Idempotency-Key came with another request before'
function assertReused({ status, body, text }: Answer): void {
  assert.equal(status, 422, text)
  assert.deepEqual(body, {
    detail: [{ loc: ['header', 'idempotency-key'], msg: reused, type: 'value_error' }],
  })
}

/** What the server is asked, and how it answers: with a different part in its machine. */
async function withServer<T>(
  other: Partial<Services>,
  work: (ask: (path: string, key: string | null, body: object) => Promise<Answer>) => Promise<T>,
): Promise<T> {
  const app: FastifyInstance = buildServer({ ...server.services, ...other }, { trust_proxy: false })
  const authorization = `Bearer ${server.merchant.keys.stest}`
  try {
    return await work(async (url, key, payload) => {
      const headers = { authorization, ...(key !== null && { 'idempotency-key': key }) }
      const reply = await app.inject({ method: 'POST', url, headers, payload })
      return {
        status: reply.statusCode,
        headers: new Headers(reply.headers as Record<string, string>),
        text: reply.body,
        body: reply.body && reply.json(),
      }
    })
  } finally {
    await app.close()
  }
}

describe('a key', () => {
  it('is 1 to 255 printable characters, bare or a structured string, or else a 400', async () => {
    const first = await pay('spelled "twice"\\')
    assertDone(first)
    assertReplayed(await pay('"spelled \\"twice\\"\\\\"'), first)
    for (const key of ['k', '~'.repeat(255), `"${'\\"'.repeat(255)}"`]) assertDone(await pay(key))
    const wrong = 'Idempotency-Key takes 1 to 255 printable ASCII characters'
    for (const key of ['', '""', 'a'.repeat(256), 'caf\u00e9', 'a\tb', '"open', '"a"b"', '"a";b']) {
      assertRefused(await pay(key), 400, wrong)
      const { status, body } = await post('/v1/customers', key, { email: 'a@b.example' })
      const error = { type: 'invalid_request_error', message: wrong }
      assert.deepEqual([status, body], [400, { error }])
    }
  })

  it('opens nothing, and changes no answer of what only reads', async () => {
    assert.equal((await pay('', {}, { key: null })).status, 401)
    for (const key of ['', 'same', 'same']) {
      const answer = await server.call('GET', '/v2/payments/', {
        headers: { 'idempotency-key': key },
      })
      assertDone(answer)
    }
  })

  it('is good for one request: with another byte it is a 422, and nothing is done', async () => {
    const first = await post('/v2/payments/', 'one request', '{"amount":100,"currency":"eur"}')
    assertDone(first)
    for (const body of ['{"currency":"eur","amount":100}', '{"amount":101}', '{"amount": 100}']) {
      assertReused(await post('/v2/payments/', 'one request', body))
    }
    const paths = await Promise.all(
      ['a', 'b'].map(async (it) => `/v2/payments/${(await pay(`path ${it}`)).body.id}`),
    )
    const [one = '', two = ''] = paths
    const patch = (path: string) =>
      server.call('PATCH', path, {
        headers: { 'idempotency-key': 'one path' },
        body: { order_id: 'o' },
      })
    assertDone(await patch(one))
    assertReused(await patch(two))
    assertDone(await post('/v1/customers', 'v1', { email: 'reused@v1.example' }))
    const answer = await post('/v1/customers', 'v1', { email: 'other@v1.example' })
    const message = `idempotency-key: ${reused}`
    const error = { type: 'invalid_request_error', message }
    assert.deepEqual([answer.status, answer.body], [422, { error }])
  })

  it('is another one for another account, mode, method or route', async () => {
    const { keys } = server.merchant
    const other = await server.newMerchant()
    const body = { email: 'scope@example.com' }
    for (const key of [keys.stest, keys.sprod, other.keys.stest]) {
      const made = await post('/v2/customers', 'scope', body, { key })
      assertDone(made)
      assertReplayed(await post('/v2/customers', 'scope', body, { key }), made)
      const path = `/v2/customers/${made.body.id}`
      const headers = { 'idempotency-key': 'scope' }
      const changed = await server.call('PATCH', path, { key, headers, body: { name: 'Zoé' } })
      assertDone(changed)
      const deleted = await server.call('DELETE', path, { key, headers })
      assertDone(deleted)
      assertReplayed(await server.call('DELETE', path, { key, headers }), deleted)
      assertDone(await post('/v2/payments', 'scope', { amount: 1 }, { key }))
    }
  })

  it('is kept for 30 days on the clock of the account, then it is new again', async () => {
    const { keys } = await server.newMerchant()
    const shop = clientOf(server, keys.stest)
    const key = keys.stest
    await shop.post('/v2/sandbox/clock', { frozen: true })
    const first = await pay('old', {}, { key })
    const refused = await pay('old refusal', { card: `card_${'0'.repeat(24)}` }, { key })
    await shop.post('/v2/sandbox/clock', { advance: 'PT719H59M59S' })
    assertReplayed(await pay('old', {}, { key }), first)
    assertReplayed(await pay('old refusal', { card: `card_${'0'.repeat(24)}` }, { key }), refused)
    await shop.post('/v2/sandbox/clock', { advance: 'PT1S' })
    const second = await pay('old', { amount: 200 }, { key })
    assertDone(second)
    assert.notEqual(second.body.id, first.body.id)
    assertReplayed(await pay('old', { amount: 200 }, { key }), second)
    assertReused(await pay('old', {}, { key }))
    assertDone(await pay('old refusal', {}, { key }))
  })
})

describe('requests under one key at once', () => {
  const countOf = async (order_id: string): Promise<number> => {
    const path = `/v2/payments/?order_id=${order_id}`
    return (await clientOf(server).get(path)).range.count
  }

  it('make one payment of fifty; the others hear the same or are told to wait', async () => {
    const body = { order_id: 'fifty', card: approvedCard }
    const answers = await Promise.all(Array.from({ length: 50 }, () => pay('fifty', body)))
    const [done, ...more] = answers.filter((it) => it.status === 200 && !isReplayed(it))
    assert.ok(done && more.length === 0)
    for (const it of answers) {
      if (it === done) continue
      if (it.status === 200) assertReplayed(it, done)
      else {
        assertRefused(
          it,
          409,
          'A request with this Idempotency-Key is being answered; try again in a second',
        )
        assert.equal(it.headers.get('retry-after'), '1')
      }
    }
    assert.equal(await countOf('fifty'), 1)
    assertReplayed(await pay('fifty', body), done)
  })

  it('of two processes make one payment, whose code waits once', async () => {
    const { db, cvcs } = server.services
    const held = cvcs.size
    const body = { amount: 5, order_id: 'two', auth: true, card: { ...challengedCard, cvc: '123' } }
    const keys = Array.from({ length: 8 }, (_, n) => `two ${n}`)
    await withServer({ committer: new Committer(db) }, (one) =>
      withServer({ committer: new Committer(db) }, async (two) => {
        const both = keys.map((key) =>
          Promise.all([one('/v2/payments/', key, body), two('/v2/payments/', key, body)]),
        )
        for (const pair of await Promise.all(both)) {
          const [done, other, ...none] = pair.toSorted((a) => (isReplayed(a) ? 1 : -1))
          assert.ok(done && other && none.length === 0)
          assertDone(done)
          assertReplayed(other, done)
        }
      }),
    )
    assert.equal(await countOf('two'), keys.length)
    assert.equal(cvcs.size - held, keys.length)
  })

  it('on one row, each under a key of its own, all get their turn', async () => {
    const { body } = await pay('row', { amount: 1000, card: capturedCard })
    const keys = Array.from({ length: 20 }, (_, n) => `row ${n}`)
    const refunds = await Promise.all(
      keys.map((key) => post('/v2/refunds/', key, { payment: body.id, amount: 50 })),
    )
    for (const it of refunds) assertDone(it)
    assert.equal(new Set(refunds.map((it) => it.body.id)).size, 20)
  })
})

describe('what is kept', () => {
  it('is each answer of a bank, and each refusal that would be the same again', async () => {
    const declined = { ...approvedCard, number: '4000000000000002' }
    const refusals: [body: object, status: number][] = [
      [{ card: declined }, 200],
      [{ card: `card_${'0'.repeat(24)}` }, 404],
      [{ card: { ...approvedCard, number: '4242424242424241' } }, 422],
    ]
    for (const [n, [body, status]] of refusals.entries()) {
      const first = await pay(`no ${n}`, body)
      assertDone(first, status)
      assertReplayed(await pay(`no ${n}`, body), first)
      assertReused(await pay(`no ${n}`, { ...body, order_id: 'other' }))
    }
  })

  it('is no conflict, no failure of ours, and nothing that was never begun', async () => {
    const client = clientOf(server)
    const { id } = await client.post('/v2/cards/', {
      ...approvedCard,
      exp_year: 2044,
      external_id: 'kept',
    })
    const body = { ...challengedCard, exp_year: 2044, external_id: 'kept' }
    assertDone(await post('/v2/cards/', 'conflict', body), 409)
    await client.call('DELETE', `/v2/cards/${id}`)
    assertDone(await post('/v2/cards/', 'conflict', body))

    assertDone(await post('/v2/payments/', 'never begun', '{"amount":'), 422)
    assertDone(await pay('never begun', { amout: 1 }), 422)
    assertDone(await pay('never begun'))

    const { db } = server.services
    let accidents = 1
    const query: Db['query'] = (text, values) =>
      text.includes('insert into idempotency_keys') && accidents-- > 0
        ? refusedWith(db, '22000')()
        : db.query(text, values)
    await withServer({ log, committer: new Committer({ ...db, query }) }, async (ask) => {
      const send = () => ask('/v2/customers/', 'failure', { email: 'failure@example.com' })
      assertDone(await send(), 500)
      const done = await send()
      assertDone(done)
      assertReplayed(await send(), done)
    })
    const { customers } = await client.get('/v2/customers/?email=failure%40example.com')
    assert.equal(customers.length, 1)
  })

  it('tells nothing of a request or its answer to who reads the table', async () => {
    const number = '4000002760000016'
    const key = 'a key that a client chose'
    const body = JSON.stringify({
      amount: 123,
      order_id: 'ORDER-OF-SOMEBODY',
      card: { ...challengedCard, number, cvc: '0937' },
    })
    const { text } = await post('/v2/payments/', key, body)
    assert.match(text, /ORDER-OF-SOMEBODY/)
    const rows = await server.services.db.query<{ line: string; answer: Buffer }>(
      'select k::text as line, answer from idempotency_keys k where account = $1',
      [server.merchant.id],
    )
    const claims = await server.services.db.query<{ line: string }>(
      `select c::text as line from claims c where scope = 'idempotency'`,
    )
    const bytes = Buffer.concat(rows.flatMap((it) => it.answer ?? []))
    const dump = [...rows, ...claims].map((it) => it.line).join('\n') + bytes.toString('latin1')
    assert.ok(rows.length > 10)
    const hash = createHash('sha256').update(body).digest('hex')
    for (const secret of [number, '"0937"', 'ORDER-OF-SOMEBODY', 'paym_', key, hash]) {
      assert.ok(!dump.includes(secret), secret)
    }
  })
})

describe('the price', () => {
  it('is one read more, and no commit more; without a key nothing', async () => {
    const db = watched(server.services.db)
    await withServer({ db, committer: new Committer(db) }, async (ask) => {
      const costs = async (key: string | null, body: object) => {
        const from = db.asked.length
        await ask('/v2/customers/', key, body)
        const asked = db.asked.slice(from).map(({ text }) => text)
        const commits = asked.filter((it) => it.startsWith('with ')).length
        return { reads: asked.length - commits, commits }
      }
      const body = (n: number) => ({ email: `price${n}@example.com` })
      await costs(null, body(0))
      const without = await costs(null, body(1))
      assert.equal(without.commits, 1)
      assert.ok(db.asked.every(({ text }) => !text.includes('idempotency')))
      const first = await costs('price', body(2))
      assert.deepEqual(first, { reads: without.reads + 1, commits: 1 })
      assert.equal((await costs('price', body(2))).commits, 0)
    })
  })
})

describe('work of several Changes', () => {
  it('a payout of all that waits is made once, and told as it was', async () => {
    const { keys } = await server.newMerchant()
    const shop = clientOf(server, keys.stest)
    for (let n = 0; n < 3; n++)
      await shop.post('/v2/payments/', { amount: 500, card: capturedCard })
    const ask = () => post('/v2/payouts/', 'all', { status: 'to_pay' }, { key: keys.stest })
    const first = await ask()
    assertDone(first)
    assert.equal(first.body.payments.amount, 1500)
    assertReplayed(await ask(), first)
    assert.equal((await shop.get('/v2/payouts/')).range.count, 1)
  })

  it('a clock that was sent on its way and never told of arrives once', async () => {
    const { keys } = server.merchant
    const shop = clientOf(server, keys.stest)
    await shop.post('/v2/sandbox/clock', { to: '2030-03-01T12:00:00Z', frozen: true })
    const card = { ...approvedCard, exp_year: 2040 }
    const { id } = await shop.post('/v2/payments/', { amount: 900, capture: false, card })
    const body = { advance: 'P60D' }
    const dies = () => Promise.reject(new Error('the process was killed'))
    const url = '/v2/sandbox/clock'
    await withServer({ log, runClock: dies }, async (ask) => {
      assertDone(await ask(url, 'far', body), 500)
    })
    assert.equal((await shop.get(url)).advancing, true)
    assertReused(await post(url, 'far', { advance: 'P61D' }))
    const done = await post(url, 'far', body)
    assertDone(done)
    assert.equal(new Date(done.body.now * 1000).toISOString(), '2030-04-30T11:00:00.000Z')
    assert.equal(done.body.advancing, false)
    assert.ok(done.body.events.some((it: { object_id: string }) => it.object_id === id))
    // Though its time went by on the way: it is counted from where the clock arrived.
    assertReplayed(await post(url, 'far', body), done)
    assert.equal((await shop.get(url)).now, done.body.now)
  })
})

describe('the guide to safe retries', () => {
  const guide = new URL('../../../../../docs/guides/retry-safely.md', import.meta.url)

  it('shows what its commands answer', async () => {
    const blocks = blocksOf(await readFile(guide, 'utf8'))
    const shown = blocks.filter(({ language }) => language === 'json')
    const commands = blocks
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text }) => commandsOf(text))
    assert.deepEqual([shown.length, commands.length], [2, 2])
    for (const [n, [curl, url = '', ...rest]] of commands.entries()) {
      const option = (name: string) => rest[rest.indexOf(name) + 1] ?? ''
      assert.deepEqual([curl, option('-u')], ['curl', '$KEY:'])
      const [header, key = ''] = option('-H').split(': ')
      assert.equal(header, 'Idempotency-Key')
      const [first, again] = [
        await post(url.replace('$API', ''), key, option('--json')),
        await post(url.replace('$API', ''), key, option('--json')),
      ]
      assertShown(first.body, JSON.parse(shown[n]?.text ?? ''))
      assert.equal(again.text, first.text)
    }
  })

  it('has a program that hears of one payment, though its first answer is lost', async () => {
    const [program] = blocksOf(await readFile(guide, 'utf8')).filter((it) => it.language === 'js')
    const real = globalThis.fetch
    const { API, KEY } = process.env
    const lost: string[] = []
    Object.assign(process.env, { API: server.url, KEY: server.merchant.keys.stest })
    globalThis.fetch = async (...it) => {
      const response = await real(...it)
      if (lost.length > 0) return response
      lost.push(await response.text())
      throw new TypeError('fetch failed')
    }
    try {
      const { post } = await import(
        `data:text/javascript,${encodeURIComponent(program?.text ?? '')}`
      )
      const response = await post('/v2/payments/', 'of the guide', { amount: 100 })
      assert.deepEqual([await response.text()], lost)
    } finally {
      globalThis.fetch = real
      Object.assign(process.env, { API: API ?? '', KEY: KEY ?? '' })
    }
  })
})
