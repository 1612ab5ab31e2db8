import type { TSchema } from '@obole/contract/typebox.js'
import { AddressOut } from '@obole/contract/v2/addresses.js'
import { CardOut } from '@obole/contract/v2/cards.js'
import { CustomerOut } from '@obole/contract/v2/customers.js'
import { DisbursementOut } from '@obole/contract/v2/disbursements.js'
import { DisputeOut } from '@obole/contract/v2/disputes.js'
import { PaymentIntentOut } from '@obole/contract/v2/payment-intents.js'
import { PaymentOut } from '@obole/contract/v2/payments.js'
import { PayoutOut } from '@obole/contract/v2/payouts.js'
import { RefundOut } from '@obole/contract/v2/refunds.js'
import { SepaOut } from '@obole/contract/v2/sepa.js'
import { WebhookEndpointTold } from '@obole/contract/v2/webhooks.js'
import type { Address } from '../addresses/store.ts'
import type { BankAccount } from '../bank-accounts/store.ts'
import type { Card } from '../cards/store.ts'
import type { Customer } from '../customers/store.ts'
import { ownOrigins, type Services } from '../dialects/operation-route.ts'
import { addressView } from '../dialects/v2/addresses.ts'
import { cardView } from '../dialects/v2/cards.ts'
import { customerView } from '../dialects/v2/customers.ts'
import { disbursementView } from '../dialects/v2/disbursements.ts'
import { disputeView } from '../dialects/v2/disputes.ts'
import { intentView } from '../dialects/v2/payment-intents.ts'
import { paymentView } from '../dialects/v2/payments.ts'
import { payoutView } from '../dialects/v2/payouts.ts'
import { refundView } from '../dialects/v2/refunds.ts'
import { sepaView } from '../dialects/v2/sepa.ts'
import { toldEndpointView } from '../dialects/v2/webhooks.ts'
import type { Disbursement } from '../disbursements/store.ts'
import type { Dispute } from '../disputes/store.ts'
import type { Intent } from '../intents/store.ts'
import { completePayments } from '../payments/read-payment.ts'
import type { Payment } from '../payments/store.ts'
import type { Payout } from '../payouts/store.ts'
import type { Change, EventDraft, Told } from '../platform/change.ts'
import type { PressOffice } from '../platform/commit.ts'
import type { Reader } from '../platform/context.ts'
import type { Db } from '../platform/db.ts'
import type { Origins } from '../platform/origins.ts'
import { writerOf } from '../platform/serialise.ts'
import type { Refund } from '../refunds/store.ts'
import { findPayoutsOf } from '../settlements/store.ts'
import type { Endpoint } from '../webhooks/store.ts'

/** Rows of one account and mode, and those that their Changes write with them, by id. */
interface Batch {
  reader: Reader
  rows: readonly object[]
  known: ReadonlyMap<string, object>
  origins: readonly Origins[]
}

/** How the objects of one kind are told of. */
interface Telling {
  schema: TSchema
  views(batch: Batch): Promise<object[]>
}

const each = <Row, Out extends object>(
  schema: TSchema,
  view: (row: Row, origins: Origins) => Out,
): Telling => ({
  schema,
  views: async ({ rows, origins }) => rows.map((row, n) => view(row as Row, origins[n] as Origins)),
})

/** Of what is settled with the merchant: the payout that it is in belongs to it. */
const settled = <Row extends { id: string }, Out extends object>(
  schema: TSchema,
  view: (row: Row, payout: string | null) => Out,
): Telling => ({
  schema,
  views: async ({ reader, rows }) => {
    const all = rows as readonly Row[]
    const payouts = await findPayoutsOf(
      reader,
      all.map(({ id }) => id),
    )
    return all.map((row) => view(row, payouts.get(row.id) ?? null))
  },
})

const payments: Telling = {
  schema: PaymentOut,
  views: async ({ reader, rows, known, origins }) => {
    const parts = await completePayments(reader, rows as readonly Payment[], known)
    return parts.map((it, n) => paymentView(it, origins[n] as Origins))
  },
}

/** object → how it is told of: as version 2 answers. Accounts and keys are told by their ids. */
const tellings: Readonly<Record<string, Telling>> = {
  customer: each<Customer, CustomerOut>(CustomerOut, customerView),
  address: each<Address, AddressOut>(AddressOut, addressView),
  card: each<Card, CardOut>(CardOut, cardView),
  sepa: each<BankAccount, SepaOut>(SepaOut, sepaView),
  payment: payments,
  payment_intent: each<Intent, PaymentIntentOut>(PaymentIntentOut, intentView),
  refund: settled<Refund, RefundOut>(RefundOut, refundView),
  dispute: settled<Dispute, DisputeOut>(DisputeOut, disputeView),
  disbursement: settled<Disbursement, DisbursementOut>(DisbursementOut, disbursementView),
  payout: each<Payout, PayoutOut>(PayoutOut, payoutView),
  webhook_endpoint: each<Endpoint, WebhookEndpointTold>(WebhookEndpointTold, toldEndpointView),
}

/** Tables of what payments name. A sealed number has the id of its card, and is none of them. */
const named = new Set(['cards', 'bank_accounts', 'customers', 'authentications'])

/** Rows by id, as these Changes leave them; booked lines by the id of what they are of. */
function rowsOf(changes: readonly Change[]): Map<string, object> {
  const rows = new Map<string, object>()
  for (const { insert = [], move = [] } of changes) {
    for (const { table, row } of [...insert, ...move]) {
      if (named.has(table.name)) rows.set(row.id as string, row)
    }
    for (const { table, row } of insert) {
      const isLine = table.name === 'settlement_items' && row.payout === null
      if (isLine) rows.set(row.object_id as string, row)
    }
  }
  return rows
}

/** Drafts with a row to be told, by account, mode and kind of object. */
function batched(changes: readonly Change[]): Map<string, [Change, EventDraft][]> {
  const batches = new Map<string, [Change, EventDraft][]>()
  for (const change of changes) {
    for (const draft of change.events ?? []) {
      if (!draft.row || !tellings[draft.object]) continue
      const key = `${change.account} ${change.live} ${draft.object}`
      const batch = batches.get(key)
      if (batch) batch.push([change, draft])
      else batches.set(key, [[change, draft]])
    }
  }
  return batches
}

/**
 * Writes what events tell: their objects as version 2 shows them once the Changes are true. Reads
 * what the objects name, a batch of each kind at once. `origins`: of addresses, where no request
 * is behind an event.
 */
const describeWith =
  (origins: () => Origins): NonNullable<PressOffice['describe']> =>
  async (db: Db, changes: readonly Change[]): Promise<Told> => {
    const told = new Map<EventDraft, string>()
    const batches = batched(changes)
    if (!batches.size) return told
    const known = rowsOf(changes)
    await Promise.all(
      [...batches.values()].map(async (batch) => {
        const [[{ account, live }, { object }]] = batch as [[Change, EventDraft]]
        const telling = tellings[object] as Telling
        const write = writerOf(telling.schema)
        const views = await telling.views({
          reader: { db, account, live },
          rows: batch.map(([, { row }]) => row as object),
          known,
          origins: batch.map(([, draft]) => draft.origins ?? origins()),
        })
        for (const [n, [, draft]] of batch.entries()) told.set(draft, write(views[n] as object))
      }),
    )
    return told
  }

/** Who writes and announces what the Changes of a committer tell. */
export const pressOffice = (
  services: () => Pick<Services, 'bell' | 'outbox' | 'origins' | 'address'>,
): PressOffice => ({
  describe: describeWith(() => ownOrigins(services())),
  published: (changes, due) => {
    const { bell, outbox } = services()
    const accounts = changes.filter((it) => it.events?.length).map(({ account }) => account)
    bell.ring(accounts)
    if (due) outbox.ring(accounts)
  },
})
