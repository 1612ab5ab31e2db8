import { attemptAuthentication } from '../src/authentications/attempt-authentication.ts'
import { deleteCard } from '../src/cards/delete-card.ts'
import { createCustomer } from '../src/customers/create-customer.ts'
import { createDisbursement } from '../src/disbursements/create-disbursement.ts'
import { dishonorDisbursement } from '../src/disbursements/dishonor-disbursement.ts'
import { acceptDispute } from '../src/disputes/accept-dispute.ts'
import { disputePayment } from '../src/disputes/dispute-payment.ts'
import { submitEvidence } from '../src/disputes/submit-evidence.ts'
import { cancelIntent } from '../src/intents/cancel-intent.ts'
import { captureIntent } from '../src/intents/capture-intent.ts'
import { createIntent } from '../src/intents/create-intent.ts'
import { payIntent } from '../src/intents/pay-intent.ts'
import { Secret } from '../src/kernel/secret.ts'
import { planCancel } from '../src/payments/cancel-payment.ts'
import { capturePayment } from '../src/payments/capture-payment.ts'
import { createPayment } from '../src/payments/create-payment.ts'
import type { MethodInput } from '../src/payments/method.ts'
import { payPayment } from '../src/payments/pay-payment.ts'
import { settleAuthentication } from '../src/payments/settle-authentication.ts'
import type { Payment } from '../src/payments/store.ts'
import { updatePayment } from '../src/payments/update-payment.ts'
import { createPayout } from '../src/payouts/create-payout.ts'
import { failPayout } from '../src/payouts/fail-payout.ts'
import { verb } from '../src/platform/context.ts'
import type { Db } from '../src/platform/db.ts'
import type { Ctx } from '../src/processors/ctx.ts'
import { testCards } from '../src/processors/sandbox/cards.ts'
import { createRefund } from '../src/refunds/create-refund.ts'
import { dishonorRefund } from '../src/refunds/dishonor-refund.ts'
import { refundIntent } from '../src/refunds/refund-intent.ts'
import { keepCard, numbers } from './core.ts'
import type { Draw } from './draw.ts'

const tables = [
  'authentications',
  'cards',
  'customers',
  'disbursements',
  'disputes',
  'payment_intents',
  'payments',
  'payouts',
  'refunds',
] as const

/** The ids of what one account has, in the order in which it was made. */
export type World = Record<(typeof tables)[number] | 'captured', string[]>

/** What an account has now: operations name what was there before they began. */
export async function worldOf(
  db: Db,
  { account, live }: { account: string; live: boolean },
): Promise<World> {
  const kinds = [...tables, 'captured'] as const
  const world = Object.fromEntries(kinds.map((it) => [it, [] as string[]])) as World
  const each = tables.map(
    (it) => `select '${it}' as name, id from ${it} where account = $1 and live = $2`,
  )
  each.push(`select 'captured' as name, id from payments
    where account = $1 and live = $2 and status = 'captured'`)
  const rows = await db.query<{ name: keyof World; id: string }>(
    `${each.join(' union all ')} order by id`,
    [account, live],
  )
  for (const { name, id } of rows) world[name].push(id)
  return world
}

/** One call: who asks, what there is to name, and the lots that choose. */
interface Call {
  ctx: Ctx
  world: World
  draw: Draw
}

/** Nothing is forbidden to try: the verbs say no, or the world stays whole. */
interface Operation {
  /** What it is about. */
  of?: keyof World
  ask(it: Call): Promise<unknown>
}

const cancelPayment = verb(planCancel)

const all_numbers = [...Object.values(numbers), ...Object.values(numbers), ...testCards.keys()]
const ibans = ['DE89370400440532013000', 'FR2990665286926539507769811', 'BE08510007547063'] as const
const amounts = [0n, 1n, 50n, 2500n, 2500n, 9999n, 9999n, 4_294_967_295n] as const
const currencies = ['eur', 'eur', 'usd', 'chf'] as const
const DAY_MS = 24 * 3600 * 1000
const nowhere = 'https://shop.example/back'

const maybe = <T>({ draw }: Call, value: T): T | undefined => draw.pick([value, undefined])

function givenCard({ draw }: Call, number: string): MethodInput {
  return {
    method: 'card',
    cvc: draw.one([null, new Secret('123')]),
    given: {
      number: new Secret(number),
      exp_month: 12,
      // Further than any clock of a test goes.
      exp_year: 2099,
      tokenize: draw.one([true, false]),
      same_card: 'reuse',
      loc: ['body', 'card', 'number'],
    },
  }
}

function methodOf(it: Call): MethodInput | undefined {
  const { draw, world } = it
  const any_card = () => givenCard(it, draw.pick(all_numbers) ?? '')
  switch (draw.one(['none', 'kept', 'given', 'given', 'sepa'])) {
    case 'kept': {
      const id = draw.pick(world.cards)
      return id ? { method: 'card', id } : any_card()
    }
    case 'given':
      return any_card()
    case 'sepa': {
      const iban = new Secret(draw.one(ibans))
      return { method: 'sepa', given: { iban, name: 'A payer', loc: ['body', 'sepa', 'iban'] } }
    }
    default:
      return undefined
  }
}

const pay = (it: Call, method: MethodInput | undefined, decide: boolean) =>
  createPayment(it.ctx, {
    amount: it.draw.one(amounts),
    currency: it.draw.one(currencies),
    capture: it.draw.one([true, true, false]),
    origin: 1,
    unique_id: it.draw.one([null, null, null, null, null, 'u1', 'u2']),
    customer: maybe(it, it.draw.pick(it.world.customers)),
    method,
    auth: decide ? undefined : { return_url: nowhere },
    decide,
    fields: {},
  })

/** Cards that bring money in, at once or on the next business day. */
const good = [numbers.captured, numbers.captured, numbers.approved, numbers.disputed] as const

const charge = (it: Call) => pay(it, givenCard(it, it.draw.one(good)), true)

const refund = ({ ctx, draw }: Call, { id: payment }: { id: string }) =>
  createRefund(ctx, { payment, amount: draw.one([undefined, 1n, 50n, 1000n, 2500n]) })

const dispute = ({ ctx, draw }: Call, { id }: { id: string }) =>
  disputePayment(ctx, {
    id,
    response: draw.one(['4853', '4853', 'MD06']),
    amount: draw.one([undefined, 1n, 50n]),
  })

/** What is done about an object that there is; of which kind, and how. */
const about = (of: keyof World, ask: (it: Call, id: { id: string }) => Promise<unknown>) => ({
  of,
  ask: (it: Call) => ask(it, { id: it.draw.pick(it.world[of]) ?? '' }),
})

/** What the verbs do, by their names. */
const operations: Record<string, Operation> = {
  keep_card: { ask: ({ ctx, draw }) => keepCard(ctx, draw.pick(all_numbers) ?? '') },
  delete_card: about('cards', ({ ctx }, id) => deleteCard(ctx, id)),
  create_customer: {
    ask: ({ ctx, draw }) =>
      createCustomer(ctx, {
        email: draw.one(['a@shop.example', 'b@shop.example', 'c@shop.example']),
        unique: 'triple',
      }),
  },
  create_payment: { ask: (it) => pay(it, methodOf(it), it.draw.one([true, false])) },
  charge_card: { ask: charge },
  update_payment: about('payments', (it, id) =>
    updatePayment(it.ctx, {
      ...id,
      fields: it.draw.one<Partial<Payment>>([
        {},
        { amount: it.draw.one(amounts) },
        { capture: false },
      ]),
      method: methodOf(it),
      auth: maybe(it, { return_url: nowhere }),
      command: it.draw.one([undefined, 'capture', 'authorize']),
      decide: it.draw.one([true, false]),
    }),
  ),
  pay_payment: about('payments', (it, id) =>
    payPayment(it.ctx, { ...id, method: methodOf(it), auth_return_url: nowhere }),
  ),
  capture_payment: about('payments', ({ ctx, draw }, id) =>
    capturePayment(ctx, { ...id, amount: draw.one([undefined, 1n, 50n, 2500n]) }),
  ),
  cancel_payment: about('payments', ({ ctx }, id) => cancelPayment(ctx, id)),
  attempt: about('authentications', ({ ctx }, id) => attemptAuthentication(ctx, id)),
  settle: about('authentications', (it, id) =>
    settleAuthentication(it.ctx, {
      ...id,
      result: it.draw.one(['succeed', 'succeed', 'decline', 'fail', 'expire']),
    }),
  ),
  create_intent: {
    ask: (it) =>
      createIntent(it.ctx, {
        amount: it.draw.one(amounts),
        capture: it.draw.one([true, false]),
        card: it.draw.one([null, it.draw.pick(it.world.cards) ?? null]),
        threeds: it.draw.one(['none', 'required']),
        origin: 1,
      }),
  },
  pay_intent: about('payment_intents', (it, id) =>
    payIntent(it.ctx, { ...id, method: methodOf(it), auth_return_url: nowhere }),
  ),
  capture_intent: about('payment_intents', ({ ctx, draw }, id) =>
    captureIntent(ctx, { ...id, amount: draw.one([undefined, 1n, 50n, 2500n]) }),
  ),
  cancel_intent: about('payment_intents', ({ ctx }, id) => cancelIntent(ctx, id)),
  refund_payment: about('captured', refund),
  refund_any_payment: about('payments', refund),
  refund_intent: about('payment_intents', ({ ctx }, id) => refundIntent(ctx, id)),
  dishonor_refund: about('refunds', ({ ctx }, id) => dishonorRefund(ctx, id)),
  dispute_payment: about('captured', dispute),
  dispute_any_payment: about('payments', dispute),
  submit_evidence: about('disputes', ({ ctx, draw }, id) =>
    submitEvidence(ctx, {
      ...id,
      text: draw.one(['It was delivered', 'We lose', undefined]),
      files: [],
      submit: draw.one([true, true, false]),
    }),
  ),
  accept_dispute: about('disputes', ({ ctx }, id) => acceptDispute(ctx, id)),
  create_disbursement: about('cards', ({ ctx, draw }, { id: card }) =>
    createDisbursement(ctx, {
      card,
      amount: draw.one([1n, 100n, 5000n]),
      currency: draw.one(currencies),
      cvc: null,
      date_of_birth: null,
    }),
  ),
  dishonor_disbursement: about('disbursements', ({ ctx }, id) => dishonorDisbursement(ctx, id)),
  create_payout: about('payments', ({ ctx, draw, world }, { id }) =>
    createPayout(ctx, {
      payments: draw.one([[], [id]]),
      refunds: draw.one([[], [], world.refunds.slice(0, 2)]),
      disputes: draw.one([[], [], world.disputes.slice(0, 1)]),
      status: draw.one(['paid', 'to_pay']),
      date: draw.one([null, null, ctx.bankDays.dayOf(new Date(ctx.now.getTime() + 3 * DAY_MS))]),
      description: null,
    }),
  ),
  fail_payout: about('payouts', ({ ctx }, id) => failPayout(ctx, id)),
}

/** What is done first where there is none of a kind yet. */
const first: Record<keyof World, string> = {
  authentications: 'create_payment',
  captured: 'charge_card',
  cards: 'charge_card',
  customers: 'create_customer',
  disbursements: 'create_disbursement',
  disputes: 'dispute_payment',
  payment_intents: 'create_intent',
  payments: 'charge_card',
  payouts: 'create_payout',
  refunds: 'refund_payment',
}

/** Some are tried more often than others: much comes after them. */
const often = ['charge_card', 'charge_card', 'charge_card', 'refund_payment', 'dispute_payment']

export const operation_names: readonly string[] = [...Object.keys(operations), ...often]

/**
 * Does what is called so, on what there is in this world, or what must be done first. Answers what
 * was done, and what came of it.
 */
export async function perform(name: string, it: Call): Promise<{ name: string; result: unknown }> {
  const operation = operations[name]
  if (!operation) throw new Error(`there is no operation ${name}`)
  if (operation.of && !it.world[operation.of].length) return perform(first[operation.of], it)
  return { name, result: await operation.ask(it) }
}
