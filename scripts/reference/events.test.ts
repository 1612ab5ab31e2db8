import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { eventSorts } from '@obole/contract/events.js'
import { lineSchemas } from '@obole/server/src/app/import/line-schemas.js'
import { disbursementEvents } from '@obole/server/src/disbursements/disbursement.js'
import { disputeMachine } from '@obole/server/src/disputes/dispute.js'
import { intentMachine } from '@obole/server/src/intents/intent.js'
import { paymentEvents } from '@obole/server/src/payments/payment.js'
import { payoutEvents } from '@obole/server/src/payouts/payout.js'
import { refundEvents } from '@obole/server/src/refunds/refund.js'
import { judged } from '@obole/server/src/webhooks/judge-endpoint.js'
import type { Endpoint } from '@obole/server/src/webhooks/store.js'
import { eventPage, eventPageText } from './events.ts'

const root = new URL('../../../', import.meta.url)

/** Statuses that a step leads to, whose names the events have. */
const reached = (machine: Readonly<Record<string, object>>): string[] =>
  Object.values(machine).flatMap((steps) => Object.values(steps))

/** What becomes of an endpoint that takes nothing for two days, and of one that is gone. */
const judgements = (['failed', 'gone'] as const).flatMap((verdict) => {
  const before = { enabled: true, failing_since: new Date(0), warnings: 0 } as Endpoint
  return judged(before, verdict, new Date(2 * 24 * 3600 * 1000))?.action ?? []
})

const ofMachines: Record<string, string[]> = {
  payment: Object.values(paymentEvents),
  payment_intent: reached(intentMachine),
  refund: Object.values(refundEvents),
  dispute: reached(disputeMachine),
  disbursement: Object.values(disbursementEvents),
  payout: Object.values(payoutEvents),
  webhook_endpoint: judgements,
}

/** Each `event(ctx, 'card', 'deleted', …)` that stands in the server. */
function written(): string[] {
  const folder = new URL('server/src/', root)
  const sources = (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const calls = /\bevent\(\s*(?:\w+|\{[^}]*\}),\s*'(\w+)',\s*(?:\w+ \? [\w.]+ : )?'(\w+)'/g
  return sources.flatMap((it) =>
    [...it.matchAll(calls)].map(([, object, action]) => `${object}.${action}`),
  )
}

/** What an import brings along and tells of. */
const importable = (): string[] =>
  Object.keys(lineSchemas)
    .filter((it) => it !== 'evidence')
    .map((it) => `${it}.imported`)

const none = { untold: [], unknown: [] }

describe('the catalogue of events', () => {
  it('holds what the machines, the verbs and the import tell, and nothing else', () => {
    const machines = Object.entries(ofMachines).flatMap(([object, actions]) =>
      actions.map((it) => `${object}.${it}`),
    )
    const told = new Set([...machines, ...written(), ...importable()])
    const known = new Set<string>(eventSorts.map((it) => it.type))
    const only = (a: Set<string>, b: Set<string>) => [...a].filter((it) => !b.has(it))
    assert.deepEqual({ untold: only(known, told), unknown: only(told, known) }, none)
  })

  it('is what the page of the reference shows', () => {
    const text = readFileSync(new URL(eventPage, root), 'utf8')
    assert.equal(text, eventPageText(), 'npm run check -- --write')
  })
})
