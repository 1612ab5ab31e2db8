import assert from 'node:assert/strict'
import type { Answer, CallOptions, Json, TestServer } from '../../harness.ts'

export const approvedCard = {
  number: '4242424242424242',
  exp_month: 12,
  exp_year: 2030,
  cvc: '123',
}
export const challengedCard = { ...approvedCard, number: '4000002760000016' }
export const goodIban = 'DE89370400440532013000'

/** The body of a success. */
export function ok(answer: Answer): Json {
  assert.equal(answer.status, 200, answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  return answer.body
}

/** Fails unless the request is refused with just this message in the envelope of v1. */
export function assertRefused(answer: Answer, status: number, message: unknown): void {
  assert.equal(answer.status, status, answer.text)
  assert.deepEqual(answer.body, { error: { type: 'invalid_request_error', message } })
}

/** The message of a request whose content is at fault. */
export function faultOf(answer: Answer): string {
  assert.equal(answer.status, 400, answer.text)
  assertInShape(answer)
  assert.equal(typeof answer.body.error.message, 'string')
  return answer.body.error.message
}

/** Fails when a request was taken as our failure, or answered outside the shapes of v1. */
export function assertInShape(answer: Answer): void {
  assert.ok(answer.status < 500, answer.text)
  if (answer.status === 200 && answer.text === '') return
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/, answer.text)
  if (answer.status === 200) return
  assert.deepEqual(Object.keys(answer.body), ['error'], answer.text)
  assert.deepEqual(Object.keys(answer.body.error), ['type', 'message'])
  assert.equal(answer.body.error.type, 'invalid_request_error')
}

/** Calls of a server that are expected to succeed, in short. */
export interface Client {
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  get(path: string): Promise<Json>
  post(path: string, body: unknown): Promise<Json>
  patch(path: string, body: unknown): Promise<Json>
}

/** A client with this key, or with the test key of the server's first merchant. */
export function clientOf(server: TestServer, key?: string): Client {
  const call: Client['call'] = (method, path, options) =>
    server.call(method, path, { ...(key && { key }), ...options })
  return {
    call,
    get: async (path) => ok(await call('GET', path)),
    post: async (path, body) => ok(await call('POST', path, { body })),
    patch: async (path, body) => ok(await call('PATCH', path, { body })),
  }
}

/** Deletes, and fails unless the answer is empty. */
export async function deleted(client: Client, path: string, body?: unknown): Promise<void> {
  const answer = await client.call('DELETE', path, { ...(body !== undefined && { body }) })
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.text, '')
  assert.equal(answer.headers.get('content-length'), '0')
}
