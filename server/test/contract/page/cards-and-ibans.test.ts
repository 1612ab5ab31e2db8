import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { en } from '../../../src/dialects/page/texts/en.ts'
import { startServer, type TestServer } from '../../harness.ts'
import {
  account,
  alertOf,
  assertPaidOnce,
  card,
  type Payer,
  payerOf,
  type Shop,
  type Shown,
  shopOf,
} from './payer.ts'

let server: TestServer
let shop: Shop
const payer: Payer = payerOf()

before(async () => {
  server = await startServer()
  shop = shopOf(server)
})
after(() => server.close())

type Reason = keyof typeof en.refusals

/**
 * Number, session after the payer confirmed what was asked, status, response, what the payer hears.
 */
const cards: readonly [string, string, string, string, Reason?][] = [
  ['4000000400000008', 'success', 'to_capture', '00'],
  ['4000000560000004', 'success', 'to_capture', '00'],
  ['4000002080000001', 'success', 'to_capture', '00'],
  ['4000002460000001', 'success', 'to_capture', '00'],
  ['4000002500000003', 'success', 'to_capture', '00'],
  ['4000002760000016', 'success', 'to_capture', '00'],
  ['4000003720000005', 'success', 'to_capture', '00'],
  ['4000003800000008', 'success', 'to_capture', '00'],
  ['4000004420000006', 'success', 'to_capture', '00'],
  ['4000005280000002', 'success', 'to_capture', '00'],
  ['4000005780000007', 'success', 'to_capture', '00'],
  ['4000006200000007', 'success', 'to_capture', '00'],
  ['4000006430000009', 'success', 'to_capture', '00'],
  ['4000007240000007', 'success', 'to_capture', '00'],
  ['4000007520000008', 'success', 'to_capture', '00'],
  ['4000007560000009', 'success', 'to_capture', '00'],
  ['4000008260000000', 'success', 'to_capture', '00'],
  ['4242424242424242', 'success', 'to_capture', '00'],
  ['4444333322221111', 'success', 'to_capture', '00'],
  ['4111111111111111', 'success', 'to_capture', '00'],
  ['5555555555554444', 'success', 'to_capture', '00'],
  ['5200828282828210', 'success', 'to_capture', '00'],
  ['5105105105105100', 'success', 'to_capture', '00'],
  ['4000000000003055', 'unavailable', 'to_capture', '00'],
  ['4000000760000002', 'success', 'to_capture', '00'],
  ['4000001240000000', 'success', 'to_capture', '00'],
  ['4000004840000008', 'success', 'to_capture', '00'],
  ['4000000000000077', 'success', 'captured', '00'],
  ['4000000000003220', 'success', 'to_capture', '00'],
  ['4000000000000002', 'success', 'refused', '05', 'declined'],
  ['4000000000009995', 'success', 'refused', '51', 'funds'],
  ['4000000000009987', 'success', 'refused', '41', 'declined'],
  ['4000000000000259', 'success', 'disputed', '00'],
  ['4000000000001976', 'success', 'disputed', '00'],
  ['4000000000005423', 'success', 'disputed', '00'],
]

/** Those for which nobody is sent to the bank. */
const unchallenged = [
  '4242424242424242',
  '4444333322221111',
  '4111111111111111',
  '4000000000003055',
]

/** IBAN, holder, status, response, what the payer hears. */
const ibans: readonly [string, string, string, string, Reason?][] = [
  ['AT611904300234573201', 'Otto Normalverbraucher', 'to_capture', '00'],
  ['BE62510007547061', 'Jef Van Pijperzele', 'to_capture', '00'],
  ['CH2089144321842946678', 'Leonhard Euler', 'to_capture', '00'],
  ['DE89370400440532013000', 'Max Mustermann', 'to_capture', '00'],
  ['EE382200221020145685', 'Friedrich Robert Faehlmann', 'to_capture', '00'],
  ['ES0700120345030000067890', 'Juan Pérez', 'to_capture', '00'],
  ['FI2112345600000785', 'Maija Meikäläinen', 'to_capture', '00'],
  ['FR1420041010050500013M02606', 'Pierre Martin', 'to_capture', '00'],
  ['GB33BUKB20201555555555', 'John Doe', 'to_capture', '00'],
  ['IE29AIBK93115212345678', 'John Kilkenny', 'to_capture', '00'],
  ['LT121000011101001000', 'Jonas Petraitis', 'to_capture', '00'],
  ['LU280019400644750000', 'Adalbert Boros', 'to_capture', '00'],
  ['IT02A0301926102000000490887', 'Piero Pers', 'to_capture', '00'],
  ['NL39RABO0300065264', 'Jan Modaal', 'to_capture', '00'],
  ['NO9386011117947', 'Peder Aas', 'to_capture', '00'],
  ['PT50000201231234567890154', 'Jan Kowalski', 'to_capture', '00'],
  ['SE3550000000054910000003', 'Lisa Svensson', 'to_capture', '00'],
  ['FR9430003000409249176322Z50', 'Gilles Dupont', 'to_capture', '00'],
  ['FR2990665286926539507769811', 'Jean Banbois', 'refused', 'AC01', 'account_unknown'],
  ['FR8191676442817818484578833', 'Marie-Jeanne Sansbanque', 'refused', 'AC04', 'account_closed'],
  ['FR3083648641551044006702169', 'Marc Barrer', 'refused', 'AC06', 'account_blocked'],
  ['FR4200838098473368525032012', 'Sophie Fontek', 'refused', 'AG01', 'account_blocked'],
  ['FR7099253427049384102178149', 'Hector Fauché', 'refused', 'AM04', 'funds'],
  ['FR7240745948453163519978561', 'Lillianne Sansmandat', 'refused', 'MD01', 'account_unknown'],
  ['FR5533686478441573584650545', 'Vincent Refusé', 'refused', 'MD06', 'debit_refused'],
  ['FR2488294045573706143240475', 'Eric Indécis', 'refused', 'MS02', 'debit_refused'],
  ['BE08510007547063', 'Camille Honnête', 'disputed', 'AM04'],
  ['ES5000120345030000067892', 'Pepito Pérez', 'disputed', 'AC04'],
]

assert.equal(cards.length, 35)
assert.equal(ibans.length, 28)

/** A page never shows a bank's code, nor what a hidden one stands for. */
function assertSilent(shown: Shown, response: string): void {
  const visible = shown.html.replace(/<(style|script)>.*?<\/\1>|name="csrf" value="[^"]*"/gs, '')
  if (response !== '00') assert.doesNotMatch(visible, new RegExp(`\\b${response}\\b`))
  assert.doesNotMatch(shown.text, /\b(lost|stolen|fraud)\b/i)
}

async function assertShown(
  shown: Shown,
  made: { id: string },
  response: string,
  reason: Reason | undefined,
): Promise<void> {
  assertSilent(shown, response)
  assert.equal(shown.status, 200)
  if (reason) {
    assert.ok(alertOf(shown).includes(en.refusals[reason]), alertOf(shown))
  } else {
    assert.ok(shown.text.includes(en.paid.title), shown.text)
    await assertPaidOnce(server, [made.id])
  }
}

describe('a published card on the page', () => {
  for (const [number, session, status, response, reason] of cards) {
    it(`${number}: ${status}, ${response}, 3-D Secure ${session}`, async () => {
      const payment = await shop.payment()
      const shown = await payer.payAndConfirm(shop.pageOf(payment), card(number))
      await assertShown(shown, payment, response, reason)
      const paid = await shop.read(payment)
      assert.deepEqual(
        [paid.status, paid.response, paid.auth.status, paid.method, paid.card.last4],
        [status, response, session, 'card', number.slice(-4)],
      )
      assert.equal(paid.auth.redirect_url === null, unchallenged.includes(number))

      const intent = await shop.intent()
      const last = await payer.payAndConfirm(shop.pageOf(intent), card(number))
      await assertShown(last, intent, response, reason)
      const [tried, ...others] = await shop.paymentsOf(intent)
      assert.deepEqual(others, [])
      assert.deepEqual(
        [tried.status, tried.response, tried.auth.status],
        [status, response, session],
      )
      const expected = reason ? ['require_payment_method', null] : ['captured', tried.id]
      const after = await shop.read(intent)
      assert.deepEqual([after.status, after.payment], expected)
    })
  }

  it('that wants 3-D Secure is refused in words where the shop asked for none', async () => {
    const payment = await shop.payment({ auth: undefined })
    const shown = await payer.pay(shop.pageOf(payment), card('4000000000003220'))
    assert.ok(alertOf(shown).includes(en.refusals.verification_required))
    assertSilent(shown, 'A1')
    const { status, response } = await shop.read(payment)
    assert.deepEqual([status, response], ['refused', 'A1'])
  })
})

describe('a published IBAN on the page', () => {
  for (const [iban, name, status, response, reason] of ibans) {
    it(`${iban}: ${status}, ${response}`, async () => {
      const payment = await shop.payment()
      const shown = await payer.pay(shop.pageOf(payment), account(iban, name))
      await assertShown(shown, payment, response, reason)
      const paid = await shop.read(payment)
      assert.deepEqual(
        [paid.status, paid.response, paid.method, paid.sepa.name, paid.sepa.last4],
        [status, response, 'sepa', name, iban.slice(-4)],
      )
      const intent = await shop.intent()
      await assertShown(
        await payer.pay(shop.pageOf(intent), account(iban, name)),
        intent,
        response,
        reason,
      )
      const [tried] = await shop.paymentsOf(intent)
      assert.deepEqual([tried.status, tried.response], [status, response])
    })
  }
})
