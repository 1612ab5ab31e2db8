import { createHash } from 'node:crypto'
import { assert } from '../../kernel/assert.ts'
import { currencies } from '../../kernel/money.ts'
import type {
  AccountDebit,
  AnsweredDispute,
  Capabilities,
  CardAuthorization,
  CardCredit,
  InlineProcessor,
  Outcome,
  Verdict,
} from '../processor.ts'
import { testCards } from './cards.ts'
import { approved, testAccounts } from './ibans.ts'

const capabilities: Capabilities = { card: currencies, sepa: ['eur'] }

/** A card is good to the last moment (UTC) of its month. */
const isExpired = (card: Pick<CardCredit, 'exp_month' | 'exp_year'>, now: Date): boolean =>
  now.getTime() >= Date.UTC(card.exp_year, card.exp_month)

/** Six digits out of the instruction's id, so that asking again gives the same code. */
const authorizationCode = (id: string): string =>
  String(createHash('sha256').update(id).digest().readUInt32BE() % 1_000_000).padStart(6, '0')

function authorizeCard(instruction: CardAuthorization): Outcome {
  assert(capabilities.card.includes(instruction.currency), 'a card in a currency that is taken')
  const card = testCards.get(instruction.number.reveal())
  if (!card) return { result: 'declined', response: '14' }
  if (isExpired(instruction, instruction.now)) return { result: 'declined', response: '54' }
  if (card.enrolment === 'required' && instruction.authentication?.status !== 'success') {
    return { result: 'declined', response: 'A1' }
  }
  if (card.outcome.result !== 'approved') return card.outcome
  // A check of 0 leaves nothing that could be credited or contested.
  const approval = instruction.amount === 0n ? approved : card.outcome
  return { ...approval, authorization_code: authorizationCode(instruction.id) }
}

function debitAccount(instruction: AccountDebit): Outcome {
  assert(capabilities.sepa.includes(instruction.currency), 'a debit in a currency that is taken')
  return testAccounts.get(instruction.iban.reveal())?.outcome ?? approved
}

/** A card that is contested or captured at once as a payment is credited like any other. */
function creditCard(instruction: CardCredit): Outcome {
  assert(capabilities.card.includes(instruction.currency), 'a card in a currency that is taken')
  const card = testCards.get(instruction.number.reveal())
  if (!card) return { result: 'declined', response: '14' }
  if (isExpired(instruction, instruction.now)) return { result: 'declined', response: '54' }
  if (card.outcome.result !== 'approved') return card.outcome
  return { ...approved, authorization_code: authorizationCode(instruction.id) }
}

/** The merchant is right, unless the text says `lose`, as a word of its own. */
const disputeVerdict = ({ text }: AnsweredDispute): Verdict =>
  /(?<![\p{L}\p{N}_])lose(?![\p{L}\p{N}_])/iu.test(text ?? '') ? 'lost' : 'won'

/**
 * The bank of test mode: the published cards and IBANs behave as their tables say, any other IBAN
 * is good, any other card number is not taken. Pure.
 */
export const sandbox: InlineProcessor = {
  kind: 'inline',
  name: 'sandbox',
  capabilities,
  cardFacts: (number) => testCards.get(number.reveal())?.facts ?? null,
  accountFacts: (iban) => ({ bic: `TEST${iban.reveal().slice(0, 2)}PP` }),
  enrolment: (number) => testCards.get(number.reveal())?.enrolment ?? 'not_enrolled',
  authorizeCard,
  debitAccount,
  creditCard,
  refund: () => approved,
  disputeVerdict,
}
