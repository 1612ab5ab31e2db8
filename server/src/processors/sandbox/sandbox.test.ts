import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Secret } from '../../kernel/secret.ts'
import {
  accountDebit,
  cardAuthorization,
  cardCredit,
  conformance,
  type Fixtures,
} from '../conformance.ts'
import { isChallenged, type Outcome, type RemoteProcessor } from '../processor.ts'
import { testCards } from './cards.ts'
import { testAccounts } from './ibans.ts'
import { sandbox } from './sandbox.ts'

const now = new Date('2026-03-15T10:00:00Z')

const fixtures: Fixtures = {
  now,
  approved: '4242424242424242',
  declined: '4000000000000002',
  authenticated: '4000000000003220',
  untaken: '4012888888881881',
  account: 'FR1420041010050500013M02606',
  refused_account: 'FR2990665286926539507769811',
}

/** The same bank behind a wire: it answers later, and remembers what it answered. */
function remoteSandbox(): RemoteProcessor {
  const answered = new Map<string, Outcome>()
  const answer = (id: string, decide: () => Outcome): Outcome => {
    const outcome = answered.get(id) ?? decide()
    answered.set(id, outcome)
    return outcome
  }
  return {
    kind: 'remote',
    name: 'remote sandbox',
    capabilities: sandbox.capabilities,
    cardFacts: async (number) => sandbox.cardFacts(number),
    accountFacts: async (iban) => sandbox.accountFacts(iban),
    enrolment: async (number) => sandbox.enrolment(number),
    authorizeCard: async (asked) => answer(asked.id, () => sandbox.authorizeCard(asked)),
    debitAccount: async (asked) => answer(asked.id, () => sandbox.debitAccount(asked)),
    creditCard: async (asked) => answer(asked.id, () => sandbox.creditCard(asked)),
    refund: async (asked) => answer(asked.id, () => sandbox.refund(asked)),
    disputeVerdict: async (asked) => sandbox.disputeVerdict(asked),
    query: async (id) => answered.get(id) ?? null,
  }
}

conformance('the sandbox', () => sandbox, fixtures)
conformance('a remote processor', remoteSandbox, fixtures)

/**
 * What the guide publishes, the network as the wire has it, and the further numbers of the
 * official clients.
 */
const cardTable = `
  number            brand       network     country  3-D Secure    response  next
  4000000400000008  visa        visa        AT       optional      00        clear
  4000000560000004  visa        visa        BE       optional      00        clear
  4000002080000001  visa        visa        DK       optional      00        clear
  4000002460000001  visa        visa        FI       optional      00        clear
  4000002500000003  visa        national    FR       optional      00        clear
  4000002760000016  visa        visa        DE       optional      00        clear
  4000003720000005  visa        visa        IE       optional      00        clear
  4000003800000008  visa        visa        IT       optional      00        clear
  4000004420000006  visa        visa        LU       optional      00        clear
  4000005280000002  visa        visa        NL       optional      00        clear
  4000005780000007  visa        visa        NO       optional      00        clear
  4000006200000007  visa        visa        PT       optional      00        clear
  4000006430000009  visa        visa        RU       optional      00        clear
  4000007240000007  visa        visa        ES       optional      00        clear
  4000007520000008  visa        visa        SE       optional      00        clear
  4000007560000009  visa        visa        CH       optional      00        clear
  4000008260000000  visa        visa        GB       optional      00        clear
  4242424242424242  visa        visa        US       not_required  00        clear
  4444333322221111  visa        visa        US       not_required  00        clear
  4111111111111111  visa        visa        US       not_required  00        clear
  5555555555554444  mastercard  mastercard  US       optional      00        clear
  5200828282828210  mastercard  mastercard  US       optional      00        clear
  5105105105105100  mastercard  mastercard  US       optional      00        clear
  4000000000003055  visa        visa        US       not_enrolled  00        clear
  4000000760000002  visa        visa        BR       optional      00        clear
  4000001240000000  visa        visa        CA       optional      00        clear
  4000004840000008  visa        visa        MX       optional      00        clear
  4000000000000077  visa        national    FR       optional      00        captured
  4000000000003220  visa        visa        US       required      A1        refused
  4000000000000002  visa        visa        FR       optional      05        refused
  4000000000009995  visa        visa        FR       optional      51        refused
  4000000000009987  visa        visa        FR       optional      41        refused
  4000000000000259  visa        visa        FR       optional      00        disputed
  4000000000001976  visa        visa        FR       optional      00        disputed
  4000000000005423  visa        visa        FR       optional      00        disputed
  4000000360000006  visa        visa        AU       optional      00        clear
  4000001560000002  visa        visa        CN       optional      00        clear
  4000003440000004  visa        visa        HK       optional      00        clear
  4000003920000003  visa        visa        JP       optional      00        clear
  3530111333300000  jcb         unknown     JP       optional      00        clear
  4000005540000008  visa        visa        NZ       optional      00        clear
  4000007020000003  visa        visa        SG       optional      00        clear
`

const accountTable = `
  iban                         holder                      birth date  response  next
  AT611904300234573201         Otto Normalverbraucher      1971-02-02  00        clear
  BE62510007547061             Jef Van Pijperzele          1972-03-03  00        clear
  CH2089144321842946678        Leonhard Euler              1973-04-04  00        clear
  DE89370400440532013000       Max Mustermann              1974-05-05  00        clear
  EE382200221020145685         Friedrich Robert Faehlmann  1975-06-06  00        clear
  ES0700120345030000067890     Juan Pérez                  1976-07-07  00        clear
  FI2112345600000785           Maija Meikäläinen           1977-08-08  00        clear
  FR1420041010050500013M02606  Pierre Martin               1978-09-09  00        clear
  GB33BUKB20201555555555       John Doe                    1970-01-01  00        clear
  IE29AIBK93115212345678       John Kilkenny               1979-10-10  00        clear
  LT121000011101001000         Jonas Petraitis             1980-11-11  00        clear
  LU280019400644750000         Adalbert Boros              1981-12-12  00        clear
  IT02A0301926102000000490887  Piero Pers                  1982-01-13  00        clear
  NL39RABO0300065264           Jan Modaal                  1983-02-14  00        clear
  NO9386011117947              Peder Aas                   1984-03-15  00        clear
  PT50000201231234567890154    Jan Kowalski                1985-04-16  00        clear
  SE3550000000054910000003     Lisa Svensson               1986-05-17  00        clear
  FR9430003000409249176322Z50  Gilles Dupont               1987-06-18  00        clear
  FR2990665286926539507769811  Jean Banbois                1992-11-23  AC01      refused
  FR8191676442817818484578833  Marie-Jeanne Sansbanque     1993-12-24  AC04      refused
  FR3083648641551044006702169  Marc Barrer                 1994-01-25  AC06      refused
  FR4200838098473368525032012  Sophie Fontek               1995-02-26  AG01      refused
  FR7099253427049384102178149  Hector Fauché               1996-03-27  AM04      refused
  FR7240745948453163519978561  Lillianne Sansmandat        1997-04-28  MD01      refused
  FR5533686478441573584650545  Vincent Refusé              1998-05-29  MD06      refused
  FR2488294045573706143240475  Eric Indécis                1999-06-30  MS02      refused
  BE08510007547063             Camille Honnête             1988-07-19  AM04      disputed
  ES5000120345030000067892     Pepito Pérez                1990-09-21  AC04      disputed
`

/** The lines under the heading, as cells. */
const rowsOf = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/ {2,}/))

/** An outcome as the last cells of the tables say it. */
function said(outcome: Outcome): [response: string, next: string] {
  assert.ok(outcome.result === 'approved' || outcome.result === 'declined')
  return [outcome.response, outcome.result === 'approved' ? outcome.next : 'refused']
}

describe('the published cards', () => {
  for (const [number, brand, network, country, enrolment, response, next] of rowsOf(cardTable)) {
    it(`${number} is ${brand} ${country}, 3-D Secure ${enrolment}, ${response} ${next}`, () => {
      assert.ok(number)
      const secret = new Secret(number)
      const facts = sandbox.cardFacts(secret)
      assert.deepEqual([facts?.brand, facts?.network, facts?.country], [brand, network, country])
      assert.equal(facts?.nature, 'personal')
      assert.equal(sandbox.enrolment(secret), enrolment)
      const outcome = sandbox.authorizeCard(cardAuthorization(now, number))
      assert.deepEqual(said(outcome), [response, next])
    })
  }
  it('are all that the sandbox takes: 35 and the 7 of the official clients', () => {
    assert.deepEqual(
      rowsOf(cardTable).map(([number]) => number),
      [...testCards.keys()],
    )
    assert.equal(testCards.size, 42)
  })
  it('have the funding that was recorded on the wire', () => {
    assert.equal(sandbox.cardFacts(new Secret('4111111111111111'))?.funding, 'debit')
    assert.equal(sandbox.cardFacts(new Secret('4000000000000077'))?.funding, 'credit')
  })
})

describe('the published accounts', () => {
  for (const [iban, holder, born, response, next] of rowsOf(accountTable)) {
    it(`${iban} of ${holder}: ${response} ${next}`, () => {
      assert.ok(iban)
      const account = testAccounts.get(iban)
      assert.deepEqual([account?.name, account?.birth_date], [holder, born])
      assert.deepEqual(said(sandbox.debitAccount(accountDebit(now, iban))), [response, next])
    })
  }
  it('are 28', () => {
    assert.equal(rowsOf(accountTable).length, 28)
    assert.equal(testAccounts.size, 28)
  })
})

describe('the sandbox', () => {
  it('disputes its three disputed cards with 45, its two accounts with their reason', () => {
    for (const number of ['4000000000000259', '4000000000001976', '4000000000005423']) {
      const outcome = sandbox.authorizeCard(cardAuthorization(now, number))
      assert.ok(outcome.result === 'approved' && outcome.next === 'disputed')
      assert.equal(outcome.dispute.response, '45')
    }
    for (const [iban, reason] of [
      ['BE08510007547063', 'AM04'],
      ['ES5000120345030000067892', 'AC04'],
    ] as const) {
      const outcome = sandbox.debitAccount(accountDebit(now, iban))
      assert.ok(outcome.result === 'approved' && outcome.next === 'disputed')
      assert.equal(outcome.dispute.response, reason)
    }
  })
  it('takes a card through the last moment of its month, and declines it 54 after', () => {
    const asked = (at: string) =>
      sandbox.authorizeCard(
        cardAuthorization(new Date(at), fixtures.approved, { exp_month: 12, exp_year: 2027 }),
      )
    assert.equal(asked('2027-12-31T23:59:59.999Z').result, 'approved')
    assert.deepEqual(said(asked('2028-01-01T00:00:00.000Z')), ['54', 'refused'])
  })
  it('declines every card 54 once it has expired, whatever else the card would say', () => {
    for (const number of testCards.keys()) {
      const asked = cardAuthorization(now, number, { exp_month: 2, exp_year: 2026 })
      assert.deepEqual(said(sandbox.authorizeCard(asked)), ['54', 'refused'], number)
    }
  })
  it('checks a card with amount 0: nothing to credit or contest, a bad one declined', () => {
    for (const number of ['4000000000000077', '4000000000000259', '4242424242424242']) {
      const asked = cardAuthorization(now, number, { amount: 0n })
      assert.deepEqual(said(sandbox.authorizeCard(asked)), ['00', 'clear'])
    }
    const asked = cardAuthorization(now, '4000000000009995', { amount: 0n })
    assert.deepEqual(said(sandbox.authorizeCard(asked)), ['51', 'refused'])
  })
  it('credits every card but those that are published as refused, each with its code', () => {
    const refused = ['4000000000000002 05', '4000000000009995 51', '4000000000009987 41']
    const answers = [...testCards.keys()].map((number) => {
      const [response, next] = said(sandbox.creditCard(cardCredit(now, number)))
      assert.equal(next, response === '00' ? 'clear' : 'refused')
      return response === '00' ? '' : `${number} ${response}`
    })
    assert.deepEqual(answers.filter(Boolean), refused)
  })
  it('wants the proof of the payer, not of the try, where authentication is required', () => {
    const asked = (status: 'success' | 'attempted') =>
      sandbox.authorizeCard(
        cardAuthorization(now, '4000000000003220', { authentication: { status } }),
      )
    assert.deepEqual(said(asked('attempted')), ['A1', 'refused'])
    assert.deepEqual(said(asked('success')), ['00', 'clear'])
  })
  it('debits an account that it does not know, with a BIC of its country', () => {
    const iban = 'FR7630006000011234567890189'
    assert.deepEqual(said(sandbox.debitAccount(accountDebit(now, iban))), ['00', 'clear'])
    assert.deepEqual(sandbox.accountFacts(new Secret(iban)), { bic: 'TESTFRPP' })
    const swedish = new Secret('SE3550000000054910000003')
    assert.deepEqual(sandbox.accountFacts(swedish), { bic: 'TESTSEPP' })
  })
  it('debits accounts in euro only', () => {
    const dollars = accountDebit(now, fixtures.account, { currency: 'usd' })
    assert.throws(() => sandbox.debitAccount(dollars), /assertion failed/)
  })
})

describe('a verdict on a dispute', () => {
  const about = { id: 'dspt_1', amount: 1n, response: '45', now }
  const verdict = (text: string | null) => sandbox.disputeVerdict({ ...about, text })

  it('is for the merchant, whatever they say', () => {
    const texts = [null, '', 'It was delivered', 'close, loser, élose, lose_it, lose2, l o s e']
    for (const text of texts) assert.equal(verdict(text), 'won', `${text}`)
  })
  it('is against one whose text says lose as a word of its own', () => {
    const texts = ['lose', 'We shall LOSE.', 'a\nlose\nb', 'win-or-lose', '«lose»']
    for (const text of texts) assert.equal(verdict(text), 'lost', text)
  })
})

describe('a challenge', () => {
  it('comes for optional and required cards only', () => {
    const challenged = ['not_required', 'not_enrolled', 'optional', 'required'] as const
    assert.deepEqual(challenged.filter(isChallenged), ['optional', 'required'])
  })
})
