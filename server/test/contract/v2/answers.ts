import assert from 'node:assert/strict'
import type { TSchema } from '@obole/contract/typebox.js'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import type { Answer, Json } from '../../harness.ts'

const ajv = new Ajv({ strict: false, allErrors: true })
formats.default(ajv)

/** Fails unless the value is what the schema says: no member more, none missing. */
export function assertConforms(schema: TSchema, value: unknown): void {
  const valid = ajv.validate(schema, value)
  assert.ok(valid, `${ajv.errorsText()} in ${JSON.stringify(value)}`)
}

/** The body of a success. */
export function ok(answer: Answer): Json {
  assert.equal(answer.status, 200, answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  return answer.body
}

/** The first fault of a request's content. Fails unless the refusal has its shape. */
export function faultOf(answer: Answer): { loc: (string | number)[]; msg: string; type: string } {
  assert.equal(answer.status, 422, answer.text)
  assert.deepEqual(Object.keys(answer.body), ['detail'])
  const [fault] = answer.body.detail
  assert.ok(Array.isArray(fault.loc), answer.text)
  assert.ok(['body', 'query', 'path'].includes(fault.loc[0]), answer.text)
  assert.equal(typeof fault.msg, 'string')
  assert.equal(typeof fault.type, 'string')
  return fault
}

/** Fails unless the request is refused for what stands at this place. */
export function assertInvalid(answer: Answer, loc: readonly (string | number)[]): void {
  assert.deepEqual(faultOf(answer).loc, loc, answer.text)
}

/** Fails unless the request is refused in one sentence, which is this one. */
export function assertRefused(answer: Answer, status: number, error: string): void {
  assert.equal(answer.status, status, answer.text)
  assert.deepEqual(answer.body, { error })
}

/** Fails when a request was taken as our failure, or answered outside the shapes of v2. */
export function assertInShape(answer: Answer): void {
  assert.ok(answer.status < 500, answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/, answer.text)
  if (answer.status === 422) faultOf(answer)
  else if (answer.status >= 400) {
    assert.deepEqual(Object.keys(answer.body), ['error'], answer.text)
    assert.equal(typeof answer.body.error, 'string')
  }
}
