import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { settleAuthentication } from '../../src/payments/settle-authentication.ts'
import { type Json, startServer, type TestServer } from '../harness.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

type Threeds = 'optional' | 'required' | 'not_required' | 'not_enrolled'

/**
 * The published cards: number, brand, network, country, 3-D Secure; without it status, response.
 */
const cards: readonly [string, string, string, string, Threeds, string, string][] = [
  ['4000000400000008', 'visa', 'visa', 'AT', 'optional', 'to_capture', '00'],
  ['4000000560000004', 'visa', 'visa', 'BE', 'optional', 'to_capture', '00'],
  ['4000002080000001', 'visa', 'visa', 'DK', 'optional', 'to_capture', '00'],
  ['4000002460000001', 'visa', 'visa', 'FI', 'optional', 'to_capture', '00'],
  // Published as CB: that is its network, beside a brand.
  ['4000002500000003', 'visa', 'national', 'FR', 'optional', 'to_capture', '00'],
  ['4000002760000016', 'visa', 'visa', 'DE', 'optional', 'to_capture', '00'],
  ['4000003720000005', 'visa', 'visa', 'IE', 'optional', 'to_capture', '00'],
  ['4000003800000008', 'visa', 'visa', 'IT', 'optional', 'to_capture', '00'],
  ['4000004420000006', 'visa', 'visa', 'LU', 'optional', 'to_capture', '00'],
  ['4000005280000002', 'visa', 'visa', 'NL', 'optional', 'to_capture', '00'],
  ['4000005780000007', 'visa', 'visa', 'NO', 'optional', 'to_capture', '00'],
  ['4000006200000007', 'visa', 'visa', 'PT', 'optional', 'to_capture', '00'],
  ['4000006430000009', 'visa', 'visa', 'RU', 'optional', 'to_capture', '00'],
  ['4000007240000007', 'visa', 'visa', 'ES', 'optional', 'to_capture', '00'],
  ['4000007520000008', 'visa', 'visa', 'SE', 'optional', 'to_capture', '00'],
  ['4000007560000009', 'visa', 'visa', 'CH', 'optional', 'to_capture', '00'],
  ['4000008260000000', 'visa', 'visa', 'GB', 'optional', 'to_capture', '00'],
  ['4242424242424242', 'visa', 'visa', 'US', 'not_required', 'to_capture', '00'],
  ['4444333322221111', 'visa', 'visa', 'US', 'not_required', 'to_capture', '00'],
  ['4111111111111111', 'visa', 'visa', 'US', 'not_required', 'to_capture', '00'],
  ['5555555555554444', 'mastercard', 'mastercard', 'US', 'optional', 'to_capture', '00'],
  ['5200828282828210', 'mastercard', 'mastercard', 'US', 'optional', 'to_capture', '00'],
  ['5105105105105100', 'mastercard', 'mastercard', 'US', 'optional', 'to_capture', '00'],
  ['4000000000003055', 'visa', 'visa', 'US', 'not_enrolled', 'to_capture', '00'],
  ['4000000760000002', 'visa', 'visa', 'BR', 'optional', 'to_capture', '00'],
  ['4000001240000000', 'visa', 'visa', 'CA', 'optional', 'to_capture', '00'],
  ['4000004840000008', 'visa', 'visa', 'MX', 'optional', 'to_capture', '00'],
  ['4000000000000077', 'visa', 'national', 'FR', 'optional', 'captured', '00'],
  ['4000000000003220', 'visa', 'visa', 'US', 'required', 'refused', 'A1'],
  ['4000000000000002', 'visa', 'visa', 'FR', 'optional', 'refused', '05'],
  ['4000000000009995', 'visa', 'visa', 'FR', 'optional', 'refused', '51'],
  ['4000000000009987', 'visa', 'visa', 'FR', 'optional', 'refused', '41'],
  ['4000000000000259', 'visa', 'visa', 'FR', 'optional', 'disputed', '00'],
  ['4000000000001976', 'visa', 'visa', 'FR', 'optional', 'disputed', '00'],
  ['4000000000005423', 'visa', 'visa', 'FR', 'optional', 'disputed', '00'],
]

/** Good cards that the guide does not name and the official clients use. */
const furtherCards = [
  '4000000360000006',
  '4000001560000002',
  '4000003440000004',
  '4000003920000003',
  '3530111333300000',
  '4000005540000008',
  '4000007020000003',
]

/** The published test IBANs: IBAN, country, holder, status and response. */
const ibans: readonly [string, string, string, string, string][] = [
  ['AT611904300234573201', 'AT', 'Otto Normalverbraucher', 'to_capture', '00'],
  ['BE62510007547061', 'BE', 'Jef Van Pijperzele', 'to_capture', '00'],
  ['CH2089144321842946678', 'CH', 'Leonhard Euler', 'to_capture', '00'],
  ['DE89370400440532013000', 'DE', 'Max Mustermann', 'to_capture', '00'],
  ['EE382200221020145685', 'EE', 'Friedrich Robert Faehlmann', 'to_capture', '00'],
  ['ES0700120345030000067890', 'ES', 'Juan Pérez', 'to_capture', '00'],
  ['FI2112345600000785', 'FI', 'Maija Meikäläinen', 'to_capture', '00'],
  ['FR1420041010050500013M02606', 'FR', 'Pierre Martin', 'to_capture', '00'],
  ['GB33BUKB20201555555555', 'GB', 'John Doe', 'to_capture', '00'],
  ['IE29AIBK93115212345678', 'IE', 'John Kilkenny', 'to_capture', '00'],
  ['LT121000011101001000', 'LT', 'Jonas Petraitis', 'to_capture', '00'],
  ['LU280019400644750000', 'LU', 'Adalbert Boros', 'to_capture', '00'],
  ['IT02A0301926102000000490887', 'IT', 'Piero Pers', 'to_capture', '00'],
  ['NL39RABO0300065264', 'NL', 'Jan Modaal', 'to_capture', '00'],
  ['NO9386011117947', 'NO', 'Peder Aas', 'to_capture', '00'],
  ['PT50000201231234567890154', 'PT', 'Jan Kowalski', 'to_capture', '00'],
  ['SE3550000000054910000003', 'SE', 'Lisa Svensson', 'to_capture', '00'],
  ['FR9430003000409249176322Z50', 'FR', 'Gilles Dupont', 'to_capture', '00'],
  ['FR2990665286926539507769811', 'FR', 'Jean Banbois', 'refused', 'AC01'],
  ['FR8191676442817818484578833', 'FR', 'Marie-Jeanne Sansbanque', 'refused', 'AC04'],
  ['FR3083648641551044006702169', 'FR', 'Marc Barrer', 'refused', 'AC06'],
  ['FR4200838098473368525032012', 'FR', 'Sophie Fontek', 'refused', 'AG01'],
  ['FR7099253427049384102178149', 'FR', 'Hector Fauché', 'refused', 'AM04'],
  ['FR7240745948453163519978561', 'FR', 'Lillianne Sansmandat', 'refused', 'MD01'],
  ['FR5533686478441573584650545', 'FR', 'Vincent Refusé', 'refused', 'MD06'],
  ['FR2488294045573706143240475', 'FR', 'Eric Indécis', 'refused', 'MS02'],
  ['BE08510007547063', 'BE', 'Camille Honnête', 'disputed', 'AM04'],
  ['ES5000120345030000067892', 'ES', 'Pepito Pérez', 'disputed', 'AC04'],
]

const versions = [
  { version: 'v2', path: '/v2/payments/', nature: 'personal' },
  { version: 'v1', path: '/v1/checkout/', nature: 'personnal' },
] as const

const created = async (path: string, body: object): Promise<Json> => {
  const answer = await server.call('POST', path, {
    body: { amount: 1234, currency: 'eur', ...body },
  })
  assert.equal(answer.status, 200, answer.text)
  const shown = await read(path, answer.body.id)
  assert.deepEqual(shown, answer.body)
  return answer.body
}

const read = async (path: string, id: string): Promise<Json> =>
  (await server.call('GET', path + id)).body

/** The reasons of the payment's disputes. */
const disputesOf = async (id: string): Promise<string[]> => {
  const { body } = await server.call('GET', `/v2/payments/${id}/disputes`)
  return body.map((it: { response: string }) => it.response)
}

const cardOf = (number: string) => ({ number, exp_month: 12, exp_year: 2031, cvc: '123' })
const return_url = 'https://shop.example/back'

/** 3-D Secure → what the session says as soon as there is a card. */
const sessions: Record<Threeds, string> = {
  optional: 'available',
  required: 'available',
  not_required: 'success',
  not_enrolled: 'unavailable',
}

assert.equal(cards.length, 35)
assert.equal(ibans.length, 28)

for (const { version, path, nature } of versions) {
  describe(`a published card in ${version}`, () => {
    for (const [number, brand, network, country, threeds, status, response] of cards) {
      it(`${number}: ${status}, ${response}; 3-D Secure ${threeds}`, async () => {
        const plain = await created(path, { card: cardOf(number) })
        assert.deepEqual([plain.status, plain.response, plain.method], [status, response, 'card'])
        const { card } = plain
        assert.deepEqual([card.brand, card.network, card.country], [brand, network, country])
        assert.deepEqual([card.last4, card.nature], [number.slice(-4), nature])
        assert.deepEqual(await disputesOf(plain.id), status === 'disputed' ? ['45'] : [])

        const auth = version === 'v1' ? { status: 'request', return_url } : { return_url }
        const begun = await created(path, { card: cardOf(number), auth })
        assert.equal(begun.auth.status, sessions[threeds])
        assert.equal(begun.auth.return_url, return_url)
        if (begun.auth.status !== 'available') {
          assert.equal(begun.auth.redirect_url, null)
          assert.deepEqual([begun.status, begun.response], [status, response])
          return
        }
        assert.deepEqual([begun.status, begun.response], [null, null])
        assert.ok(begun.auth.redirect_url.startsWith(`${server.url}/${version}/redirect/test_`))
        await succeed(begun.id)
        const paid = await read(path, begun.id)
        const expected = threeds === 'required' ? ['to_capture', '00'] : [status, response]
        assert.deepEqual([paid.status, paid.response], expected)
        assert.deepEqual([paid.auth.status, paid.auth.redirect_url !== ''], ['success', true])
      })
    }

    for (const number of furtherCards) {
      it(`${number} is good too`, async () => {
        const { status, response } = await created(path, { card: cardOf(number) })
        assert.deepEqual([status, response], ['to_capture', '00'])
      })
    }
  })

  describe(`a published IBAN in ${version}`, () => {
    for (const [iban, country, name, status, response] of ibans) {
      it(`${iban}: ${status}, ${response}`, async () => {
        const sepa = { iban, name, mandate: 'RUM-1', date_mandate: 1_601_045_728 }
        const made = await created(path, { sepa })
        assert.deepEqual([made.status, made.response, made.method], [status, response, 'sepa'])
        const { bic, last4 } = made.sepa
        assert.deepEqual([bic, last4, made.sepa.name], [`TEST${country}PP`, iban.slice(-4), name])
        assert.deepEqual(await disputesOf(made.id), status === 'disputed' ? [response] : [])
      })
    }
  })
}

/** The payer confirms at the bank. The id of the session is v2's to tell. */
async function succeed(payment: string): Promise<void> {
  const { auth } = await read('/v2/payments/', payment)
  await settleAuthentication(server.ctx(), { id: auth.uuid, result: 'succeed' })
}

describe('a payment of one version', () => {
  it('[B80] is read in the other, in its shape', async () => {
    const made = await created('/v2/payments/', { card: cardOf('4242424242424242') })
    const v1 = await read('/v1/checkout/', made.id)
    assert.deepEqual([v1.live_mode, v1.refunds, v1.card.nature], [false, [], 'personnal'])
    assert.deepEqual([v1.id, v1.status, v1.amount], [made.id, made.status, made.amount])
    assert.equal('deleted' in v1.card, false)
    const back = await created('/v1/checkout/', { card: cardOf('4242424242424242') })
    const v2 = await read('/v2/payments/', back.id)
    assert.equal('live_mode' in v2 || 'refunds' in v2, false)
    assert.deepEqual([v2.id, v2.card.id, v2.card.nature], [back.id, made.card.id, 'personal'])
  })
})
