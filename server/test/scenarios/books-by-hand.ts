import type { Json } from '../harness.ts'
import { testBankDays } from '../harness.ts'
import type { Shop } from './shop.ts'

/** All that the API shows of an account, in the order in which it was made. */
export interface Shown {
  payments: Json[]
  refunds: Json[]
  disputes: Json[]
  disbursements: Json[]
  payouts: Json[]
  transfers: Json[]
  accounts: Json[]
}

export async function shown(shop: Shop): Promise<Shown> {
  const list = async (name: string) => (await shop.list(`/v2/${name}/`, name)).reverse()
  const [payments, refunds, disputes, disbursements, payouts] = await Promise.all(
    ['payments', 'refunds', 'disputes', 'disbursements', 'payouts'].map(list),
  )
  const transfers = (await shop.list('/v2/ledger/transfers', 'transfers')).reverse()
  const { accounts } = await shop.read('/v2/ledger/accounts')
  return { payments, refunds, disputes, disbursements, payouts, transfers, accounts } as Shown
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, it) => all + it, 0)
const amounts = (of: readonly Json[]): number => sum(of.map(({ amount }) => amount))
const among = (of: readonly Json[], ...statuses: string[]): Json[] =>
  of.filter(({ status }) => statuses.includes(status))

/** 20 %, half a cent up. */
const vatOf = (fee: number): number => Math.floor((fee * 20 + 50) / 100)

/**
 * What stands on each account of the ledger in one currency, and what the merchant is owed in all,
 * worked out from the objects as an accountant would with a pencil.
 */
export function booksByHand(all: Shown, currency: string) {
  const of = (objects: readonly Json[]) => objects.filter((it) => it.currency === currency)
  const booked = among(of(all.payments), 'captured', 'disputed')
  const settled = booked.filter(({ payout }) => payout !== null)
  const refunds = of(all.refunds)
  const given_back = among(refunds, 'to_refund', 'refund_sent', 'refunded')
  const disputes = of(all.disputes)
  const lost = among(disputes, 'lost', 'accepted', 'out_of_time', 'not_contestable')
  const open = disputes.filter((it) => it.status !== 'won' && !lost.includes(it))
  const disbursements = of(all.disbursements)
  const disbursed = among(disbursements, 'to_disburse', 'disburse_sent', 'disbursed')
  const payouts = of(all.payouts)
  const fees = [...booked, ...disputes].map(({ fee }) => fee as number)
  const taken = sum(fees) + sum(fees.map(vatOf))
  const statement =
    amounts(booked) - taken - amounts(given_back) - amounts([...open, ...lost]) - amounts(disbursed)
  const in_transit = amounts(among(payouts, 'to_pay', 'sent'))
  const available = amounts(among(payouts, 'failed'))
  const paid = amounts(among(payouts, 'paid'))
  return {
    statement,
    paid,
    balances: {
      'processor:receivable': amounts(booked) - amounts(settled),
      'bank:cash':
        amounts(settled) -
        amounts(among(refunds, 'refunded')) -
        amounts(lost) -
        amounts(among(disbursements, 'disbursed')) -
        paid,
      'merchant:pending': statement - paid - in_transit - available,
      'merchant:available': available,
      'merchant:reserve':
        amounts(among(refunds, 'to_refund', 'refund_sent')) +
        amounts(among(disbursements, 'to_disburse', 'disburse_sent')),
      'merchant:disputed': amounts(open),
      'payouts:in_transit': in_transit,
      'platform:fees': sum(fees),
      'platform:vat': sum(fees.map(vatOf)),
    },
  }
}

/** What a transfer settles with the merchant, by its reason: of which kind, and in whose favour. */
const lines: Record<string, [kind: string, sign: number] | undefined> = {
  capture: ['payments', 1],
  refund: ['refunds', -1],
  refund_returned: ['refunds', 1],
  dispute: ['disputes', -1],
  dispute_won: ['disputes', 1],
  disbursement: ['disbursements', -1],
  disbursement_returned: ['disbursements', 1],
}

/**
 * What each payout must hold by now: a line enters the first one of its currency that is closed on
 * the payout day that follows it, or later. For each its kinds' sums, fees, and the objects.
 */
export function payoutsByHand(all: Shown, now: Date) {
  const closings = all.transfers.filter(({ reason }) => reason === 'payout')
  const fee_of = new Map([...all.payments, ...all.disputes].map(({ id, fee }) => [id, fee]))
  return all.payouts.map((payout) => {
    const { currency, id } = payout
    const until = closings.find(({ object }) => object === id)?.created ?? now.getTime() / 1000
    const earlier = closings
      .filter((it) => it.currency === currency && it.object !== id && it.created < until)
      .map(({ created }) => created as number)
    const from = Math.max(0, ...earlier)
    const sums: Record<string, number> = { payments: 0, refunds: 0, disputes: 0, disbursements: 0 }
    const objects: Record<string, Set<string>> = {
      payments: new Set(),
      refunds: new Set(),
      disputes: new Set(),
    }
    let [fees, fees_vat] = [0, 0]
    for (const it of all.transfers) {
      const [kind = '', sign = 0] = (it.phase === 'posted' && lines[it.reason]) || []
      const due = testBankDays.payoutAfter(new Date(it.created * 1000)).getTime() / 1000
      if (!kind || it.currency !== currency || due <= from || due > until) continue
      sums[kind] = (sums[kind] ?? 0) + sign * it.amount
      objects[kind]?.add(it.object)
      const fee = it.reason === 'capture' || it.reason === 'dispute' ? fee_of.get(it.object) : 0
      fees += fee
      fees_vat += vatOf(fee)
    }
    return { payout, sums, objects, fees, fees_vat }
  })
}
