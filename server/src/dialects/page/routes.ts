import { idPattern } from '@obole/contract/ids.js'
import type { FastifyInstance } from 'fastify'
import { findAccount } from '../../accounts/store.ts'
import { findIntentByAddress } from '../../intents/store.ts'
import { findPayment } from '../../payments/store.ts'
import { contextOf, type Services } from '../operation-route.ts'
import { payableOfIntent, payableOfPayment } from './payable.ts'
import { sendHtml } from './send-html.ts'
import { bare, type Find, mountPayable, sayErrors } from './serve-page.ts'

const findByIntent =
  (services: Services): Find =>
  async (request) => {
    const { id = '' } = request.params as { id?: string }
    const test = /^(test_)?(pi_[a-zA-Z0-9]{24})$/.exec(id)
    if (!test) return undefined
    const named = request.routeOptions.url?.startsWith('/payment_intents/')
    // The short address says its mode; the long one opens either.
    const modes = named && !test[1] ? [true, false] : [!test[1]]
    for (const live of modes) {
      const intent = await findIntentByAddress(services.db, live, test[2] as string)
      if (!intent) continue
      const account = await findAccount(services.db, intent.account)
      const whose = { account: intent.account, live, request_id: request.id }
      return payableOfIntent(await contextOf(services, whose), intent, account?.name ?? '')
    }
    return undefined
  }

const paymentId = new RegExp(idPattern('paym'))

const findByPayment =
  (services: Services): Find =>
  async (request) => {
    const { publicKey = '', id = '' } = request.params as { publicKey?: string; id?: string }
    if (!paymentId.test(id)) return undefined
    const bearer = await services.authenticate(publicKey)
    if (bearer?.kind !== 'public') return undefined
    const { account, live, account_name } = bearer
    const ctx = await contextOf(services, { account, live, request_id: request.id })
    const payment = await findPayment(ctx, id)
    return payment && payableOfPayment(ctx, payment, account_name)
  }

/** Adds the payment page at each of its addresses. */
export function mountPage(app: FastifyInstance, services: Services): void {
  sayErrors(app, services)
  app.setNotFoundHandler((request, reply) => sendHtml(request, reply, bare(request, 'not_found')))
  const page = (url: string, find: Find) => mountPayable(app, services, url, find)
  page('/:publicKey(^p(?:test|prod)_\\w+$)/:id', findByPayment(services))
  page('/:id(^(?:test_)?pi_\\w+$)', findByIntent(services))
  page('/payment_intents/:id', findByIntent(services))
}
