import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bin, brandOf, isCardNumber, last4, luhn, normaliseCardNumber } from './card-number.ts'

describe('a card number', () => {
  it('is read through spaces, dashes, invisible marks and full-width digits', () => {
    for (const text of [
      '4242 4242 4242 4242',
      ' 4242-4242-4242-4242\n',
      '4242\u00a04242\u20094242\u202f4242',
      '4242\u20134242\u20144242\u22124242',
      '\u200e4242424242424242\u200b\ufeff',
      '４２４２　４２４２　４２４２　４２４２',
    ]) {
      assert.equal(normaliseCardNumber(text), '4242424242424242')
    }
    assert.equal(normaliseCardNumber('4242x4242'), '4242x4242')
    assert.equal(normaliseCardNumber('٤٢٤٢'), '٤٢٤٢')
  })

  it('with one wrong digit, or two neighbours swapped, does not pass', () => {
    const number = '4000002500000003'
    assert.ok(luhn(number))
    for (let place = 0; place < number.length; place++) {
      for (let digit = 0; digit <= 9; digit++) {
        const changed = number.slice(0, place) + digit + number.slice(place + 1)
        assert.equal(luhn(changed), changed === number)
      }
    }
    assert.ok(!luhn('0400002500000003'))
  })

  it('has 13 to 19 plain digits', () => {
    assert.ok(isCardNumber('4222222222222'))
    assert.ok(isCardNumber('6304000000000000000'))
    assert.ok(!isCardNumber('000000000000'))
    assert.ok(!isCardNumber('00000000000000000000'))
    for (const text of [
      '',
      '4242 4242 4242 4242',
      '4242424242424242\n',
      '４２４２４２４２４２４２４２４２',
    ]) {
      assert.ok(!isCardNumber(text))
      assert.ok(!luhn(text))
    }
  })

  it('shows at most 8 first digits, 6 of a short one, and the last 4', () => {
    assert.equal(bin('4000002500000003'), '40000025')
    assert.equal(bin('378282246310005'), '378282')
    assert.equal(last4('4000002500000003'), '0003')
  })

  it('tells its brand by its first digits, also while it is typed', () => {
    const brands = {
      '4': 'visa',
      '4000002500000003': 'visa',
      '5555555555554444': 'mastercard',
      '5200828282828210': 'mastercard',
      '5105105105105100': 'mastercard',
      '2221000000000009': 'mastercard',
      '2720999999999996': 'mastercard',
      '2220': 'unknown',
      '2721': 'unknown',
      '22': 'unknown',
      '378282246310005': 'amex',
      '34': 'amex',
      '35': 'unknown',
      '3530111333300000': 'jcb',
      '3527': 'unknown',
      '3590': 'unknown',
      '6011111111111117': 'discover',
      '6445': 'discover',
      '30569309025904': 'diners',
      '36227206271667': 'diners',
      '38520000023237': 'diners',
      '6200000000000005': 'unionpay',
      '6759649826438453': 'maestro',
      '5018': 'maestro',
      '': 'unknown',
      '9': 'unknown',
      x: 'unknown',
    }
    for (const [number, brand] of Object.entries(brands)) {
      assert.equal(brandOf(number), brand, number)
    }
  })
})
