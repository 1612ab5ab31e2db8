import type { FastifyInstance } from 'fastify'
import type { Services } from '../dialects/operation-route.ts'
import { mountPage } from '../dialects/page/routes.ts'
import { mountReference } from '../dialects/reference/routes.ts'
import { stanPrefix, stanRouting } from '../dialects/stan/addresses.ts'
import { mountStanPages } from '../dialects/stan/page/routes.ts'
import { mountStan } from '../dialects/stan/routes.ts'
import { mountChallenge } from '../dialects/threeds/routes.ts'
import { mountV1 } from '../dialects/v1/routes.ts'
import { mountV2 } from '../dialects/v2/routes.ts'
import { createHttpServer } from '../platform/http-server.ts'

/** The whole server, ready to listen: every dialect at its addresses, and `/healthz`. */
export function buildServer(
  services: Services,
  { trust_proxy, stan_origin }: { trust_proxy: boolean; stan_origin?: string | undefined },
): FastifyInstance {
  const servedAt = stanRouting({ origin: stan_origin, trust_proxy })
  const app = createHttpServer({ log: services.log, trust_proxy, servedAt })
  app.get('/healthz', async () => {
    await services.db.query('select 1')
    return { status: 'ok' }
  })
  app.register(async (scope) => mountV1(scope, services), { prefix: '/v1' })
  app.register(async (scope) => mountV2(scope, services), { prefix: '/v2' })
  app.register(async (scope) => mountStan(scope, services), { prefix: stanPrefix })
  app.register(async (scope) => mountChallenge(scope, services))
  app.register(async (scope) => mountReference(scope, services))
  app.register(async (scope) => mountStanPages(scope, services))
  app.register(async (scope) => mountPage(scope, services))
  return app
}
