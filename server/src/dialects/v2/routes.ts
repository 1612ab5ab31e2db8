import { v2Operations } from '@obole/contract/v2/all.js'
import type { FastifyInstance } from 'fastify'
import { v2Mode } from '../../platform/decode.ts'
import { type Handlers, mountDialect, type Services } from '../operation-route.ts'
import { addressHandlers } from './addresses.ts'
import { cardHandlers } from './cards.ts'
import { customerHandlers } from './customers.ts'
import { disbursementHandlers } from './disbursements.ts'
import { disputeHandlers } from './disputes.ts'
import { EventStreams } from './event-stream.ts'
import { eventHandlers } from './events.ts'
import { ledgerHandlers } from './ledger.ts'
import { intentHandlers } from './payment-intents.ts'
import { paymentHandlers } from './payments.ts'
import { payoutHandlers } from './payouts.ts'
import { refundHandlers } from './refunds.ts'
import { v2Words } from './refuse.ts'
import { requestHandlers } from './requests.ts'
import { sandboxClockHandlers } from './sandbox-clock.ts'
import { sepaHandlers } from './sepa.ts'
import { webhookHandlers } from './webhooks.ts'

const handlersOf = (services: Services, streams: EventStreams): Handlers<typeof v2Operations> => ({
  ping: async ({ bearer }) => ({
    mode: bearer.live ? 'live' : 'test',
    company: bearer.account_name,
    account: bearer.account,
  }),
  ...customerHandlers,
  ...addressHandlers,
  ...cardHandlers,
  ...sepaHandlers,
  ...intentHandlers,
  ...paymentHandlers,
  ...refundHandlers,
  ...disputeHandlers,
  ...ledgerHandlers,
  ...eventHandlers(services, streams),
  ...disbursementHandlers,
  ...payoutHandlers,
  ...requestHandlers(services),
  ...webhookHandlers(services),
  ...sandboxClockHandlers(services),
})

/** Adds the API of Stancer v2, which is also our own. When the server stops, streams end first. */
export function mountV2(app: FastifyInstance, services: Services): void {
  const streams = new EventStreams(services)
  app.addHook('preClose', async () => streams.close())
  const dialect = { services, api: 'v2', mode: v2Mode, ...v2Words }
  mountDialect(app, dialect, v2Operations, handlersOf(services, streams))
}
