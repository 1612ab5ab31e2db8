import { stanOperations } from '@obole/contract/stan/all.js'
import type { FastifyInstance } from 'fastify'
import { Refusal } from '../../kernel/problem.ts'
import { stanMode } from '../../platform/decode.ts'
import { stanAuthenticator } from '../../stan/authenticate.ts'
import { type Dialect, type Handlers, mountDialect, type Services } from '../operation-route.ts'
import { basicPair } from './basic-pair.ts'
import { checkoutHandlers } from './checkouts.ts'
import { customerHandlers } from './customers.ts'
import { paymentHandlers } from './payments.ts'
import { refundHandlers } from './refunds.ts'
import { stanWords } from './refuse.ts'
import { settingsHandlers } from './settings.ts'

const handlers: Handlers<typeof stanOperations> = {
  ...paymentHandlers,
  ...refundHandlers,
  ...customerHandlers,
  ...checkoutHandlers,
  ...settingsHandlers,
}

/** A client id and its secret, and nothing else. */
function bearerWith({ db, vault }: Services): NonNullable<Dialect['bearerOf']> {
  const authenticate = stanAuthenticator(db, vault)
  return async (_services, { headers }) => {
    const pair = basicPair(headers.authorization)
    const bearer = pair && (await authenticate(pair.user, pair.password))
    if (!bearer) throw new Refusal('unauthorized', { message: 'No such client id and secret' })
    return bearer
  }
}

/** Plugins call from a page of the shop's administration, with credentials that it holds itself. */
const allowed = {
  'access-control-allow-methods': 'GET, POST, PUT',
  'access-control-allow-headers': 'authorization, content-type, accept',
  'access-control-max-age': '600',
}

/** Adds the API of Stan, over the same payments and refunds as the others. */
export function mountStan(app: FastifyInstance, services: Services): void {
  app.addHook('onRequest', async ({ method, headers }, reply) => {
    reply.header('access-control-allow-origin', '*')
    if (method !== 'OPTIONS' || !headers['access-control-request-method']) return undefined
    return reply.status(204).headers(allowed).send()
  })
  const dialect = {
    services,
    mode: stanMode,
    bearerOf: bearerWith(services),
    api: 'stan',
    documented_under: '/v1',
    ...stanWords,
  }
  mountDialect(app, dialect, stanOperations, handlers)
}
