import type { ToldEvent } from '../events/store.ts'
import type { Answer } from '../platform/http-client.ts'
import type { SigningKeys } from './endpoint.ts'
import type { Endpoint } from './store.ts'

/** One attempt at telling an endpoint of an event. */
export interface Errand {
  endpoint: Endpoint
  keys: SigningKeys
  event: ToldEvent
  /** Where to: the endpoint's address, or another one. */
  url: string
  /** Real time. */
  at: Date
}

export interface Letter {
  method: 'GET' | 'POST'
  url: string
  headers: Readonly<Record<string, string>>
  body?: string
}

/**
 * How the endpoints of one dialect are told. The same event makes the same body at each attempt.
 */
export interface Postman {
  /** What is sent; nothing, when the dialect does not tell of such an event. */
  request(errand: Errand): Promise<Letter | 'nothing'>
  isAccepted(answer: Extract<Answer, { result: 'answered' }>): boolean
}

/** By the dialect of the endpoint. */
export type Postmen = Readonly<Record<string, Postman>>

const signs = /signature|authorization/i

/** What was sent, as it may be kept: a signature is not shown. Pure. */
export const keptHeaders = (headers: Letter['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, signs.test(name) ? '***' : value]),
  )
