import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type IbanVerdict, type ParseRules, parseExpiry, parsePayment } from './parse-payment.ts'

const rules: ParseRules = {
  methods: ['card', 'sepa'],
  saved: false,
  now: new Date('2026-11-21T00:00:00Z'),
  checkIban: (iban): IbanVerdict => {
    if (!iban.startsWith('FR')) return { ok: false, reason: 'country' }
    if (iban.length !== 27) return { ok: false, reason: 'length', expected: 27 }
    return iban.startsWith('FR14') ? { ok: true } : { ok: false, reason: 'checksum' }
  },
}
const card = { method: 'card', number: '4242424242424242', expiry: '09 / 28', csc: '123' }
const sepa = { method: 'sepa', iban: 'FR14 2004 1010 0505 0001 3M02 606', holder: 'Pierre Martin' }
const errorOf = (form: Record<string, string>, field: string) => {
  const parsed = parsePayment(form, rules)
  return parsed.ok ? undefined : parsed.errors[field as 'number']?.code
}

describe('what a payer posts', () => {
  for (const number of [
    '4242 4242 4242 4242',
    '4242-4242-4242-4242',
    '４２４２４２４２４２４２４２４２',
    ' 4242\u00a04242\u200942424242\t',
    '4242–4242–4242–4242',
  ]) {
    it(`takes a card number written as ${JSON.stringify(number)}`, () => {
      assert.deepEqual(parsePayment({ ...card, number }, rules), {
        ok: true,
        input: {
          method: 'card',
          number: '4242424242424242',
          exp_month: 9,
          exp_year: 2028,
          cvc: '123',
          name: null,
        },
      })
    })
  }

  for (const [number, code] of [
    ['', 'number_missing'],
    ['4242 4242 4242', 'number_short'],
    ['424242424242424', 'number_short'],
    ['4242 4242 4242 4241', 'number_invalid'],
    ['378282246310', 'number_short'],
    ['378282246310006', 'number_invalid'],
    ['4242 4242 4242 4242 4242', 'number_invalid'],
    ['4242 4242 4242 424x', 'number_invalid'],
  ] as const) {
    it(`says ${code} of ${JSON.stringify(number)}`, () => {
      assert.equal(errorOf({ ...card, number }, 'number'), code)
    })
  }

  it('reads an expiry however it is written', () => {
    for (const text of ['09/28', '9/28', '09 / 2028', '0928', '092028', '09-28', '9 28']) {
      assert.deepEqual(parseExpiry(text), { exp_month: 9, exp_year: 2028 }, text)
    }
    for (const text of ['', '13/28', '00/28', '9', '928', '09/2', '09/2100', 'x/y']) {
      assert.equal(parseExpiry(text), undefined, text)
    }
  })

  it('takes a card to the end of its last month, everywhere on earth', () => {
    const at = (now: string) => {
      const parsed = parsePayment({ ...card, expiry: '10/26' }, { ...rules, now: new Date(now) })
      return parsed.ok ? 'ok' : parsed.errors.expiry?.code
    }
    assert.equal(at('2026-10-31T23:59:59Z'), 'ok')
    assert.equal(at('2026-11-01T11:59:59Z'), 'ok')
    assert.equal(at('2026-11-01T12:00:00Z'), 'expiry_past')
  })

  it('wants a security code of three or four digits', () => {
    assert.equal(errorOf({ ...card, csc: '' }, 'csc'), 'csc_missing')
    assert.equal(errorOf({ ...card, csc: '12' }, 'csc'), 'csc_invalid')
    assert.equal(errorOf({ ...card, csc: '12345' }, 'csc'), 'csc_invalid')
    assert.equal(errorOf({ ...card, csc: '１２３４' }, 'csc'), undefined)
  })

  it('gives everything back on an error but the security code', () => {
    const parsed = parsePayment({ ...card, expiry: '01/20', name: 'Zoé' }, rules)
    assert.deepEqual(parsed, {
      ok: false,
      method: 'card',
      errors: { expiry: { code: 'expiry_past' } },
      values: { number: card.number, expiry: '01/20', name: 'Zoé' },
    })
  })

  it('takes an IBAN in groups, in small letters, with its word before it', () => {
    for (const iban of [sepa.iban, sepa.iban.toLowerCase(), `IBAN ${sepa.iban}`]) {
      assert.deepEqual(parsePayment({ ...sepa, iban }, rules), {
        ok: true,
        input: {
          method: 'sepa',
          iban: 'FR1420041010050500013M02606',
          name: 'Pierre Martin',
        },
      })
    }
  })

  it('says what is wrong with an account', () => {
    assert.equal(errorOf({ ...sepa, iban: '' }, 'iban'), 'iban_missing')
    assert.equal(errorOf({ ...sepa, iban: '1234' }, 'iban'), 'iban_country')
    assert.equal(
      errorOf({ ...sepa, iban: 'FR15 2004 1010 0505 0001 3M02 606' }, 'iban'),
      'iban_invalid',
    )
    assert.equal(errorOf({ ...sepa, holder: ' ' }, 'holder'), 'holder_missing')
    assert.equal(errorOf({ ...sepa, holder: 'x'.repeat(65) }, 'holder'), 'holder_long')
    const parsed = parsePayment({ ...sepa, iban: 'FR14 2004' }, rules)
    assert.deepEqual(!parsed.ok && parsed.errors.iban, { code: 'iban_length', expected: 27 })
  })

  it('takes only a method that was offered', () => {
    assert.equal(errorOf({ ...card, method: 'cash' }, 'method'), 'method_missing')
    assert.equal(errorOf({ method: 'saved' }, 'method'), 'method_missing')
    assert.equal(parsePayment(sepa, { ...rules, methods: ['card'] }).ok, false)
    assert.deepEqual(parsePayment({ method: 'saved' }, { ...rules, saved: true }), {
      ok: true,
      input: { method: 'saved' },
    })
  })
})
