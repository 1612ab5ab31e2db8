import type { FastifyInstance, FastifyRequest } from 'fastify'
import { findAccount } from '../../../accounts/store.ts'
import { openPayment } from '../../../stan/open-payment.ts'
import { readStanPayment } from '../../../stan/read-payment.ts'
import { findStanPaymentByToken } from '../../../stan/store.ts'
import { contextOf, type Services } from '../../operation-route.ts'
import { type Find, mountPayable, sayErrors } from '../../page/serve-page.ts'
import { mountCheckout } from './checkout-page.ts'
import { payableOfStan } from './payable.ts'

/**
 * Whether somebody is there: a browser that goes to the page to show it. Programs that look ahead,
 * for a preview of a link or a page that may be wanted next, see it and change nothing. Browsers
 * say so themselves; for one too old to say it the payment is opened by the first try to pay.
 */
function isVisit({ method, headers }: FastifyRequest): boolean {
  const purpose = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((it) => headers[it])
  const ahead = /prefetch|prerender|preview/i.test(purpose.join(' '))
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && !ahead
}

const findByToken =
  (services: Services): Find =>
  async (request) => {
    const { token = '' } = request.params as { token?: string }
    const row = await findStanPaymentByToken(services.db, token)
    if (!row) return undefined
    const { id, account, live } = row
    const ctx = await contextOf(services, { account, live, request_id: request.id })
    const [parts, owner] = await Promise.all([
      isVisit(request) ? openPayment(ctx, { id }) : readStanPayment(ctx, id),
      findAccount(services.db, account),
    ])
    return payableOfStan(ctx, parts, owner?.name ?? '')
  }

/** Adds the pages that payers of Stan see: the one of a payment, and the one of a checkout. */
export function mountStanPages(app: FastifyInstance, services: Services): void {
  sayErrors(app, services)
  mountPayable(app, services, '/stan/:token(^[0-9A-Za-z]{24}$)', findByToken(services))
  mountCheckout(app, services, '/stan/checkout/:token(^[0-9A-Za-z]{24}$)')
}
