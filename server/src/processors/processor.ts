import type { Currency } from '../kernel/money.ts'
import type { Secret } from '../kernel/secret.ts'

export type Method = 'card' | 'sepa'

/** Which currencies each method can be asked for. A method without any is not offered. */
export type Capabilities = Readonly<Record<Method, readonly Currency[]>>

/** What the number of a card says about it, in the words of v2. */
export interface CardFacts {
  brand: string
  /** Of the issuer, ISO 3166-1 alpha-2. */
  country: string
  funding: 'credit' | 'debit' | 'prepaid' | 'universal' | 'charge' | 'deferred' | 'unknown'
  nature: 'personal' | 'corporate' | 'unknown'
  network: 'unknown' | 'national' | 'visa' | 'mastercard'
}

export interface AccountFacts {
  /** Of the bank that holds the account; null where the processor keeps no directory. */
  bic: string | null
}

/** How a card takes part in 3-D Secure. `required`: its bank declines without. */
export type Enrolment = 'not_required' | 'not_enrolled' | 'optional' | 'required'

/** Whether a payer is sent to the bank when the merchant asked for authentication. Pure. */
export const isChallenged = (enrolment: Enrolment): boolean =>
  enrolment === 'optional' || enrolment === 'required'

/**
 * What 3-D Secure proved. `attempted` is EMV's word, not the one of a session's status: the bank
 * vouches for the try and not for the person.
 */
export interface Authentication {
  status: 'success' | 'attempted'
}

/** One attempt to move money, as the processor sees it. */
export interface Instruction {
  /** Also the idempotency key: the same instruction again is answered again, and moves nothing. */
  id: string
  account: string
  /** Minor units. 0 checks the card and moves nothing. */
  amount: bigint
  currency: Currency
  /** The clock of the account: a processor never reads another. */
  now: Date
}

export interface CardAuthorization extends Instruction {
  number: Secret<string>
  /** Null for a card on file: the CVC is never stored. */
  cvc: Secret<string> | null
  exp_month: number
  exp_year: number
  /** Null when no authentication was asked for, or the card takes no part in it. */
  authentication: Authentication | null
}

export interface AccountDebit extends Instruction {
  /**
   * In its electronic form (upper case, no spaces), of correct structure: the caller has checked.
   */
  iban: Secret<string>
  name: string
  /** The reference of the mandate and the day of its signature; null where the payer gave none. */
  mandate: string | null
  date_mandate: string | null
}

/** Money to a card: nobody pays, and so nobody is authenticated. */
export interface CardCredit extends Instruction {
  number: Secret<string>
  /** Null where the merchant did not send it. */
  cvc: Secret<string> | null
  exp_month: number
  exp_year: number
  /** Of the person who is credited, YYYY-MM-DD: some banks want to know. */
  date_of_birth: string | null
}

/** Money back to the payer of an earlier instruction, all that was captured or a part of it. */
export interface RefundOrder extends Instruction {
  /** The authorization or debit by which it came. */
  of: string
}

/**
 * The bank said yes. `response` is its code, `next` what it goes on to do with the money once it
 * is captured.
 */
export type Approval = {
  readonly result: 'approved'
  readonly response: string
  /** The bank's own reference of a card authorization. */
  readonly authorization_code?: string
} & (
  | {
      /** `clear`: the ordinary way, through a clearing. `captured`: credited at once. */
      readonly next: 'clear' | 'captured'
    }
  | {
      /**
       * Credited, and contested at once by the payer: how a test bank shows a dispute without
       * waiting.
       */
      readonly next: 'disputed'
      readonly dispute: { readonly response: string }
    }
)

/**
 * The answer to an instruction: a value, never thrown. `declined`: the bank said no. `failed`:
 * technical, and nothing moved. `unknown`: no answer, money may have moved; never read as failed.
 */
export type Outcome =
  | Approval
  | { readonly result: 'declined'; readonly response: string }
  | { readonly result: 'failed'; readonly response: string }
  | { readonly result: 'unknown' }

/** A dispute that the merchant has answered, as the payer's bank weighs it. */
export interface AnsweredDispute {
  id: string
  /** Minor units. */
  amount: bigint
  response: string
  /** What the merchant says; null when files say it. */
  text: string | null
  now: Date
}

export type Verdict = 'won' | 'lost'

/** What every processor can be asked. */
export interface Asked {
  /** Null: this number is not taken in this mode, and no card may be made of it. */
  cardFacts(number: Secret<string>): CardFacts | null
  accountFacts(iban: Secret<string>): AccountFacts
  enrolment(number: Secret<string>): Enrolment
  authorizeCard(instruction: CardAuthorization): Outcome
  debitAccount(instruction: AccountDebit): Outcome
  creditCard(instruction: CardCredit): Outcome
  refund(instruction: RefundOrder): Outcome
  /** For the merchant or against. Asked when the time for it has passed. */
  disputeVerdict(dispute: AnsweredDispute): Verdict
}

/** Pure functions in this process: asked inside the decision, and never without an answer. */
export interface InlineProcessor extends Asked {
  readonly kind: 'inline'
  readonly name: string
  readonly capabilities: Capabilities
}

type Remotely<T extends Record<keyof T, (asked: never) => unknown>> = {
  [K in keyof T]: (asked: Parameters<T[K]>[0]) => Promise<ReturnType<T[K]>>
}

/**
 * A processor across a network: called between two commits. A time-out or a broken answer
 * resolves to `unknown`, it does not reject.
 */
export interface RemoteProcessor extends Remotely<Asked> {
  readonly kind: 'remote'
  readonly name: string
  readonly capabilities: Capabilities
  /**
   * What became of an instruction. Null: it never arrived, and may be sent again under the same
   * id.
   */
  query(id: string): Promise<Outcome | null>
}

export type Processor = InlineProcessor | RemoteProcessor
