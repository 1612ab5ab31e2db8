import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { eventSorts } from './events.ts'
import { openApi, secretPaths } from './openapi.ts'
import type { Operation } from './operation.ts'
import { v1Operations } from './v1/all.ts'
import { ErrorOut as V1ErrorOut } from './v1/errors.ts'
import { v2Operations } from './v2/all.ts'
import { CardIn } from './v2/cards.ts'
import { ErrorOut, InvalidOut } from './v2/errors.ts'

const servers = [{ url: 'https://api.example' }]
const v2 = openApi(v2Operations, {
  title: 'v2',
  version: '1.0.0',
  servers,
  errors: { error: ErrorOut, invalid: InvalidOut },
  messages: eventSorts,
})
const v1 = openApi(v1Operations, {
  title: 'v1',
  version: '1.0.0',
  servers,
  errors: { error: V1ErrorOut, invalid: V1ErrorOut },
})

/** The document as its readers get it, to look around in. */
interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string
        deprecated?: boolean
        parameters?: { name: string; in: string; required: boolean; schema: object }[]
        requestBody?: { required: boolean; content: object }
        responses: Record<string, { content?: Record<string, { schema: object }> }>
      }
    >
  >
  components: {
    schemas: Record<string, { properties: Record<string, object>; required: string[] }>
  }
}
const document = (value: unknown): Document => JSON.parse(JSON.stringify(value))
const member = (schema: string, name: string) =>
  document(v2).components.schemas[schema]?.properties[name]

describe('the OpenAPI document', () => {
  for (const [name, made] of Object.entries({ v1, v2 })) {
    it(`of ${name} is valid OpenAPI 3.1`, async () => {
      const result = await new Validator().validate(JSON.parse(JSON.stringify(made)))
      assert.ok(result.valid, JSON.stringify(result.errors))
    })
    it(`of ${name} holds no keyword of our own and no reference to nothing`, () => {
      const text = JSON.stringify(made)
      for (const keyword of ['bigint', 'secret', 'lowercase', 'message', 'at_least_one_of']) {
        assert.ok(!text.includes(`"${keyword}":true`), keyword)
      }
      assert.ok(!text.includes('"nullable":'))
      const { schemas } = document(made).components
      for (const [, target] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
        assert.ok(target && target in schemas, target)
      }
    })
  }
  it('tells each operation with its answers of each status', () => {
    const create = document(v2).paths['/v2/payments/']?.post
    assert.equal(create?.operationId, 'create-payment')
    assert.deepEqual(Object.keys(create.responses), ['200', '400', '401', '404', '409', '422'])
    const schemaOf = (status: string) =>
      create.responses[status]?.content?.['application/json']?.schema
    assert.deepEqual(schemaOf('200'), { $ref: '#/components/schemas/PaymentOut' })
    assert.deepEqual(schemaOf('409'), { $ref: '#/components/schemas/Error' })
    assert.deepEqual(schemaOf('422'), { $ref: '#/components/schemas/Invalid' })
  })
  it('marks the old addresses as deprecated, and only them', () => {
    for (const [path, methods] of Object.entries(document(v2).paths)) {
      for (const it of Object.values(methods)) {
        const old = path.startsWith('/v2/checkout/') || path.includes('/ibanonly')
        assert.equal(it.deprecated === true, old, it.operationId)
      }
    }
  })
  it('names every parameter of an address, and only those', () => {
    for (const [path, methods] of Object.entries({
      ...document(v2).paths,
      ...document(v1).paths,
    })) {
      for (const { parameters = [], operationId } of Object.values(methods)) {
        const named = parameters.filter((it) => it.in === 'path').map((it) => `{${it.name}}`)
        assert.deepEqual(named, path.match(/\{\w+\}/g) ?? [], operationId)
      }
    }
  })
  it('tells of every operation that writes, and no other, that it takes an idempotency key', () => {
    for (const made of [v1, v2]) {
      for (const methods of Object.values(document(made).paths)) {
        for (const [method, { parameters = [], responses, operationId }] of Object.entries(
          methods,
        )) {
          const named = parameters.filter((it) => it.in === 'header').map((it) => it.name)
          const takes = named.includes('Idempotency-Key')
          assert.equal(takes, method !== 'get', operationId)
          if (!takes) continue
          for (const status of [400, 409, 422]) assert.ok(status in responses, operationId)
        }
      }
    }
  })
  it('shows secrets as written and never read', () => {
    const number = member('CardIn', 'number') as { writeOnly?: boolean }
    assert.equal(number.writeOnly, true)
  })
  it('shows what may be null, and that members with a default may be left out', () => {
    const name = member('CustomerOut', 'name') as { type: unknown }
    assert.deepEqual(name.type, ['string', 'null'])
    assert.deepEqual(member('PaymentOut', 'card'), {
      anyOf: [{ $ref: '#/components/schemas/CardOut' }, { type: 'null' }],
    })
    assert.deepEqual(document(v2).components.schemas.PaymentIn?.required, ['amount'])
  })
  it('says of a body whether it may be left out', () => {
    const bodyOf = (path: string) => document(v2).paths[path]?.post?.requestBody
    assert.equal(bodyOf('/v2/payments/')?.required, true)
    assert.deepEqual(bodyOf('/v2/payments/{id}/capture'), {
      required: false,
      content: {
        'application/json': {
          schema: { anyOf: [{ $ref: '#/components/schemas/CaptureIn' }, { type: 'null' }] },
        },
      },
    })
  })
  it('is refused when two operations share an id', () => {
    const options = { title: '', version: '', servers, errors: { error: CardIn, invalid: CardIn } }
    const [first] = v2Operations
    assert.throws(() => openApi([first, first], options), /two operations have the id ping/)
  })
})

describe('the operations', () => {
  for (const [name, list] of Object.entries({ v1: v1Operations, v2: v2Operations })) {
    const operations: readonly Operation[] = list
    it(`of ${name} have an address and method of their own`, () => {
      const places = operations.map((it) => `${it.method} ${it.path}`)
      assert.equal(new Set(places).size, places.length)
    })
    it(`of ${name} take secrets at these places only, and give none back`, () => {
      const taken = operations.flatMap((it) =>
        it.body ? secretPaths(it.body).map((path) => `${it.id} ${path}`) : [],
      )
      assert.deepEqual(taken.sort(), secrets[name])
      const given = operations.flatMap((it) => (it.response ? secretPaths(it.response) : []))
      assert.deepEqual(given, [])
      const inUrl = operations.flatMap((it) => (it.query ? secretPaths(it.query) : []))
      assert.deepEqual(inUrl, [])
    })
  }
})

const ofPayment = (id: string) => [`${id} card.cvc`, `${id} card.number`, `${id} sepa.iban`]
const everywhere = [
  'create-card cvc',
  'create-card number',
  ...ofPayment('create-payment'),
  'create-sepa iban',
]
const secrets: Record<string, string[]> = {
  v1: [...everywhere, ...ofPayment('update-payment')],
  v2: [
    ...everywhere.slice(0, 5),
    'create-disbursement cvc',
    ...ofPayment('create-payment-checkout'),
    'create-sepa iban',
    'create-sepa-ibanonly iban',
    ...ofPayment('update-payment'),
    ...ofPayment('update-payment-checkout'),
  ].sort(),
}
