import type { PaymentStatus } from '@obole/contract/stan/payments.js'
import type { Ctx } from '../../../processors/ctx.ts'
import { cancelStanPayment } from '../../../stan/cancel-payment.ts'
import { isOver } from '../../../stan/open-payment.ts'
import { payStanPayment } from '../../../stan/pay-payment.ts'
import type { StanParts } from '../../../stan/read-payment.ts'
import { returnAddress } from '../../../stan/return-address.ts'
import { isOpen, refundedAmount, statusOf } from '../../../stan/status.ts'
import {
  findStanCheckout,
  type LineItem,
  type PriceParts,
  type StanCheckout,
  type StanPayment,
} from '../../../stan/store.ts'
import type { Item, Order, PriceLine } from '../../page/page-model.ts'
import { type Payable, type Phase, payableOfPayment } from '../../page/payable.ts'

/** How it stands for a payer now, also when nobody has written down yet that its time is over. */
function statusNow({ stan, payment }: StanParts, now: Date): PaymentStatus {
  const status = statusOf(stan, payment)
  return isOpen(status) && isOver(stan, now) ? 'payment_expired' : status
}

/** A failure is the end: where the core's page would ask again, this one tells why. */
function phaseOf(status: PaymentStatus, core: Phase): Phase {
  switch (status) {
    case 'payment_prepared':
    case 'payment_pending':
      return core
    case 'payment_failure':
      return { at: 'refused', refusal: 'refusal' in core ? core.refusal : null }
    case 'payment_cancelled':
      return { at: 'canceled' }
    case 'payment_expired':
      return { at: 'expired' }
    case 'payment_refunded':
      return { at: 'refunded' }
    default:
      return { at: 'paid' }
  }
}

/** The parts of the price that were given; a discount or tax of nothing is not worth a line. */
export function linesOf(it: Partial<PriceParts>): PriceLine[] {
  const lines = [
    { kind: 'subtotal', amount: it.subtotal_amount },
    { kind: 'shipping', amount: it.shipping_amount },
    { kind: 'discount', amount: it.discount_amount || null },
    { kind: 'tax', amount: it.tax_amount || null },
  ] as const
  return lines.flatMap(({ kind, amount }) => (amount == null ? [] : [{ kind, amount }]))
}

const detailMax = 160
const shortened = (text: string): string =>
  text.length > detailMax ? `${text.slice(0, detailMax).trimEnd()}…` : text

/** A line of a basket. Its picture is not shown: it would be asked of somebody else. */
function itemOf({ title, description, sku, product_id, quantity = 1, unit_price }: LineItem): Item {
  const names = [title, description, sku, product_id].filter((it) => it)
  return {
    title: shortened(names[0] ?? '–'),
    detail: title && description ? shortened(description) : null,
    quantity,
    unit_price: Number.isSafeInteger(unit_price) ? BigInt(unit_price as number) : null,
  }
}

export const itemsOf = (it: Pick<StanCheckout, 'line_items'>): Item[] => it.line_items.map(itemOf)

/** The merchant's reference; not one that we made up for want of it. */
function orderIdOf({ order_id }: StanPayment, checkout: StanCheckout | undefined): string | null {
  if (!checkout || checkout.order_id) return order_id
  return [checkout.id, checkout.session_id].includes(order_id) ? null : order_id
}

function orderOf(
  { stan, payment }: StanParts,
  base: Order,
  status: PaymentStatus,
  checkout: StanCheckout | undefined,
): Order {
  // While it is open the host alone is told: whoever gives up is led on by the server.
  const back = isOpen(status) ? (stan.cancel_url ?? stan.return_url) : returnAddress(stan, status)
  return {
    ...base,
    order_id: orderIdOf(stan, checkout),
    return_url: back,
    lines: linesOf(stan),
    items: checkout ? itemsOf(checkout) : [],
    refunded: refundedAmount(stan, payment),
  }
}

/** A payment of Stan as the page shows it: by card, in one try, and with a way to give up. */
export async function payableOfStan(
  ctx: Ctx,
  parts: StanParts,
  merchant: string,
): Promise<Payable> {
  const { stan, payment } = parts
  const { id } = stan
  const [base, checkout] = await Promise.all([
    payableOfPayment(ctx, payment, merchant),
    stan.checkout ? findStanCheckout(ctx, stan.checkout) : undefined,
  ])
  const status = statusNow(parts, ctx.now)
  return {
    ...base,
    order: orderOf(parts, base.order, status, checkout),
    methods: base.methods.filter((it) => it === 'card'),
    phase: phaseOf(status, base.phase),
    pay: (method, auth_return_url) =>
      payStanPayment(ctx, { id, method, auth_return_url, shown: payment }),
    cancel: async () => {
      const gone = await cancelStanPayment(ctx, { id })
      return returnAddress(gone.stan, statusOf(gone.stan, gone.payment))
    },
  }
}
