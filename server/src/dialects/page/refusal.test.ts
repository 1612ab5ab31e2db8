import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { refusalReason } from './refusal.ts'

const hidden = ['41', '43', '59', '62', '63', '65', '93', '7810', '7811', '7812', '7840']

describe('why a payment was refused', () => {
  for (const code of [...hidden, '05', 'ZZ', '', null, 'constructor']) {
    it(`sounds like the generic refusal for ${code}`, () => {
      assert.equal(refusalReason(code), 'declined')
    })
  }
  for (const [code, reason] of [
    ['51', 'funds'],
    ['54', 'card_expired'],
    ['A1', 'verification_required'],
    ['91', 'technical'],
    ['96', 'technical'],
    ['7898', 'technical'],
    ['AC01', 'account_unknown'],
    ['AC04', 'account_closed'],
    ['AC06', 'account_blocked'],
    ['AG01', 'account_blocked'],
    ['AM04', 'funds'],
    ['MD01', 'account_unknown'],
    ['MD06', 'debit_refused'],
    ['MS02', 'debit_refused'],
  ] as const) {
    it(`is told in words for ${code}`, () => assert.equal(refusalReason(code), reason))
  }
})
