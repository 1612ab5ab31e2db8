import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { newId } from '../kernel/ids.ts'
import { limits } from '../kernel/limits.ts'
import { Secret } from '../kernel/secret.ts'
import { isDisputeCode } from './dispute-codes.ts'
import type {
  AccountDebit,
  AnsweredDispute,
  CardAuthorization,
  CardCredit,
  Instruction,
  Outcome,
  Processor,
  RefundOrder,
} from './processor.ts'
import { responseCode } from './response-codes.ts'

/** Numbers of the processor's own test range, and the moment at which they are tried. */
export interface Fixtures {
  now: Date
  /** A card that is approved without authentication. */
  approved: string
  declined: string
  /**
   * A card that its bank declines without authentication, and approves with it. Null: the range
   * has none.
   */
  authenticated: string | null
  /** A well-formed number that this processor does not take in this mode. */
  untaken: string
  account: string
  refused_account: string
}

const instruction = (now: Date) => ({
  id: newId('inst'),
  account: newId('acct'),
  amount: 1000n,
  currency: 'eur' as const,
  now,
})

/** An authorization of a card in order; what is `given` replaces its parts. */
export const cardAuthorization = (
  now: Date,
  number: string,
  given: Partial<CardAuthorization> = {},
): CardAuthorization => ({
  ...instruction(now),
  number: new Secret(number),
  cvc: new Secret('123'),
  exp_month: 12,
  exp_year: now.getUTCFullYear() + 1,
  authentication: null,
  ...given,
})

/** A debit with a mandate in order; what is `given` replaces its parts. */
export const accountDebit = (
  now: Date,
  iban: string,
  given: Partial<AccountDebit> = {},
): AccountDebit => ({
  ...instruction(now),
  iban: new Secret(iban),
  name: 'Ada Lovelace',
  mandate: 'mandate-1',
  date_mandate: '2024-01-31',
  ...given,
})

/** A credit of a card in order; what is `given` replaces its parts. */
export const cardCredit = (
  now: Date,
  number: string,
  given: Partial<CardCredit> = {},
): CardCredit => ({
  ...instruction(now),
  number: new Secret(number),
  cvc: null,
  exp_month: 12,
  exp_year: now.getUTCFullYear() + 1,
  date_of_birth: null,
  ...given,
})

/** The order to give back what came by this instruction; what is `given` replaces its parts. */
const refundOrder = (now: Date, of: string, given: Partial<RefundOrder> = {}): RefundOrder => ({
  ...instruction(now),
  of,
  ...given,
})

const members: Record<Outcome['result'], readonly string[]> = {
  approved: ['authorization_code', 'dispute', 'next', 'response', 'result'],
  declined: ['response', 'result'],
  failed: ['response', 'result'],
  unknown: ['result'],
}

/** Says no more than its kind may, in codes of our tables. */
function assertSound(outcome: Outcome): void {
  for (const member of Object.keys(outcome)) {
    assert.ok(members[outcome.result]?.includes(member), `${outcome.result} has a ${member}`)
  }
  if (outcome.result === 'unknown') return
  assert.match(outcome.response, /^\w{2,4}$/)
  assert.ok(responseCode(outcome.response), `${outcome.response} stands in no table`)
  if (outcome.result !== 'approved') return
  assert.ok(['clear', 'captured', 'disputed'].includes(outcome.next))
  assert.match(outcome.authorization_code ?? '000000', /^\w{1,6}$/)
  assert.equal('dispute' in outcome, outcome.next === 'disputed')
  if (outcome.next === 'disputed') assert.ok(isDisputeCode(outcome.dispute.response))
}

/** Neither a log line nor JSON of what came back holds the number. */
function assertSilent(returned: unknown, number: string): void {
  const depth = Number.POSITIVE_INFINITY
  const printed = inspect(returned, { depth, showHidden: true }) + JSON.stringify(returned)
  assert.ok(!printed.includes(number), 'what came back holds the number')
}

async function authorize(processor: Processor, asked: CardAuthorization): Promise<Outcome> {
  const outcome = await processor.authorizeCard(asked)
  assertSound(outcome)
  assertSilent(outcome, asked.number.reveal())
  return outcome
}

async function debit(processor: Processor, asked: AccountDebit): Promise<Outcome> {
  const outcome = await processor.debitAccount(asked)
  assertSound(outcome)
  assertSilent(outcome, asked.iban.reveal())
  return outcome
}

async function credit(processor: Processor, asked: CardCredit): Promise<Outcome> {
  const outcome = await processor.creditCard(asked)
  assertSound(outcome)
  assertSilent(outcome, asked.number.reveal())
  return outcome
}

async function giveBack(processor: Processor, asked: RefundOrder): Promise<Outcome> {
  const outcome = await processor.refund(asked)
  assertSound(outcome)
  return outcome
}

/**
 * What every processor must keep, inline or remote. Its own test calls this with numbers of its
 * test range; each guarantee gets a new processor.
 */
export function conformance(name: string, makeProcessor: () => Processor, fixtures: Fixtures) {
  describe(`${name} conforms`, () => {
    describe('cards', () => cards(makeProcessor, fixtures))
    describe('accounts', () => accounts(makeProcessor, fixtures))
    describe('credits', () => credits(makeProcessor, fixtures))
    describe('disputes', () => disputed(makeProcessor, fixtures))
    describe('refunds', () => refunds(makeProcessor, fixtures))
    describe('answers', () => answers(makeProcessor, fixtures))
  })
}

function cards(makeProcessor: () => Processor, fixtures: Fixtures) {
  const { now, approved, declined, authenticated, untaken } = fixtures
  const result = async (number: string, given?: Partial<CardAuthorization>) =>
    (await authorize(makeProcessor(), cardAuthorization(now, number, given))).result

  it('a number that is not taken has no facts and is declined', async () => {
    assert.equal(await makeProcessor().cardFacts(new Secret(untaken)), null)
    assert.equal(await result(untaken), 'declined')
  })
  it('a number that is taken has facts in the words of the wire, without the number', async () => {
    const facts = await makeProcessor().cardFacts(new Secret(approved))
    assert.ok(facts)
    assertSilent(facts, approved)
    assert.match(facts.country, /^[A-Z]{2}$/)
    assert.match(facts.brand, /^[a-z]+$/)
    assert.ok(['unknown', 'national', 'visa', 'mastercard'].includes(facts.network))
    assert.ok(['personal', 'corporate', 'unknown'].includes(facts.nature))
  })
  for (const amount of [0n, 1n, limits.amount_max]) {
    it(`a good card is approved for ${amount}`, async () => {
      assert.equal(await result(approved, { amount }), 'approved')
    })
  }
  it('a good card is approved in every currency that the capabilities name', async () => {
    for (const currency of makeProcessor().capabilities.card) {
      assert.equal(await result(approved, { currency }), 'approved', currency)
    }
  })
  it('a good card on file is approved without its cvc', async () => {
    assert.equal(await result(approved, { cvc: null }), 'approved')
  })
  it('an expired card is declined 54', async () => {
    const expired = cardAuthorization(now, approved, { exp_year: now.getUTCFullYear() - 1 })
    const outcome = await authorize(makeProcessor(), expired)
    assert.deepEqual(outcome, { result: 'declined', response: '54' })
  })
  it('a declined card is declined, authenticated or not', async () => {
    assert.equal(await result(declined), 'declined')
    assert.equal(await result(declined, { authentication: { status: 'success' } }), 'declined')
  })
  if (authenticated === null) return
  it('a card that needs authentication is declined A1 without it, approved with it', async () => {
    assert.equal(await makeProcessor().enrolment(new Secret(authenticated)), 'required')
    const without = await authorize(makeProcessor(), cardAuthorization(now, authenticated))
    assert.deepEqual(without, { result: 'declined', response: 'A1' })
    assert.equal(await result(authenticated, { authentication: { status: 'success' } }), 'approved')
  })
}

function accounts(makeProcessor: () => Processor, fixtures: Fixtures) {
  const { now, account, refused_account } = fixtures
  const result = async (iban: string, given?: Partial<AccountDebit>) =>
    (await debit(makeProcessor(), accountDebit(now, iban, given))).result

  for (const amount of [1n, limits.amount_max]) {
    it(`a good account is debited of ${amount}`, async () => {
      assert.equal(await result(account, { amount }), 'approved')
    })
  }
  it('a good account is debited in every currency that the capabilities name', async () => {
    for (const currency of makeProcessor().capabilities.sepa) {
      assert.equal(await result(account, { currency }), 'approved', currency)
    }
  })
  it('a refused account is declined', async () => {
    assert.equal(await result(refused_account), 'declined')
  })
  it('the facts of an account do not hold its iban; a bic has 8 or 11 characters', async () => {
    const facts = await makeProcessor().accountFacts(new Secret(account))
    assertSilent(facts, account)
    if (facts.bic !== null) assert.match(facts.bic, /^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/)
  })
}

function credits(makeProcessor: () => Processor, fixtures: Fixtures) {
  const { now, approved, declined, authenticated, untaken } = fixtures
  const answer = (number: string, given?: Partial<CardCredit>) =>
    credit(makeProcessor(), cardCredit(now, number, given))
  const result = async (number: string, given?: Partial<CardCredit>) =>
    (await answer(number, given)).result

  for (const amount of [1n, limits.amount_max]) {
    it(`a good card is credited with ${amount}`, async () => {
      assert.equal(await result(approved, { amount }), 'approved')
    })
  }
  it('a good card is credited in every currency that the capabilities name', async () => {
    for (const currency of makeProcessor().capabilities.card) {
      assert.equal(await result(approved, { currency }), 'approved', currency)
    }
  })
  it('a good card is credited with or without its cvc and the date of birth', async () => {
    const told = { cvc: new Secret('123'), date_of_birth: '1990-02-28' }
    assert.equal(await result(approved, told), 'approved')
  })
  it('a credit is not contested, and waits for the clearing', async () => {
    const outcome = await answer(approved)
    assert.equal(outcome.result === 'approved' && outcome.next, 'clear')
  })
  it('a declined card, an expired one and one that is not taken are not credited', async () => {
    assert.equal(await result(declined), 'declined')
    assert.equal(await result(untaken), 'declined')
    const expired = await answer(approved, { exp_year: now.getUTCFullYear() - 1 })
    assert.deepEqual(expired, { result: 'declined', response: '54' })
  })
  if (authenticated === null) return
  it('a card that needs authentication to pay is credited without it', async () => {
    assert.equal(await result(authenticated), 'approved')
  })
}

function disputed(makeProcessor: () => Processor, { now }: Fixtures) {
  const answers: (string | null)[] = ['It was delivered on Monday', 'lose', '', null]
  it('an answered dispute is won or lost, and asked again has the same verdict', async () => {
    const processor = makeProcessor()
    for (const text of answers) {
      const asked: AnsweredDispute = { id: newId('dspt'), amount: 1n, response: '45', text, now }
      const verdict = await processor.disputeVerdict(asked)
      assert.ok(['won', 'lost'].includes(verdict))
      assert.equal(await processor.disputeVerdict(asked), verdict)
    }
  })
}

function refunds(makeProcessor: () => Processor, { now, approved, account }: Fixtures) {
  for (const amount of [1n, 1000n]) {
    it(`${amount} of what a card has paid is given back, and waits for the clearing`, async () => {
      const processor = makeProcessor()
      const paid = cardAuthorization(now, approved)
      await authorize(processor, paid)
      const outcome = await giveBack(processor, refundOrder(now, paid.id, { amount }))
      assert.equal(outcome.result === 'approved' && outcome.next, 'clear')
    })
  }
  it('what an account was debited of is given back', async () => {
    const processor = makeProcessor()
    const debited = accountDebit(now, account)
    await debit(processor, debited)
    const { result } = await giveBack(processor, refundOrder(now, debited.id))
    assert.equal(result, 'approved')
  })
  it('several parts are given back, each by its own instruction', async () => {
    const processor = makeProcessor()
    const paid = cardAuthorization(now, approved)
    await authorize(processor, paid)
    for (const amount of [300n, 300n, 400n]) {
      const { result } = await giveBack(processor, refundOrder(now, paid.id, { amount }))
      assert.equal(result, 'approved')
    }
  })
}

/** An instruction with the call that it is asked by. */
interface Question {
  id: string
  ask(processor: Processor): Promise<Outcome>
}

const asking =
  <Asked extends Instruction>(ask: (processor: Processor, asked: Asked) => Promise<Outcome>) =>
  (asked: Asked): Question => ({ id: asked.id, ask: (processor) => ask(processor, asked) })

function answers(makeProcessor: () => Processor, fixtures: Fixtures) {
  const { now, approved, declined, untaken, account, refused_account } = fixtures
  const numbers = [approved, declined, untaken]
  const questions: Question[] = [
    ...numbers.map((it) => cardAuthorization(now, it)).map(asking(authorize)),
    ...[account, refused_account].map((it) => accountDebit(now, it)).map(asking(debit)),
    ...numbers.map((it) => cardCredit(now, it)).map(asking(credit)),
    asking(giveBack)(refundOrder(now, newId('inst'))),
  ]

  it('the same instruction again has the same outcome', async () => {
    const processor = makeProcessor()
    for (const { ask } of questions) assert.deepEqual(await ask(processor), await ask(processor))
  })
  it('the same instruction from many callers at once has one outcome', async () => {
    const processor = makeProcessor()
    for (const { ask } of questions) {
      const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => ask(processor)))
      for (const other of others) assert.deepEqual(other, first)
    }
  })
  it('an inline processor always knows; a remote one tells on query what it did', async () => {
    const processor = makeProcessor()
    for (const { id, ask } of questions) {
      const outcome = await ask(processor)
      if (processor.kind === 'inline') assert.notEqual(outcome.result, 'unknown')
      else assert.deepEqual(await processor.query(id), outcome)
    }
    if (processor.kind === 'remote') assert.equal(await processor.query(newId('inst')), null)
  })
}
