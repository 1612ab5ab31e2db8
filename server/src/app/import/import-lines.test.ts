import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '../../../test/harness.ts'
import {
  card,
  customer,
  disbursement,
  dispute,
  evidence,
  exportOf,
  idOf,
  importInto,
  inPayout,
  type Line,
  payment,
  payout,
  refund,
} from '../../../test/sample-lines.ts'
import { ImportRefused } from '../import-account.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

/** What is said of a file that is refused: `line: reason`. */
async function faultsOf(lines: readonly Line[], live = false): Promise<string[]> {
  const merchant = await server.newMerchant()
  try {
    await importInto(server, merchant, lines, live)
  } catch (error) {
    assert.ok(error instanceof ImportRefused, String(error))
    assert.equal((await exportOf(server, merchant)).length, 0)
    return error.faults.map(({ line, reason }) => `${line}: ${reason}`)
  }
  return []
}

const disputed = { status: 'disputed' }
const other = idOf('paym', 2)

/** What cannot be: the lines, and what is said of which. */
const refused: Record<string, [lines: Line[], ...said: string[]]> = {
  'a refund of a payment that is not there': [
    [refund()],
    `1: ${idOf('paym', 1)} is named, and neither in this file nor here`,
  ],
  'a refund of more than the payment': [
    [refund({ amount: 1001 }), payment()],
    `1: amount: of 1000 of ${idOf('paym', 1)} only 1000 is left to refund`,
  ],
  'refunds of more than the payment together': [
    [payment(), refund({ amount: 700 }), refund({ id: idOf('refd', 2), amount: 301 })],
    `3: amount: of 1000 of ${idOf('paym', 1)} only 300 is left to refund`,
  ],
  'a refund in another currency': [
    [payment(), refund({ currency: 'usd' })],
    `2: currency: ${idOf('paym', 1)} is in eur`,
  ],
  'a refund of a payment that was never captured': [
    [payment({ status: 'refused' }), refund()],
    `2: status: ${idOf('paym', 1)} is refused, its refund cannot be refunded`,
  ],
  'a canceling refund of a payment that was captured': [
    [payment(), refund({ status: 'payment_canceled' })],
    `2: status: ${idOf('paym', 1)} is captured, its refund cannot be payment_canceled`,
  ],
  'a refund that waits for an approval': [
    [payment(), refund({ status: 'awaiting_approval' })],
    '2: status: awaiting_approval is never the status of a refund here',
  ],
  'an unknown status': [
    [payment(), refund({ status: 'gone' })],
    '2: status: value is not a valid enumeration member; permitted: ',
  ],
  'an open dispute of a payment that is not disputed': [
    [payment(), dispute({ status: 'open' })],
    `2: status: ${idOf('paym', 1)} is captured, its dispute cannot be open`,
  ],
  'a dispute of more than the payment': [
    [payment(disputed), dispute({ amount: 1001 })],
    `2: amount: ${idOf('paym', 1)} is of 1000, no more of it can be disputed`,
    '1: status: a disputed payment comes with its dispute',
  ],
  'two open disputes of one payment': [
    [payment(disputed), dispute(), dispute({ id: idOf('dspt', 2) })],
    `3: payment: ${idOf('paym', 1)} has another dispute that is not won`,
  ],
  'a disputed payment without its dispute': [
    [payment(disputed), dispute({ status: 'won' })],
    '1: status: a disputed payment comes with its dispute',
  ],
  'evidence against a dispute that is not there': [
    [{ ...evidence, text: 'paid' }],
    `1: ${idOf('dspt', 1)} is named, and neither in this file nor here`,
  ],
  'evidence of neither a text nor a file': [
    [payment(disputed), dispute(), { ...evidence, name: 'a.pdf' }],
    '3: text, or name, type and content: required of evidence',
  ],
  'a file that is not of its type': [
    [{ ...evidence, name: 'a.pdf', type: 'application/pdf', content: 'bm8gcGRm' }],
    '1: this is not application/pdf',
  ],
  'a disbursement to a card that is not there': [
    [disbursement()],
    `1: ${idOf('card', 1)} is named, and neither in this file nor here`,
  ],
  'a disbursement that waits for an approval': [
    [card, disbursement({ status: 'awaiting_approval' })],
    '2: status: awaiting_approval is never the status of a disbursement here',
  ],
  'a payout that is not of its lines': [
    [payment(inPayout), payout({ amount: 978 })],
    '2: amount: 978, but what is settled in it comes to 977',
  ],
  'a payout whose fees are not those of its lines': [
    [payment(inPayout), payout({ fees: 19, fees_vat: 5 })],
    '2: fees_vat: 5, but what is settled in it comes to 4',
  ],
  'a payout of no line': [[payout()], '1: nothing in this file is settled in this payout'],
  'a payout that is named and not there': [
    [payment(inPayout)],
    `1: ${idOf('pout', 1)} is named, and not in this file: a payout comes with its lines`,
  ],
  'a payout of two currencies': [
    [payment(inPayout), payment({ ...inPayout, id: other, currency: 'usd' }), payout()],
    `2: currency: what else is settled in ${idOf('pout', 1)} is in eur`,
  ],
  'a payout in another currency than its lines': [
    [payment(inPayout), payout({ currency: 'usd' })],
    '2: currency: usd, but its lines are in eur',
  ],
  'a payout of a debt': [
    [card, disbursement(inPayout), payout()],
    '3: status: a payout that is paid pays something, this one -70',
  ],
  'a payout in a status that is never here': [
    [payment(inPayout), payout({ status: 'early' })],
    '2: status: early is never the status of a payout here',
  ],
  'two pending payouts of one currency': [
    [
      payment(inPayout),
      payout({ status: 'pending' }),
      payment({ id: other, payout: idOf('pout', 2) }),
      payout({ id: idOf('pout', 2), status: 'pending' }),
    ],
    '4: status: another payout in eur is pending',
  ],
  'a payment that is settled before it is captured': [
    [payment({ status: 'to_capture', settlement: [{ amount: 1000 }] })],
    '1: settlement: nothing of it comes to 1000',
  ],
  'a payment in a payout that it cannot be in': [
    [payment({ status: 'canceled', ...inPayout }), payout()],
    `1: payout: nothing of it is settled in ${idOf('pout', 1)}`,
  ],
  'a line with another fee': [
    [payment({ settlement: [{ amount: 1000, fee: 20 }] })],
    '1: settlement: the fee is 19, not 20',
  ],
  'a line that is in a payout and waits for one': [
    [payment({ settlement: [{ amount: 1000, ...inPayout, due_at: 1_800_000_000 }] })],
    '1: settlement: a line is in a payout, or waits for one',
  ],
  'something due of what is over': [
    [payment({ due_at: 1_800_000_000 })],
    '1: due_at: nothing falls due of what is captured',
  ],
  'less agreed to than is charged': [
    [payment({ authorized: 999 })],
    '1: authorized: less than the amount, which is 1000',
  ],
}

describe('an import refuses', () => {
  for (const [title, [lines, ...said]] of Object.entries(refused)) {
    it(title, async () => {
      const faults = await faultsOf(lines)
      assert.equal(faults.length, said.length, faults.join('\n'))
      for (const it of said)
        assert.ok(
          faults.some((fault) => fault.startsWith(it)),
          faults.join(),
        )
    })
  }

  it('each bad line with its reason, and then imports nothing', async () => {
    const faults = await faultsOf([
      customer(1),
      '{"object":"customer"',
      customer(2, { email: 'no address' }),
      customer(3, { colour: 'red' }),
      customer(1),
      '{"object":"spaceship","id":"x"}',
      '',
      customer(4, { billing_address: idOf('addr', 9) }),
    ])
    assert.deepEqual(
      faults.map((it) => it.split(/[:\s]+/).slice(0, 2)),
      [
        ['2', 'this'],
        ['3', 'email'],
        ['4', 'colour'],
        ['5', 'id'],
        ['6', 'object'],
        ['8', idOf('addr', 9)],
      ],
    )
  })

  it('an id that exists already', async () => {
    const merchant = await server.newMerchant()
    const known = [card, payment(inPayout), refund(), disbursement(), payout()]
    await importInto(server, merchant, known)
    const before = await exportOf(server, merchant)
    for (const it of [
      card,
      payment(),
      refund({ id: idOf('refd', 1), amount: 1 }),
      disbursement(),
    ]) {
      await assert.rejects(
        importInto(server, merchant, [customer(1), it]),
        /1 bad line.*exists already/,
      )
    }
    const again = [payment({ ...inPayout, id: other }), payout()]
    await assert.rejects(importInto(server, merchant, again), /exists already/)
    assert.deepEqual(await exportOf(server, merchant), before)
  })

  it('live numbers where no live payment is possible', async () => {
    const line = { object: 'sepa', id: idOf('sepa', 1), created: 1, name: 'Pierre Martin' }
    const faults = await faultsOf([{ ...line, iban: 'FR1420041010050500013M02606' }], true)
    assert.equal(faults.length, 1)
    assert.deepEqual(await faultsOf([{ ...line, last4: '2606' }], true), [])
  })

  it('numbers of real cards in test mode, without repeating them', async () => {
    const faults = await faultsOf([{ ...card, number: '4532015112830366' }])
    assert.match(faults[0] ?? '', /published test cards/)
    assert.doesNotMatch(faults.join(), /4532015112830366/)
  })
})
