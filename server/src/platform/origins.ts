import type { FastifyRequest } from 'fastify'

/**
 * What stands before the path in addresses that we hand out: `https://api.example.org`, without a
 * slash at its end.
 */
export interface Origins {
  api: string
  payment: string
  threeds: string
}

/** The configured origins; those that are not, as the caller reached us. */
export function originsOf(
  configured: Partial<Origins>,
  request: Pick<FastifyRequest, 'protocol' | 'host'>,
): Origins {
  const here = `${request.protocol}://${request.host}`
  return {
    api: configured.api ?? here,
    payment: configured.payment ?? here,
    threeds: configured.threeds ?? here,
  }
}
