import { v1Operations } from '@obole/contract/v1/all.js'
import type { FastifyInstance } from 'fastify'
import { v1Mode } from '../../platform/decode.ts'
import { type Handlers, mountDialect, type Services } from '../operation-route.ts'
import { addressHandlers } from './addresses.ts'
import { cardHandlers } from './cards.ts'
import { paymentHandlers } from './checkout.ts'
import { customerHandlers } from './customers.ts'
import { disputeHandlers } from './disputes.ts'
import { payoutHandlers } from './payouts.ts'
import { refundHandlers } from './refunds.ts'
import { v1Words } from './refuse.ts'
import { sepaHandlers } from './sepa.ts'

const handlers: Handlers<typeof v1Operations> = {
  ...customerHandlers,
  ...cardHandlers,
  ...sepaHandlers,
  ...addressHandlers,
  ...paymentHandlers,
  ...refundHandlers,
  ...disputeHandlers,
  ...payoutHandlers,
}

/** A collection without a list is not there, as published; clients have met the 404. */
const hidden_from = ['GET', 'HEAD'] as const

/** Adds the API of Stancer v1, over the same objects as v2. */
export const mountV1 = (app: FastifyInstance, services: Services): void =>
  mountDialect(
    app,
    { services, api: 'v1', mode: v1Mode, hidden_from, ...v1Words },
    v1Operations,
    handlers,
  )
