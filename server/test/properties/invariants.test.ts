import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { brokenInvariants, invariants } from '../../src/app/invariants/check-invariants.ts'
import { deleteOldest } from '../../src/platform/delete-old.ts'
import { startServer, type TestServer } from '../harness.ts'
import { Shop } from '../scenarios/shop.ts'

const open = 'alter table transfers disable trigger user;'
const settled = 'alter table settlement_items disable trigger user;'
const copied = (changes: string, where: string, table = 'transfers') =>
  `insert into ${table} select (jsonb_populate_record(t, '${changes}')).* from ${table} t
   where ${where} limit 1`

/** Of the account whose first events were deleted for their age. */
const isPruned = (row: string) =>
  `exists (select from deleted_events d where d.account = ${row}.account and d.live = ${row}.live)`
const ofPruned = (what: string) => `(select ${what} from events e where ${isPruned('e')})`

/** What is done to a good database behind the program's back → the sentence that is then false. */
const sabotage: [sql: string, says: RegExp][] = [
  ['update ledger_days set debits = debits + 1', /^transfers sum to zero/],
  ['update ledger_days set pending = pending + 1', /^transfers sum to zero/],
  ['update ledger_days set transfers = transfers + 1', /^the sums of a day/],
  ['delete from ledger_days', /^the sums of a day/],
  [`${open} update transfers set created = created + interval '1 day'`, /^the sums of a day/],
  [
    `${open} update transfers set debit = 'bank:cash' where phase = 'pending'`,
    /^a transfer ends a pending one/,
  ],
  [
    `${open} update transfers set released = released + 1 where phase = 'posted'`,
    /^a transfer ends a pending one/,
  ],
  [`delete from instructions where kind = 'capture'`, /^a transfer has an approved instruction/],
  [
    `update instructions set status = 'declined' where kind = 'refund'`,
    /^a transfer has an approved instruction/,
  ],
  [`update instructions set amount = 1 where kind = 'authorize'`, /^an instruction has the trans/],
  [`update instructions set status = 'declined'`, /^an instruction has the transfers/],
  [`update instructions set kind = 'win_dispute'`, /^an instruction has the transfers/],
  [`${open} delete from transfers where reason = 'vat'`, /^what is settled of an object/],
  [`${open} delete from transfers where reason = 'capture'`, /^an instruction has the transfers/],
  [
    `${open} ${copied('{"id": "x"}', `phase = 'posted' and pending is null`)}`,
    /^an instruction has the transfers/,
  ],
  [
    `${open} update transfers set credit = 'bank:cash' where reason = 'fee'`,
    /^an instruction has the transfers/,
  ],
  [
    `update payments set status = 'to_capture' where status = 'captured'`,
    /^a payment has the instructions/,
  ],
  [`delete from instructions where kind = 'void'`, /^a payment has the instructions/],
  [`update payments set due_at = null`, /^a payment has the instructions/],
  [
    `alter table payments drop constraint payments_check; update payments set authorized = 1`,
    /^no more is captured/,
  ],
  [`update payments set promise = null`, /^a payment has a promise/],
  [
    `update payments set promise = (select min(promise) from payments) where promise is not null`,
    /^a payment has a promise/,
  ],
  [`update payments set promise = null`, /^a pending transfer is the promise/],
  [
    `${open} delete from transfers where phase in ('voided', 'posted')`,
    /^a pending transfer is the promise/,
  ],
  [`update payments set refunded = 0`, /^what is refunded/],
  [`update refunds set status = 'failed' where status = 'refunded'`, /^what is refunded/],
  [`delete from disputes`, /^a disputed payment has one dispute/],
  [`update disputes set amount = amount + 100000`, /^a disputed payment has one dispute/],
  [`update payments set status = 'authenticating'`, /^a payment that waits for the payer/],
  [`update refunds set status = 'refund_sent'`, /^each of the refunds has the instr/],
  [`update refunds set amount = 1`, /^each of the refunds has the instr/],
  [`update disputes set status = 'lost'`, /^each of the disputes has the instr/],
  [`update disbursements set status = 'failed'`, /^each of the disbursements has the instr/],
  [`${settled} delete from settlement_items where amount < 0`, /^what is settled of an object/],
  [`${settled} update settlement_items set fee = fee + 1`, /^what is settled of an object/],
  [
    `${settled} ${copied('{"id": "x"}', `kind = 'payment'`, 'settlement_items')}`,
    /^what is settled of an object/,
  ],
  [`update payments set fee = 1`, /^an object shows the fee/],
  [`update disputes set fee = 1`, /^an object shows the fee/],
  [`update refunds set due_at = now()`, /^each of the refunds goes on/],
  [`update disbursements set due_at = now()`, /^each of the disbursements goes on/],
  [`update disputes set due_at = null`, /^a dispute goes on by itself/],
  [`update payouts set amount = amount + 1`, /^a payout is the sum of its lines/],
  [`update payouts set totals = '{}'`, /^a payout is the sum of its lines/],
  [
    `${settled} update settlement_items set payout = (select max(id) from payouts)
     where payout is not null`,
    /^a payout is the sum of its lines/,
  ],
  [`delete from instructions where kind = 'book_payout'`, /^a payout has the instructions/],
  [`delete from instructions where kind = 'settle'`, /^a payout has the instructions/],
  [
    `${open} delete from transfers where credit = 'merchant:available'`,
    /^a payout leaves the pending balance/,
  ],
  [`update payouts set due_at = now()`, /^a payout goes on by itself/],
  [`delete from claims where scope = 'payout.open'`, /^an open payout is claimed/],
  [`update claims set owner = 'x' where scope = 'payout.open'`, /^an open payout is claimed/],
  [`delete from history where status = 'captured'`, /^statuses moved along edges/],
  [`update history set action = 'send' where action = 'clear'`, /^statuses moved along edges/],
  [`update history set step = step + 5`, /^statuses moved along edges/],
  [`update history set action = 'import' where version > 1`, /^statuses moved along edges/],
  [`update payouts set status = 'sent' where status = 'paid'`, /^statuses moved along edges/],
  [`update payment_intents set status = 'unpaid'`, /^statuses moved along edges/],
  [
    `update events set type = 'payment.sent' where type = 'payment.captured'`,
    /^each step is told by one event/,
  ],
  [`delete from history where object_id like 'refd_%'`, /^each step is told by one event/],
  [`delete from events where type = 'card.created'`, /^every version of an object is told/],
  [`update customers set version = version + 1`, /^every version of an object is told/],
  ['delete from events where seq = 3', /^events are numbered without gaps/],
  // Of an account whose first events were deleted for their age, only those may be missing.
  ['delete from deleted_events', /^events are numbered without gaps/],
  ['update deleted_events set last = last - 1', /^events are numbered without gaps/],
  [`delete from events where seq = ${ofPruned('min(seq)')}`, /^events are numbered without gaps/],
  ['delete from deleted_events', /^each step is told by one event/],
  ['delete from deleted_events', /^every version of an object is told/],
  [
    `update deleted_events set before = before - interval '2 hours'`,
    /^each step is told by one event/,
  ],
  [
    `delete from events e where ${isPruned('e')} and type = 'payment.captured'`,
    /^each step is told by one event/,
  ],
  [
    `delete from events e where ${isPruned('e')} and type = 'card.created'`,
    /^every version of an object is told/,
  ],
  [
    `delete from events e where ${isPruned('e')} and object = 'customer'
       and version = 3`,
    /^every version of an object is told/,
  ],
  [`update series set last = last + 1 where name = 'events'`, /^events are numbered/],
  [
    `update events e set id = 'evt_x' where seq = (select max(seq) from events o
      where o.account = e.account and o.live = e.live)`,
    /^an event is told once/,
  ],
  [`update instructions set object_id = 'paym_x'`, /^an instruction is about an object/],
  [
    `insert into claims select id, false, 'idempotency', 'x', 'x' from accounts limit 1`,
    /^what was answered under an idempotency key/,
  ],
  [`delete from claims where scope = 'payment.unique_id'`, /^a unique id of payments/],
  [
    `delete from claims where scope = 'payment_intent.unique_id'`,
    /^a unique id of payment_intents/,
  ],
  [`delete from vault_records where kind = 'pan'`, /^the numbers of cards are in the vault/],
  [`delete from vault_records where kind = 'iban'`, /^the numbers of bank_accounts/],
  [`update deliveries set status = 'delivered', due_at = null`, /^a delivery is due until its end/],
  [`update deliveries set attempts = 1`, /^each attempt at a delivery was written/],
  [`update deliveries set event = 'evt_x'`, /^a delivery is of an event/],
  [`update deliveries set endpoint = 'we_x'`, /^a delivery is of an event/],
  [`delete from vault_records where kind = 'signing_secret'`, /^what signs for an endpoint/],
  ...['payments', 'payment_intents', 'refunds', 'disputes', 'disbursements', 'payouts'].map(
    (it): [string, RegExp] => [
      `update tallies set number = number + 1 where object = '${it}'`,
      new RegExp(`^the tallies of ${it} are`),
    ],
  ),
  ...['cards', 'bank_accounts', 'customers', 'addresses'].map((it): [string, RegExp] => [
    `update ${it} set deleted = true`,
    new RegExp(`^the tallies of ${it} are`),
  ]),
  // What is named is another's.
  ...invariants.flatMap(({ says }): [string, RegExp][] => {
    const [, column, table] = /^(\w+) of (\w+) is a row of/.exec(says) ?? []
    return table
      ? [
          [
            `${settled} update ${table} set ${column} = 'another_x' where ${column} is not null`,
            new RegExp(`^${says}$`),
          ],
        ]
      : []
  }),
  [`update cards set account = 'acct_two'`, /^card of payments is a row of cards/],
  [`update payments set live = true`, /^payment of refunds is a row of payments/],
]

const card = (number: string) => ({ number, exp_month: 12, exp_year: 2050 })
const [approved, credited, contested, refused] = [
  '4242424242424242',
  '4000000000000077',
  '4000000000000259',
  '4000000000000002',
].map(card)
const iban = { iban: 'DE89370400440532013000', name: 'Zoé' }

/** A shop with an object of every kind, and of each one under way and one at its end. */
async function fill(shop: Shop): Promise<void> {
  const post = async (path: string, body: object = {}) =>
    (await shop.ask(path, path, { body })).body
  const pay = (more: object) => post('/v2/payments/', { amount: 1000, ...more })
  await shop.comesTo('2031-03-03T09:00:00Z')
  await post('/v2/webhooks/', { url: 'http://localhost:1/' })
  const customer = await post('/v2/customers/', { email: 'zoe@example.com' })
  await post('/v2/addresses/', { zip_code: '75001', city: 'Paris', country: 'FR' })
  const kept = await post('/v2/cards/', { ...card('5555555555554444'), customer: customer.id })
  const paid = await pay({ card: credited, unique_id: 'u-1', customer: customer.id })
  const again = await pay({ card: credited })
  await pay({ card: approved })
  await pay({ card: contested })
  await pay({ card: refused })
  await pay({ sepa: { ...iban, mandate: 'M-1', date_mandate: '2035-01-01' } })
  await pay({ card: approved, auth: true, return_url: 'https://shop.example/' })
  const price = { amount: 500, card: kept.id, customer: customer.id, unique_id: 'i-1' }
  const intent = await post('/v2/payment_intents/', { ...price, threeds: 'none' })
  const held = { amount: 500, card: kept.id, threeds: 'none', capture: false }
  const { id } = await post('/v2/payment_intents/', held)
  await post(`/v2/payment_intents/${id}/capture`)
  await post('/v2/disbursements/', { amount: 100, card: kept.id })
  await post('/v2/refunds/', { payment: paid.id, amount: 100 })
  const back = await post('/v2/refunds/', { payment: paid.id, amount: 50 })
  await post(`/v2/sandbox/refunds/${back.id}/dishonor`)
  await shop.comesTo('2031-03-12T09:00:00Z')
  const { payment } = await shop.read(`/v2/payment_intents/${intent.id}`)
  await post('/v2/refunds/', { payment, amount: 100 })
  const dispute = await post(`/v2/sandbox/payments/${payment}/dispute`, { response: '45' })
  await post(`/v2/disputes/${dispute.id}/evidence`, { text: 'It was delivered.' })
  // A payout that is carried over, as nothing comes in.
  await shop.comesTo('2031-03-14T11:00:00Z')
  const canceled = await pay({ card: approved, capture: false })
  await post('/v2/refunds/', { payment: canceled.id })
  for (const amount of [300, 400]) await pay({ card: approved, capture: false, amount })
  await post('/v2/refunds/', { payment: again.id, amount: 10 })
  await post('/v2/disbursements/', { amount: 200, card: kept.id })
}

/** A shop that has called for longer than its events are kept. */
async function prune(server: TestServer): Promise<void> {
  const merchant = await server.newMerchant()
  const shop = new Shop(server, merchant)
  const post = async (path: string, body: object = {}) =>
    (await shop.ask(path, path, { body })).body
  await shop.comesTo('2031-03-03T09:00:00Z')
  const old = await post('/v2/customers/', { email: 'old@example.com' })
  const change = (country: string) =>
    shop.ask('change', `/v2/customers/${old.id}`, { method: 'PATCH', body: { country } })
  await post('/v2/customers/', { email: 'silent@example.com' })
  await post('/v2/payments/', { amount: 1000, card: approved })
  await shop.comesTo('2031-03-04T09:00:00Z')
  await change('FR')
  await change('DE')
  await change('IT')
  await post('/v2/cards/', { ...card('5555555555554444'), customer: old.id })
  await post('/v2/payments/', { amount: 1000, card: credited })
  const events = { table: 'events', at: 'created', along: 'seq' } as const
  const before = new Date('2031-03-03T10:00:00Z')
  const { db } = server.services
  assert.ok((await deleteOldest(db, events, { account: merchant.id, live: false }, before, 4)) > 3)
  assert.ok((await deleteOldest(db, events, { account: merchant.id, live: false }, before, 99)) > 0)
}

describe('the invariants', () => {
  let server: TestServer
  before(async () => {
    server = await startServer()
    await fill(new Shop(server, server.merchant))
    await prune(server)
  })
  after(() => server.close())

  it('hold for a good database', async () => {
    assert.deepEqual(await brokenInvariants(server.services.db), [])
  })

  it('are each broken by something', () => {
    const unbroken = invariants.filter((it) => !sabotage.some(([, says]) => says.test(it.says)))
    assert.deepEqual(
      unbroken.map((it) => it.says),
      [],
    )
  })

  for (const [sql, says] of sabotage) {
    it(`notice: ${sql.replaceAll(/\s+/g, ' ')} (${says.source})`, async () => {
      const undone = new Error('undone')
      const work = server.services.db.transaction(async (tx) => {
        await tx.script(sql)
        const [it] = invariants.filter((one) => says.test(one.says))
        const broken = await brokenInvariants(tx, it ? [it] : [])
        assert.equal(broken.length, 1, 'nothing was noticed')
        throw undone
      })
      await assert.rejects(work, undone)
    })
  }
})
