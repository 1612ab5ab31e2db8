import type { DisbursementOut, operations } from '@obole/contract/v2/disbursements.js'
import { createDisbursement } from '../../disbursements/create-disbursement.ts'
import { dishonorDisbursement } from '../../disbursements/dishonor-disbursement.ts'
import {
  type Disbursement,
  findDisbursement,
  listDisbursements,
} from '../../disbursements/store.ts'
import { notFound } from '../../kernel/problem.ts'
import { Secret } from '../../kernel/secret.ts'
import { unixSeconds } from '../../kernel/time.ts'
import type { Reader } from '../../platform/context.ts'
import { publicCode } from '../../processors/response-codes.ts'
import { findPayoutsOf } from '../../settlements/store.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { rangeOf } from './list.ts'

export const disbursementView = (it: Disbursement, payout: string | null): DisbursementOut => ({
  id: it.id,
  amount: it.amount,
  card: it.card,
  created: unixSeconds(it.created),
  currency: it.currency as DisbursementOut['currency'],
  date_bank: it.date_bank,
  date_disbursement: it.date_disbursement,
  payout,
  response: it.response && publicCode(it.response),
  status: it.status,
})

/** Disbursements as v2 shows them, with the payout that each is in. */
async function views(ctx: Reader, rows: readonly Disbursement[]): Promise<DisbursementOut[]> {
  const payouts = await findPayoutsOf(
    ctx,
    rows.map(({ id }) => id),
  )
  return rows.map((it) => disbursementView(it, payouts.get(it.id) ?? null))
}

async function shown(ctx: Reader, it: Disbursement): Promise<DisbursementOut> {
  const [view] = await views(ctx, [it])
  return view as DisbursementOut
}

export const disbursementHandlers: Handlers<typeof operations> = {
  'list-disbursements': reading(async ({ ctx, query }) => {
    const page = await listDisbursements(ctx, query)
    return { range: rangeOf(page), disbursements: await views(ctx, page.rows) }
  }),
  'create-disbursement': async ({ ctx, body }) => {
    const { cvc, date_of_birth = null, ...asked } = body
    const told = { cvc: cvc === undefined ? null : new Secret(cvc), date_of_birth }
    return disbursementView(await createDisbursement(ctx, { ...asked, ...told }), null)
  },
  'read-disbursement': reading(async ({ ctx, params }) => {
    const disbursement = await findDisbursement(ctx, params.id)
    if (!disbursement) throw notFound('disbursement', params.id)
    return shown(ctx, disbursement)
  }),
  'dishonor-disbursement': async ({ ctx, params }) => {
    // The test bank has nothing to say to live money.
    if (ctx.live) throw notFound('disbursement', params.id)
    return shown(ctx, await dishonorDisbursement(ctx, params))
  },
}
