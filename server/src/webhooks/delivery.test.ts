import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { limits } from '../kernel/limits.ts'
import type { Answer } from '../platform/http-client.ts'
import { endAttempt, type Outcome, retryAfter, retryDelays, shownAttempt } from './delivery.ts'
import { patternsOf, unharmed } from './endpoint.ts'
import { judged } from './judge-endpoint.ts'
import { keptHeaders } from './postman.ts'
import type { Delivery, Endpoint } from './store.ts'

const at = new Date('2030-01-01T00:00:00Z')
const hour_ms = 3_600_000
const day_ms = 24 * hour_ms

const taken: Delivery = {
  account: 'acct_1',
  live: false,
  id: 'dlvr_1',
  version: 7,
  created: at,
  endpoint: 'we_1',
  event: 'evt_1',
  seq: 1n,
  type: 'payment.captured',
  object_id: 'paym_1',
  status: 'pending',
  attempts: 0,
  due_at: at,
  taken: true,
  url: null,
}

const answered = (status: number, headers: Record<string, string> = {}): Answer => ({
  result: 'answered',
  status,
  headers,
  body: '',
  truncated: false,
  duration_ms: 5,
})
const unreachable = (reason: 'aborted' | 'timeout'): Answer => ({
  result: 'unreachable',
  reason,
  message: 'no',
  duration_ms: 5,
})
const went = (answer: Answer, accepted = false): Outcome => ({ answer, accepted, at, ended: at })
const waits = (after: Delivery) => (after.due_at?.getTime() ?? Number.NaN) - at.getTime()

describe('a delivery', () => {
  it('that was accepted is at its end', () => {
    const {
      status,
      due_at,
      taken: held,
      attempts,
    } = endAttempt(taken, went(answered(204), true), 0)
    assert.deepEqual([status, due_at, held, attempts], ['delivered', null, false, 1])
  })

  it('is attempted 15 times over some 75 hours, each later than the one before', () => {
    let it = taken
    let [passed, last] = [0, 0]
    for (let attempt = 1; attempt < 15; attempt++) {
      it = endAttempt({ ...it, taken: true }, went(unreachable('timeout')), 0.5)
      assert.deepEqual([it.status, it.attempts, it.taken], ['pending', attempt, false])
      assert.ok(waits(it) > last)
      last = waits(it)
      passed += last
    }
    const hours = passed / hour_ms
    assert.ok(hours > 74 && hours < 76, `${hours}`)
    it = endAttempt({ ...it, taken: true }, went(answered(500)), 0.5)
    assert.deepEqual([it.status, it.attempts, it.due_at], ['failed', 15, null])
    assert.equal(retryDelays.length, limits.delivery_attempts_max)
  })

  it('waits a fifth more or less than the schedule says, and never beyond', () => {
    const early = endAttempt(taken, went(answered(500)), 0)
    const late = endAttempt(taken, went(answered(500)), 1)
    assert.deepEqual([waits(early), waits(late)], [4000, 6000])
  })

  it('waits as long as the endpoint asks for, at most a day, never less than the schedule', () => {
    const asks = (value: string) =>
      waits(endAttempt(taken, went(answered(503, { 'retry-after': value })), 0.5))
    assert.equal(asks('120'), 120_000)
    assert.equal(asks('1'), 5000)
    assert.equal(asks('999999999'), day_ms)
    assert.equal(asks('Tue, 01 Jan 2030 02:00:00 GMT'), 2 * hour_ms)
    for (const it of ['', 'soon', '-5', '1e3', 'Mon, 01 Jan 2001 00:00:00 GMT']) {
      assert.equal(retryAfter(it, at), 0, it)
      assert.equal(asks(it), 5000, it)
    }
  })

  it('that a stop of ours has cut off is due again, and no attempt is lost', () => {
    const after = endAttempt(taken, went(unreachable('aborted')), 0)
    assert.deepEqual([after.status, after.attempts, waits(after)], ['pending', 0, 0])
  })

  it('keeps no signature, and of an answer 4 kB without half a character', () => {
    const kept = keptHeaders({ 'webhook-id': 'evt_1', 'Stancer-Signature': 't=1,v1=00' })
    assert.deepEqual(kept, { 'webhook-id': 'evt_1', 'Stancer-Signature': '***' })
    const headers = { a: 'x'.repeat(4000), b: 'y'.repeat(200), c: 'z' }
    const long: Answer = { ...answered(500, headers), body: `a${'😀'.repeat(2000)}` } as Answer
    const shown = shownAttempt({ answer: long, at }, kept)
    assert.deepEqual(Object.keys(shown.response_headers ?? {}), ['a'])
    assert.ok(Buffer.byteLength(shown.response_body ?? '') <= 4096 + 3)
    assert.doesNotThrow(() => encodeURIComponent(shown.response_body ?? ''))
    assert.equal(shownAttempt(went(unreachable('timeout')), {}).error, 'timeout: no')
  })
})

describe('an endpoint', () => {
  const healthy = { id: 'we_1', enabled: true, ...unharmed } as Endpoint
  const after = (days: number) => new Date(at.getTime() + days * day_ms)

  it('that takes nothing is told of after one and three days, and disabled after five', () => {
    let endpoint = healthy
    const told: [number, string][] = []
    for (let days = 0; days <= 6; days += 0.25) {
      const change = judged(endpoint, 'failed', after(days))
      if (change?.action) told.push([days, change.action])
      endpoint = change?.after ?? endpoint
    }
    assert.deepEqual(told, [
      [1, 'disabling'],
      [3, 'disabling'],
      [5, 'disabled'],
    ])
    assert.deepEqual([endpoint.enabled, endpoint.disabled_reason], [false, 'failing'])
  })

  it('is written only when something changes: at the first failure, and the first success', () => {
    assert.equal(judged(healthy, 'accepted', at), undefined)
    const failing = judged(healthy, 'failed', at)?.after
    assert.ok(failing)
    assert.equal(judged(failing, 'failed', after(0.5)), undefined)
    const warned = judged(failing, 'failed', after(1))?.after
    assert.ok(warned)
    assert.deepEqual(judged(warned, 'accepted', after(2))?.after, healthy)
  })

  it('that says it is gone is disabled at once, and one that is disabled stays as it is', () => {
    const gone = judged(healthy, 'gone', at)
    assert.deepEqual([gone?.action, gone?.after.disabled_reason], ['disabled', 'gone'])
    assert.ok(gone)
    for (const it of ['accepted', 'failed', 'gone'] as const) {
      assert.equal(judged(gone.after, it, after(9)), undefined)
    }
  })

  it('asks for types literally: an underscore is no wildcard', () => {
    assert.deepEqual(patternsOf(['*', 'payment_intent.*', 'payment.captured']), [
      '%',
      'payment\\_intent.%',
      'payment.captured',
    ])
  })
})
