import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSepaText, toSepaText } from './character-set.ts'

describe('a text for a bank', () => {
  it('keeps what the set has, and spells the rest in it', () => {
    const texts = {
      "Jean-Luc O'Brien (2/3): 1,50 + 2.00 ?": "Jean-Luc O'Brien (2/3): 1,50 + 2.00 ?",
      'Hector Fauché': 'Hector Fauche',
      'Fauche\u0301': 'Fauche',
      'Maija Meikäläinen': 'Maija Meikalainen',
      'Œuvre Straße Łódź Ærø İstanbul': 'Oeuvre Strasse Lodz Aero Istanbul',
      'Γιάννης Живков': 'Giannis Zhivkov',
      'Durand & Fils_SARL @ 10 %': 'Durand + Fils-SARL (at) 10 pct',
      'a\u00a0b\tc\r\nd   e': 'a b c d e',
      paym_1: 'paym-1',
      '12 €': '12 EUR',
      '😀 Ann': '. Ann',
      '\u0000\u200bx': 'x',
      '': '',
      ' \n': '',
    }
    for (const [text, spelled] of Object.entries(texts)) {
      assert.equal(toSepaText(text), spelled, JSON.stringify(text))
    }
  })

  it('is always in the set, stable, and empty only if the original was blank', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const spelled = toSepaText(text)
        assert.ok(isSepaText(spelled))
        assert.equal(toSepaText(spelled), spelled)
        assert.equal(spelled === '', text.trim() === '')
      }),
    )
  })

  it('with one character outside the set is not one', () => {
    for (const text of ['é', '_', '&', 'a\n', '"', '*', ';']) assert.ok(!isSepaText(text), text)
    assert.ok(isSepaText(''))
  })
})
