import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { pino } from 'pino'
import { settleAuthentication } from '../../src/payments/settle-authentication.ts'
import { clientOf } from '../contract/v2/objects.ts'
import { type Answer, startServer, type TestServer } from '../harness.ts'

const lines: string[] = []
let server: TestServer
before(async () => {
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  server = await startServer({ log })
})
after(() => server.close())

const cvc = '0937'
const number = '4000002760000016'
const iban = 'FR1420041010050500013M02606'
const card = { number, exp_month: 12, exp_year: 2033, cvc }

/** How a secret could stand somewhere: as a word of its own, or its bytes in hex or base64. */
const formsOf = (secret: string): RegExp[] => {
  const bytes = Buffer.from(secret)
  const base64 = bytes.toString('base64').replace(/=+$/, '')
  return [
    new RegExp(`(?<![0-9A-Za-z])${secret}(?![0-9A-Za-z])`),
    new RegExp(bytes.toString('hex')),
    new RegExp(base64),
  ]
}

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const { db } = server.services
  const tables = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = current_schema() and table_type = 'BASE TABLE'`,
  )
  assert.ok(tables.length > 15)
  const parts: string[] = []
  for (const { name } of tables) {
    const rows = await db.query<{ line: string }>(`select t::text as line from "${name}" t`)
    parts.push(...rows.map((it) => it.line))
  }
  return parts.join('\n')
}

it('numbers and codes of cards and IBANs stand in no table, log line or answer', async () => {
  const client = clientOf(server)
  const answers: Answer[] = []
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    // Under a key, so that what is kept to be answered again is looked into too.
    const headers = { 'idempotency-key': `of ${number} ${answers.length}` }
    const answer = await client.call(method, path, { headers, ...(body ? { body } : {}) })
    answers.push(answer)
    return answer
  }
  const post = (path: string, body: unknown) => call('POST', path, body)
  const sepa = { iban, name: 'Zoé', mandate: 'RUM-1', date_mandate: '2024-01-31' }

  await post('/v2/cards/', card)
  await post('/v2/sepa/', { iban, name: 'Zoé' })
  await post('/v2/payments/', { amount: 100, card, unique_id: 'first' })
  await post('/v2/payments/', { amount: 100, sepa })
  await post('/v1/checkout/', { amount: 100, currency: 'eur', card: { ...card, exp_year: 2034 } })

  const kept = await post('/v2/cards/', card)
  await post('/v2/disbursements/', { amount: 100, card: kept.body.id, cvc })

  // With 3-D Secure the code waits: for a success, for a refusal, and for ever.
  for (const result of ['succeed', 'decline', null] as const) {
    const { body } = await post('/v2/payments/', { amount: 100, card, auth: true })
    assert.equal(body.auth.status, 'available')
    if (result) await settleAuthentication(server.ctx(), { id: body.auth.uuid, result })
    if (result) assert.equal(server.services.cvcs.take(body.auth.uuid, server.clock.now()), null)
    await call('GET', `/v2/payments/${body.id}`)
  }

  // Refusals of all kinds, which must not say what they refuse.
  await post('/v2/payments/', { amount: 100, card, unique_id: 'first' })
  await post('/v2/payments/', { amount: -1, card })
  await post('/v2/payments/', { amount: 1, card: { ...card, exp_month: 13 } })
  await post('/v2/payments/', { amount: 1, card: { ...card, cvc: `${cvc}${cvc}` } })
  await post('/v2/payments/', { amount: 1, card: number, sepa: iban })
  await post('/v2/payments/', `{"card":{"number":"${number}","cvc":"${cvc}"`)
  await post('/v2/sepa/', { iban: `${iban}0`, name: 'Zoé' })
  await post('/v1/cards/', { ...card, exp_month: number })
  await call('GET', `/v2/cards/${number}?name=${number}`)
  await call('GET', '/v2/cards/')
  await call('GET', '/v2/payments/?limit=100')

  const database = await dump()
  assert.ok(database.includes('RUM-1'), 'the dump holds what was made')
  assert.ok(lines.length >= answers.length, 'the log holds what was called')
  const shown = answers.map((it) => it.text).join('\n')
  const logged = lines.join('\n')
  for (const secret of [cvc, number, iban]) {
    for (const form of formsOf(secret)) {
      assert.doesNotMatch(database, form)
      assert.doesNotMatch(logged, form)
      assert.doesNotMatch(shown, form)
    }
  }
  const { stest } = server.merchant.keys
  for (const text of [database, logged]) assert.equal(text.includes(stest), false)
})
