import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { disputeReasons } from '@obole/contract/v2/disputes.js'
import { disputeCodes, isDisputeCode, publicDisputeCode } from './dispute-codes.ts'
import { cardCodes, publicCode, responseCode, sepaReasons } from './response-codes.ts'

/** As published; `!` marks a code that must not reach the payer. */
const published = `00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 19 20 21 22 25 28 30 41!
  43! 51 52 53 54 55 56 57 58 59! 61 62! 63! 65! 68 75 76 77 78 80 81 82 83 85 91 92 93! 94 95 96 98
  A0 A1 B1 N0 N3 N4 N7 P2 P5 P6 Q1 R0 R1 R3 XA XD Z1 Z3 7810! 7811! 7812! 7840! 7898`
const publishedDisputes = '14 42 45 1040! 1261 4808 4834 4837! 4853 4863!'

const marked = (codes: Iterable<{ code: string; hidden: boolean }>) =>
  [...codes].map(({ code, hidden }) => (hidden ? `${code}!` : code))

describe('response codes', () => {
  it('are the published ones, each with a meaning', () => {
    assert.deepEqual(marked(cardCodes.values()), published.split(/\s+/))
    for (const { meaning } of cardCodes.values()) assert.ok(meaning.length > 5)
  })
  it('reach the payer as they are, but hidden ones as 05', () => {
    for (const mark of published.split(/\s+/)) {
      const code = mark.replace('!', '')
      assert.equal(publicCode(code), mark.endsWith('!') ? '05' : code)
    }
    assert.equal(publicCode('AM04'), 'AM04')
  })
  it('that are in no table reach the payer as 05', () => {
    for (const code of ['ZZ', '', '__proto__', 'constructor']) {
      assert.equal(publicCode(code), '05')
      assert.equal(responseCode(code), undefined)
    }
  })
  it('of cards and of direct debits never share a code', () => {
    for (const code of sepaReasons.keys()) assert.ok(!cardCodes.has(code))
  })
})

describe('dispute codes', () => {
  it('are the published ones', () => {
    assert.deepEqual(marked(disputeCodes.values()), publishedDisputes.split(' '))
  })
  it('reach the payer as they are, but hidden and unknown ones as 45', () => {
    for (const mark of publishedDisputes.split(' ')) {
      const code = mark.replace('!', '')
      assert.equal(publicDisputeCode(code), mark.endsWith('!') ? '45' : code)
    }
    assert.equal(publicDisputeCode('AC04'), 'AC04')
    assert.equal(publicDisputeCode('9999'), '45')
  })
  it('are those that the test bank may be told to contest with', () => {
    assert.deepEqual([...disputeReasons], [...disputeCodes.keys(), ...sepaReasons.keys()])
  })
  it('are those of card networks and the reasons of returned debits, and no responses', () => {
    assert.ok(isDisputeCode('1261') && isDisputeCode('AM04'))
    assert.ok(!isDisputeCode('51') && !isDisputeCode('00'))
  })
})
