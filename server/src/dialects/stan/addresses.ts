import type { IncomingMessage } from 'node:http'
import { stanOperations } from '@obole/contract/stan/all.js'
import { isUuid } from '../../stan/uuid.ts'
import { basicPair } from './basic-pair.ts'

/** Where the API of Stan is; a client may also be given this address as the one of its host. */
export const stanPrefix = '/stan/v1'

/** The addresses of Stan without what follows them: `/v1/payments`. */
const collections = new Set(stanOperations.map(({ path }) => path.split('/').slice(0, 3).join('/')))

const first = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

/** Whom a browser asks for, before it sends credentials to an address of Stan. */
function isPreflight({ method, headers }: IncomingMessage, path: string): boolean {
  const asks = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
  return asks && collections.has(path.split('/').slice(0, 3).join('/'))
}

/** Its credentials are an UUID and a secret; the keys of the other APIs have no password. */
function hasCredentials({ headers }: IncomingMessage): boolean {
  const pair = basicPair(headers.authorization)
  return pair !== undefined && pair.password !== '' && isUuid(pair.user)
}

/**
 * Stan and version 1 of Stancer both begin with `/v1`. Here, and nowhere else, they are told apart:
 * by the host where one is set aside for Stan, else by the credentials. A browser's question before
 * a call carries none; it is answered for the addresses that Stan has. Answers the address that the
 * request is served at. Pure.
 */
export function stanRouting({
  origin,
  trust_proxy,
}: {
  origin: string | undefined
  trust_proxy: boolean
}): (request: IncomingMessage) => string {
  const host = origin && new URL(origin).host
  const isHere = ({ headers }: IncomingMessage): boolean => {
    const forwarded = trust_proxy ? first(headers['x-forwarded-host']) : undefined
    const asked = forwarded?.split(',').at(-1)?.trim() ?? headers.host
    return host !== undefined && asked?.toLowerCase() === host
  }
  return (request) => {
    const { url = '/' } = request
    if (!/^\/v1(\/|\?|$)/.test(url)) return url
    const [path = ''] = url.split('?', 1)
    const isStan = isHere(request) || hasCredentials(request) || isPreflight(request, path)
    return isStan ? stanPrefix + url.slice('/v1'.length) : url
  }
}
