import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import { deleteCard } from '../../src/cards/delete-card.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { trialBalance } from '../../src/ledger/balances.ts'
import { type TransferRow, transfers } from '../../src/ledger/store.ts'
import { planCancel } from '../../src/payments/cancel-payment.ts'
import { capturePayment } from '../../src/payments/capture-payment.ts'
import { createPayment } from '../../src/payments/create-payment.ts'
import type { MethodInput } from '../../src/payments/method.ts'
import type { PaymentStatus } from '../../src/payments/payment.ts'
import { findPayment } from '../../src/payments/store.ts'
import { updatePayment } from '../../src/payments/update-payment.ts'
import { insertion } from '../../src/platform/change.ts'
import { verb } from '../../src/platform/context.ts'
import type { Ctx } from '../../src/processors/ctx.ts'
import { type Core, fallDue, keepCard, numbers, openCore } from '../core.ts'

let core: Core
before(async () => {
  core = await openCore()
})
after(() => core.drop())

const cancelPayment = verb(planCancel)
const WEEK_MS = 7 * 24 * 3600 * 1000

interface Payment {
  id: string
  card: string
}
type Event = (ctx: Ctx, it: Payment) => Promise<unknown>

const payWith = async (
  ctx: Ctx,
  it: { amount: bigint; capture: boolean; method: MethodInput },
): Promise<string> => {
  const about = { currency: 'eur', origin: 1, decide: true, fields: {} } as const
  return (await createPayment(ctx, { ...about, ...it })).payment.id
}

/** A payment of 10.00 € by a card of this kind, authorized only or to be captured. */
const pay =
  (kind: keyof typeof numbers, capture: boolean, amount = 1000n): Event =>
  async (ctx, it) => {
    it.card = (await keepCard(ctx, numbers[kind])).id
    it.id = await payWith(ctx, { amount, capture, method: { method: 'card', id: it.card } })
  }

const debit: Event = async (ctx, it) => {
  const iban = new Secret('DE89370400440532013000')
  const given = { iban, name: 'A payer', loc: ['body', 'sepa', 'iban'] }
  const method = { method: 'sepa', given } as const
  it.id = await payWith(ctx, { amount: 1000n, capture: true, method })
}

const priceTo =
  (amount: bigint): Event =>
  (ctx, { id }) =>
    updatePayment(ctx, { id, fields: { amount }, decide: true })

/** What falls due next, at its hour. */
const falls =
  (due: PaymentStatus): Event =>
  async (ctx, { id }) => {
    const waiting = await findPayment(ctx, id)
    assert.ok(waiting?.due_at)
    core.clock.advance(Math.max(0, waiting.due_at.getTime() - ctx.now.getTime()))
    await fallDue(core.ctx(ctx), { id })
    assert.equal((await findPayment(ctx, id))?.status, due)
  }

const events: Record<string, Event> = {
  'authorize 10.00': pay('approved', false),
  'authorize 10.00, credited later': pay('captured', false),
  'authorize 10.00, contested later': pay('disputed', false),
  'authorize 0.00': pay('captured', false, 0n),
  'pay 10.00': pay('approved', true),
  'pay 10.00 by direct debit': debit,
  'pay 10.00, credited at once': pay('captured', true),
  'pay 10.00, contested at once': pay('disputed', true),
  'pay 10.00, refused': pay('refused', true),
  'price to 4.00': priceTo(400n),
  'price to 10.00 again': priceTo(1000n),
  'price to 0.00': priceTo(0n),
  capture: (ctx, { id }) => capturePayment(ctx, { id }),
  'capture 4.00': (ctx, { id }) => capturePayment(ctx, { id, amount: 400n }),
  'the cut-off': falls('capture_sent'),
  'the booking': falls('captured'),
  cancel: (ctx, { id }) => cancelPayment(ctx, { id }),
  'delete the card': (ctx, { card }) => deleteCard(ctx, { id: card }),
  'seven days': async (ctx, { id }) => {
    core.clock.advance(WEEK_MS)
    await fallDue(core.ctx(ctx), { id })
  },
}

const receivable = 'processor:receivable'
const pending = 'merchant:pending'
const disputed = 'merchant:disputed'
const fees = 'platform:fees'
const vat = 'platform:vat'

type Line = [
  event: string,
  ...([debit: string, credit: string, amount: bigint, phase: string] | []),
]

/**
 * Each story: what happened, and what the ledger says of it. An event of no line moved no money.
 */
const stories: Record<string, Line[]> = {
  'an authorization is a promise': [['authorize 10.00', receivable, pending, 1000n, 'pending']],
  'a payment is a promise until it is booked; then its fee and the tax on it are taken': [
    ['pay 10.00', receivable, pending, 1000n, 'pending'],
    ['the cut-off'],
    ['the booking', receivable, pending, 1000n, 'posted'],
    ['', pending, fees, 19n, 'posted'],
    ['', pending, vat, 4n, 'posted'],
  ],
  'a direct debit costs the same whatever its amount': [
    ['pay 10.00 by direct debit', receivable, pending, 1000n, 'pending'],
    ['the cut-off'],
    ['the booking', receivable, pending, 1000n, 'posted'],
    ['', pending, fees, 25n, 'posted'],
    ['', pending, vat, 5n, 'posted'],
  ],
  'a payment that is credited at once is promised and booked': [
    ['pay 10.00, credited at once', receivable, pending, 1000n, 'pending'],
    ['', receivable, pending, 1000n, 'posted'],
    ['', pending, fees, 19n, 'posted'],
    ['', pending, vat, 4n, 'posted'],
  ],
  'a capture moves nothing before it is booked': [
    ['authorize 10.00', receivable, pending, 1000n, 'pending'],
    ['capture'],
    ['the cut-off'],
    ['the booking', receivable, pending, 1000n, 'posted'],
    ['', pending, fees, 19n, 'posted'],
    ['', pending, vat, 4n, 'posted'],
  ],
  'a capture of a part posts and costs that much, and gives back the rest': [
    ['authorize 10.00', receivable, pending, 1000n, 'pending'],
    ['capture 4.00'],
    ['the cut-off'],
    ['the booking', receivable, pending, 400n, 'posted'],
    ['', pending, fees, 14n, 'posted'],
    ['', pending, vat, 3n, 'posted'],
  ],
  'a lower price does the same, also after the capture': [
    ['authorize 10.00', receivable, pending, 1000n, 'pending'],
    ['capture'],
    ['price to 4.00'],
    ['the cut-off'],
    ['the booking', receivable, pending, 400n, 'posted'],
    ['', pending, fees, 14n, 'posted'],
    ['', pending, vat, 3n, 'posted'],
  ],
  'a price that was lowered and raised again is what the bank agreed to': [
    ['pay 10.00', receivable, pending, 1000n, 'pending'],
    ['price to 4.00'],
    ['price to 10.00 again'],
    ['the cut-off'],
    ['the booking', receivable, pending, 1000n, 'posted'],
    ['', pending, fees, 19n, 'posted'],
    ['', pending, vat, 4n, 'posted'],
  ],
  'a capture of nothing gives the promise back, and costs nothing': [
    ['authorize 10.00, credited later', receivable, pending, 1000n, 'pending'],
    ['price to 0.00'],
    ['capture', receivable, pending, 1000n, 'voided'],
  ],
  'a capture of nothing with a card that is contested is not contested': [
    ['authorize 10.00, contested later', receivable, pending, 1000n, 'pending'],
    ['price to 0.00'],
    ['capture', receivable, pending, 1000n, 'voided'],
  ],
  'a capture goes on with a card that was deleted since': [
    ['authorize 10.00, credited later', receivable, pending, 1000n, 'pending'],
    ['delete the card'],
    ['capture', receivable, pending, 1000n, 'posted'],
    ['', pending, fees, 19n, 'posted'],
    ['', pending, vat, 4n, 'posted'],
  ],
  'a cancellation gives the promise back': [
    ['authorize 10.00', receivable, pending, 1000n, 'pending'],
    ['cancel', receivable, pending, 1000n, 'voided'],
  ],
  'a cancellation at a lower price gives the whole promise back': [
    ['authorize 10.00', receivable, pending, 1000n, 'pending'],
    ['price to 4.00'],
    ['cancel', receivable, pending, 1000n, 'voided'],
  ],
  'a cancellation of a part that was to be captured gives the whole promise back': [
    ['authorize 10.00', receivable, pending, 1000n, 'pending'],
    ['capture 4.00'],
    ['cancel', receivable, pending, 1000n, 'voided'],
  ],
  'a cancellation before the cut-off gives the promise back': [
    ['pay 10.00', receivable, pending, 1000n, 'pending'],
    ['cancel', receivable, pending, 1000n, 'voided'],
  ],
  'seven days without a capture give the promise back': [
    ['authorize 10.00', receivable, pending, 1000n, 'pending'],
    ['seven days', receivable, pending, 1000n, 'voided'],
  ],
  'seven days after a booking nothing happens': [
    ['authorize 10.00, credited later', receivable, pending, 1000n, 'pending'],
    ['capture', receivable, pending, 1000n, 'posted'],
    ['', pending, fees, 19n, 'posted'],
    ['', pending, vat, 4n, 'posted'],
    ['seven days'],
  ],
  'a dispute sets the merchant’s share aside, and costs a fee of its own': [
    ['pay 10.00, contested at once', receivable, pending, 1000n, 'pending'],
    ['', receivable, pending, 1000n, 'posted'],
    ['', pending, fees, 19n, 'posted'],
    ['', pending, vat, 4n, 'posted'],
    ['', pending, disputed, 1000n, 'posted'],
    ['', pending, fees, 1500n, 'posted'],
    ['', pending, vat, 300n, 'posted'],
  ],
  'a dispute is of what was captured': [
    ['authorize 10.00, contested later', receivable, pending, 1000n, 'pending'],
    ['capture 4.00', receivable, pending, 400n, 'posted'],
    ['', pending, fees, 14n, 'posted'],
    ['', pending, vat, 3n, 'posted'],
    ['', pending, disputed, 400n, 'posted'],
    ['', pending, fees, 1500n, 'posted'],
    ['', pending, vat, 300n, 'posted'],
  ],
  'a refusal moves nothing': [['pay 10.00, refused']],
  'a check of a card moves nothing': [['authorize 0.00'], ['capture']],
  'a check that is canceled moves nothing': [['authorize 0.00'], ['cancel']],
}

const written = (ctx: Ctx) =>
  core.db.query<TransferRow>('select * from transfers where account = $1 order by id', [
    ctx.account,
  ])

describe('the ledger', () => {
  Object.entries(stories).forEach(([story, lines], n) => {
    it(`${story}`, async () => {
      const ctx = () => core.ctx({ account: `acct_${n}` })
      const it: Payment = { id: '', card: '' }
      let known = 0
      for (let n = 0; n < lines.length; ) {
        const [name] = lines[n] as Line
        const until = lines.findIndex(([next], m) => m > n && next !== '')
        const group = lines.slice(n, until === -1 ? lines.length : until)
        await events[name]?.(ctx(), it)
        const rows = (await written(ctx())).slice(known)
        assert.deepEqual(
          rows.map(({ debit, credit, amount, phase }) => [debit, credit, amount, phase]),
          group.filter((line) => line.length > 1).map(([, ...line]) => line),
          name,
        )
        known += rows.length
        n += group.length
      }
      const sums = { posted: 0n, pending: 0n }
      let open = 0n
      for (const balance of await trialBalance(ctx())) {
        sums.posted += balance.posted
        sums.pending += balance.pending
        if (balance.ledger_account === receivable) open = balance.pending
      }
      assert.deepEqual(sums, { posted: 0n, pending: 0n })
      const after = await findPayment(ctx(), it.id)
      assert.equal(open, after?.promise ? after.authorized : 0n)
    })
  })

  it('breaks none of the invariants by any of these', async () => {
    assert.deepEqual(await brokenInvariants(core.db), [])
  })
})

describe('the database', () => {
  const row = (it: Partial<TransferRow> = {}): TransferRow => ({
    account: 'acct_0',
    live: false,
    id: 'trsf_1',
    instruction: 'inst_1',
    phase: 'posted',
    pending: null,
    released: null,
    debit: receivable,
    credit: pending,
    amount: 1n,
    currency: 'eur',
    reason: 'test',
    created: new Date('2026-03-01T12:00:00Z'),
    ...it,
  })
  const insert = (it: Partial<TransferRow>) =>
    core.committer.commit({
      account: 'acct_0',
      live: false,
      insert: [insertion(transfers, row(it))],
    })

  it('refuses to change, delete or empty what was written', async () => {
    for (const text of [
      'update transfers set amount = amount + 1',
      'delete from transfers',
      'truncate transfers',
      'truncate transfers cascade',
    ]) {
      await assert.rejects(core.db.query(text), /append-only/, text)
    }
  })

  it('refuses a transfer of nothing, of less, to itself, or that frees too little', async () => {
    const check = { code: '23514' }
    await assert.rejects(insert({ amount: 0n }), check)
    await assert.rejects(insert({ amount: -1n }), check)
    await assert.rejects(insert({ credit: receivable }), check)
    await assert.rejects(insert({ phase: 'voided' }), check)
    await assert.rejects(insert({ phase: 'done' as 'posted' }), check)
    await assert.rejects(insert({ pending: 'trsf_0' }), check)
    await assert.rejects(insert({ pending: 'trsf_0', released: 1n, amount: 2n }), check)
    await assert.rejects(insert({ released: 1n }), check)
  })

  it('refuses to end a promise twice', async () => {
    const promise = (await written(core.ctx({ account: 'acct_0' })))[0]?.id ?? ''
    const ends = { pending: promise, released: 1000n, amount: 1000n }
    assert.equal(await insert({ ...ends, id: 'trsf_a' }), 'done')
    await assert.rejects(insert({ ...ends, id: 'trsf_b', phase: 'voided' }), { code: '23505' })
  })
})
