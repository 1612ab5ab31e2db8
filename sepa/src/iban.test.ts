import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ibanStructureOf, isSepaCountry } from './country.ts'
import { testIbans } from './iban.fixture.ts'
import { checkDigits, checkIban, formatIban, last4, normaliseIban } from './iban.ts'

/** The example that the IBAN registry prints, for most countries and all of SEPA. */
const examples = `
  AD1200012030200359100100 AE070331234567890123456 AL47212110090000000235698741 AT611904300234573201
  AZ21NABZ00000000137010001944 BA391290079401028494 BE68539007547034 BG80BNBG96611020345678
  BH67BMAG00001299123456 BR9700360305000010009795493P1 CH9300762011623852957 CR05015202001026284066
  CY17002001280000001200527600 CZ6508000000192000145399 DE89370400440532013000 DK5000400440116243
  DO28BAGR00000001212453611324 EE382200221020145685 ES9121000418450200051332 FI2112345600000785
  FO6264600001631634 FR1420041010050500013M02606 GB29NWBK60161331926819 GE29NB0000000101904917
  GI75NWBK000000007099453 GL8964710001000206 GR1601101250000000012300695
  GT82TRAJ01020000001210029690
  HR1210010051863000160 HU42117730161111101800000000 IE29AIBK93115212345678 IL620108000000099999999
  IS140159260076545510730339 IT60X0542811101000000123456 JO94CBJO0010000000000131000302
  KW81CBKU0000000000001234560101 KZ86125KZT5004100100 LB62099900000001001901229114
  LI21088100002324013AA LT121000011101001000 LU280019400644750000 LV80BANK0000435195001
  MC5811222000010123456789030 MD24AG000225100013104168 ME25505000012345678951 MK07250120000058984
  MR1300020001010000123456753 MT84MALT011000012345MTLCAST001S MU17BOMM0101101030300200000MUR
  NL91ABNA0417164300 NO9386011117947 PK36SCBL0000001123456702 PL61109010140000071219812874
  PS92PALS000000000400123456702 PT50000201231234567890154 QA58DOHB00001234567890ABCDEFG
  RO49AAAA1B31007593840000 RS35260005601001611379 SA0380000000608010167519 SE4550000000058398257466
  SI56263300012039086 SK3112000000198742637541 SM86U0322509800000000270100
  TN5910006035183598478831 TR330006100519786457841326 VA59001123000012345678
  VG96VPVG0000012345678901 XK051212012345678906`
  .trim()
  .split(/\s+/)

const isOk = (text: string): boolean => checkIban(text).ok

describe('an IBAN', () => {
  it('every published test IBAN passes, also those with wrong national check digits', () => {
    assert.equal(testIbans.length, 28)
    for (const iban of testIbans) {
      assert.deepEqual(checkIban(iban), { ok: true, iban, country: iban.slice(0, 2) })
    }
  })

  it('the examples of the registry pass, and their countries have a known structure', () => {
    for (const iban of examples) {
      assert.deepEqual(checkIban(iban), { ok: true, iban, country: iban.slice(0, 2) })
      assert.equal(ibanStructureOf(iban.slice(0, 2))?.length, iban.length)
    }
  })

  it('every SEPA country has a known structure', () => {
    const all =
      'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MT NL NO PL PT'
    for (const country of `${all} RO SE SI SK AD SM VA GI AL MD ME MK RS`.split(' ')) {
      assert.ok(isSepaCountry(country), country)
      assert.ok(ibanStructureOf(country), country)
      assert.ok(examples.some((iban) => iban.startsWith(country)))
    }
    for (const country of ['US', 'TR', 'UA', 'XK', 'BA', 'NC', 'PF', 'WF', '', 'fr', 'UK']) {
      assert.ok(!isSepaCountry(country), country)
    }
  })

  it('is read through spaces, dashes, small letters, full width and a word IBAN before it', () => {
    for (const text of [
      'FR14 2004 1010 0505 0001 3M02 606',
      '  fr14-2004-1010-0505-0001-3m02-606\n',
      'IBAN: FR14\u00a02004\u202f1010 0505\u20110001 3M02 606',
      'iban FR1420041010050500013M02606',
      '\u200eＦＲ１４２００４１０１００５０５０００１３ｍ０２６０６\ufeff',
    ]) {
      assert.equal(normaliseIban(text), 'FR1420041010050500013M02606')
      assert.ok(isOk(text))
    }
  })

  it('in groups of four, or its last four', () => {
    assert.equal(formatIban('fr1420041010050500013m02606'), 'FR14 2004 1010 0505 0001 3M02 606')
    assert.equal(formatIban('BE62510007547061'), 'BE62 5100 0754 7061')
    assert.equal(formatIban(''), '')
    assert.equal(last4('FR14 2004 1010 0505 0001 3M02 606'), '2606')
  })

  it('a refused one says why', () => {
    const refused = (text: string) => {
      const check = checkIban(text)
      if (check.ok) assert.fail(`${text} passed`)
      const { ok: _, ...why } = check
      return why
    }
    assert.deepEqual(refused(''), { reason: 'length' })
    assert.deepEqual(refused(' - '), { reason: 'length' })
    assert.deepEqual(refused('DE8937040044053201300'), { reason: 'length', expected_length: 22 })
    assert.deepEqual(refused('DE893704004405320130000'), { reason: 'length', expected_length: 22 })
    assert.deepEqual(refused('DE'), { reason: 'length', expected_length: 22 })
    assert.deepEqual(refused('DE89 3704 0044 0532 0130 0_'), { reason: 'characters' })
    assert.deepEqual(refused('DE8937040044053201300é'), { reason: 'characters' })
    assert.deepEqual(refused('ıT60X0542811101000000123456'), { reason: 'characters' })
    assert.deepEqual(refused('ZZ8937040044053201300'), { reason: 'country' })
    assert.deepEqual(refused('4000002500000003'), { reason: 'country' })
    assert.deepEqual(refused('D'), { reason: 'country' })
    assert.deepEqual(refused('DEX9370400440532013000'), { reason: 'structure' })
    assert.deepEqual(refused('DE8937040044053201300A'), { reason: 'structure' })
    assert.deepEqual(refused('NL91ABN10417164300'), { reason: 'structure' })
    assert.deepEqual(refused('DE88370400440532013000'), { reason: 'checksum' })
  })

  it('without a known structure needs right check digits and 15 to 34 characters', () => {
    const make = (bban: string) => `US${checkDigits('US', bban)}${bban}`
    assert.ok(isOk(make('A'.repeat(11))))
    assert.ok(isOk(make('9'.repeat(30))))
    assert.deepEqual(checkIban(make('1'.repeat(10))), { ok: false, reason: 'length' })
    assert.deepEqual(checkIban(make('1'.repeat(31))), { ok: false, reason: 'length' })
    assert.deepEqual(checkIban(`US00${'1'.repeat(20)}`), { ok: false, reason: 'checksum' })
  })

  it('letters in the account number pass where the registry allows them', () => {
    for (const [country, bban] of [
      ['PK', 'SCBL0000A011234567'.padEnd(20, 'Z')],
      ['PS', 'PALS00000000040012345A70Z'],
    ] as const) {
      assert.ok(isOk(country + checkDigits(country, bban) + bban), country)
    }
  })

  it('check digits 00, 01 and 99 never pass, though they leave the right rest', () => {
    const rest = (iban: string) => {
      const digits = (iban.slice(4) + iban.slice(0, 4)).replace(/[A-Z]/g, (letter) =>
        String(letter.charCodeAt(0) - 55),
      )
      return BigInt(digits) % 97n
    }
    for (const wrong of [0, 1, 99]) {
      const aliased = Array.from({ length: 500 }, (_, n) => {
        return `DE${String(wrong).padStart(2, '0')}${String(10n ** 17n + BigInt(n))}`
      }).find((iban) => rest(iban) === 1n)
      assert.ok(aliased)
      assert.deepEqual(checkIban(aliased), { ok: false, reason: 'checksum' })
    }
    for (const iban of examples) assert.equal(rest(iban), 1n, iban)
  })

  it('with any one character replaced, or two neighbours swapped, does not pass', () => {
    const chars = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
    for (const iban of testIbans) {
      for (let at = 0; at < iban.length; at++) {
        for (const char of chars) {
          const replaced = iban.slice(0, at) + char + iban.slice(at + 1)
          if (/[0-9]/.test(char) === /[0-9]/.test(iban.charAt(at))) {
            assert.equal(isOk(replaced), replaced === iban, replaced)
          }
        }
        const swapped =
          iban.slice(0, at) + iban.charAt(at + 1) + iban.charAt(at) + iban.slice(at + 2)
        assert.equal(isOk(swapped), swapped === iban, swapped)
      }
    }
  })

  it('no text makes the check throw, and what passes is in its exchange form already', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...examples)), (text) => {
        const check = checkIban(text)
        if (check.ok) assert.deepEqual(checkIban(check.iban), check)
      }),
    )
  })
})
