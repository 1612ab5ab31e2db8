import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkBic, testBic } from './bic.ts'

describe('a BIC', () => {
  it('has 8 or 11 characters, with a country in the middle', () => {
    assert.deepEqual(checkBic('BNPAFRPP'), { ok: true, bic: 'BNPAFRPP', country: 'FR' })
    assert.deepEqual(checkBic(' bnpa fr pp xxx'), { ok: true, bic: 'BNPAFRPPXXX', country: 'FR' })
    assert.deepEqual(checkBic('E1BAXKPR001'), { ok: true, bic: 'E1BAXKPR001', country: 'XK' })
    for (const text of ['', 'BNPAFRP', 'BNPAFRPPX', 'BNPAFRPPXX', 'BNPAFRPPXXXX']) {
      assert.deepEqual(checkBic(text), { ok: false, reason: 'length' })
    }
    assert.deepEqual(checkBic('BNPAZZPP'), { ok: false, reason: 'country' })
    assert.deepEqual(checkBic('BNPA12PP'), { ok: false, reason: 'country' })
    assert.deepEqual(checkBic('BNPAFRP_'), { ok: false, reason: 'characters' })
  })

  it('of test mode is one, and names the country', () => {
    assert.equal(testBic('FR'), 'TESTFRPP')
    assert.deepEqual(checkBic(testBic('SE')), { ok: true, bic: 'TESTSEPP', country: 'SE' })
  })
})
