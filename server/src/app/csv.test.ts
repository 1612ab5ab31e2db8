import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { csvLine } from './csv.ts'

describe('a line of CSV', () => {
  it('has its cells as they are, and ends as RFC 4180 says', () => {
    assert.equal(csvLine(['a', 'b c', 12n, '']), 'a,b c,12,\r\n')
    assert.equal(csvLine(['Zoé', '😀']), 'Zoé,😀\r\n')
  })

  it('quotes what would end a cell or a line', () => {
    assert.equal(
      csvLine(['a,b', 'say "so"', 'two\nlines', 'three\r']),
      ['"a,b"', '"say ""so"""', '"two\nlines"', '"three\r"\r\n'].join(),
    )
  })

  it('runs no formula in a spreadsheet', () => {
    for (const text of ['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\tx', '-', '=cmd|calc']) {
      assert.equal(csvLine([text]), `'${text}\r\n`)
    }
    assert.equal(csvLine(['=1,"2"']), `"'=1,""2"""\r\n`)
  })

  it('leaves amounts below zero numbers', () => {
    assert.equal(csvLine([-5n, '-12.50', '-0.01', '0.00']), '-5,-12.50,-0.01,0.00\r\n')
  })
})
