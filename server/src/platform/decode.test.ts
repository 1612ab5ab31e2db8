import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Operation } from '@obole/contract/operation.js'
import type { TSchema } from '@obole/contract/typebox.js'
import { v1Operations } from '@obole/contract/v1/all.js'
import { PaymentIn as V1PaymentIn } from '@obole/contract/v1/checkout.js'
import { v2Operations } from '@obole/contract/v2/all.js'
import { CaptureIn } from '@obole/contract/v2/captures.js'
import { CardIn } from '@obole/contract/v2/cards.js'
import { CustomerIn, CustomerPatch } from '@obole/contract/v2/customers.js'
import { PaymentIntentIn } from '@obole/contract/v2/payment-intents.js'
import { PaymentIn, PaymentPatch, PaymentQuery } from '@obole/contract/v2/payments.js'
import { RefundAmount } from '@obole/contract/v2/refunds.js'
import { SepaIn } from '@obole/contract/v2/sepa.js'
import { boundaryCases } from '../../test/boundary-cases.ts'
import {
  type Decoded,
  type DecodeMode,
  decode,
  decodePath,
  decodeQuery,
  v1Mode,
  v2Mode,
} from './decode.ts'

const v2: readonly Operation[] = v2Operations
const v1: readonly Operation[] = v1Operations

function taken<S extends TSchema>(schema: S, value: unknown, mode: DecodeMode = v2Mode) {
  const decoded = decode(schema, value, mode)
  assert.ok(decoded.ok, told(decoded))
  return decoded.value
}

function refused(schema: TSchema, value: unknown, mode: DecodeMode = v2Mode) {
  const decoded = decode(schema, value, mode)
  assert.ok(!decoded.ok, 'taken')
  return decoded.errors
}

const told = (decoded: Decoded<TSchema>) =>
  decoded.ok ? 'taken' : decoded.errors.map(({ loc, kind }) => `${loc.join('.')} ${kind}`).join()

describe('each bound of each field holds on both sides', () => {
  for (const { id, body } of v2) {
    if (!body) continue
    it(`body of ${id}`, () => {
      for (const { title, value, fault } of boundaryCases(body)) {
        const expected = fault ? `${['body', ...fault.loc].join('.')} ${fault.kind}` : 'taken'
        assert.equal(told(decode(body, value, v2Mode)), expected, title)
      }
    })
  }
  for (const { id, body } of v1) {
    if (!body) continue
    it(`body of ${id} in v1, which ignores unknown members`, () => {
      for (const { title, value, fault } of boundaryCases(body)) {
        const bad = fault && fault.kind !== 'extra'
        const expected = bad ? `${['body', ...fault.loc].join('.')} ${fault.kind}` : 'taken'
        assert.equal(told(decode(body, value, v1Mode)), expected, title)
      }
    })
  }
  for (const { id, query } of v2) {
    if (!query) continue
    it(`query of ${id}, where an unknown parameter is ignored`, () => {
      for (const { title, value, fault } of boundaryCases(query)) {
        const given = Object.entries(value as object)
        if (given.some(([, it]) => typeof it === 'object')) continue
        const texts = Object.fromEntries(given.map(([name, it]) => [name, String(it)]))
        const bad = fault && fault.kind !== 'extra'
        const expected = bad ? `${['query', ...fault.loc].join('.')} ${fault.kind}` : 'taken'
        assert.equal(told(decodeQuery(query, texts)), expected, title)
      }
    })
  }
})

describe('a v2 body', () => {
  it('comes out in the form of the program, with its defaults', () => {
    const value = taken(PaymentIn, { amount: 100, date_settlement: 1_601_045_728 })
    assert.deepEqual(value, {
      amount: 100n,
      currency: 'eur',
      date_settlement: '2020-09-25',
      capture: true,
    })
  })
  it('gets a default list of its own', () => {
    taken(PaymentIntentIn, { amount: 1 }).methods_allowed.pop()
    assert.deepEqual(taken(PaymentIntentIn, { amount: 1 }).methods_allowed, ['card', 'sepa'])
  })
  it('has no defaults in a change', () => {
    assert.deepEqual(taken(PaymentPatch, {}), {})
  })
  it('is told everything that is wrong with it at once, in the order of the schema', () => {
    assert.deepEqual(
      refused(PaymentIn, { currency: 'jpy', card: { number: '1', cvc: '12345' }, amout: 5 }).map(
        ({ loc, type }) => [loc.join('.'), type],
      ),
      [
        ['body.amount', 'value_error.missing'],
        ['body.currency', 'type_error.enum'],
        ['body.card.number', 'value_error.any_str.min_length'],
        ['body.card.exp_month', 'value_error.missing'],
        ['body.card.exp_year', 'value_error.missing'],
        ['body.card.cvc', 'value_error.any_str.max_length'],
        ['body.amout', 'value_error.extra'],
      ],
    )
  })
  it('is told of at most 50 faults', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`m${at}`, at]))
    assert.equal(refused(CustomerPatch, many).length, 50)
  })
  it('with auth false gets the exact published answer', () => {
    const [fault] = refused(PaymentIn, { amount: 1, auth: false })
    assert.deepEqual(
      { loc: fault?.loc, msg: fault?.msg, type: fault?.type },
      { loc: ['body', 'auth'], msg: "Auth can't be False", type: 'value_error' },
    )
  })
  it('without e-mail and mobile is refused at its root, also within a payment', () => {
    for (const customer of [{ name: 'A' }, { email: null }, { mobile: '' }]) {
      const [fault] = refused(PaymentIn, { amount: 1, customer })
      assert.deepEqual(fault?.loc, ['body', 'customer', '__root__'])
      assert.equal(fault?.type, 'value_error')
    }
  })
  it('never finds a secret repeated in its faults', () => {
    const number = '42424242424242424242'
    const text = JSON.stringify(
      refused(PaymentIn, { amount: number, currency: number, card: { number, cvc: number } }),
    )
    assert.ok(!text.includes('4242'), text)
  })
  it('that is absent or null is missing, and one that is no object is told so', () => {
    assert.equal(told(decode(CardIn, undefined, v2Mode)), 'body missing')
    assert.equal(told(decode(CardIn, null, v2Mode)), 'body missing')
    for (const value of [[], 'a', 1, true]) {
      assert.equal(told(decode(CardIn, value, v2Mode)), 'body object')
    }
  })
  it('that may be null may be left out, and tells it from an empty one', () => {
    for (const schema of [RefundAmount, CaptureIn]) {
      for (const nothing of [undefined, null]) assert.equal(taken(schema, nothing), null)
      assert.deepEqual(taken(schema, {}), {})
      for (const other of [[], 'x', 0, false]) {
        assert.equal(told(decode(schema, other, v2Mode)), 'body object')
      }
    }
  })
  it('has other members where its schema says so, and none of them comes out', () => {
    assert.deepEqual(taken(CaptureIn, { id: 'paym_1', amount: 1, more: [] }), { amount: 1n })
    assert.equal(told(decode(RefundAmount, { id: 'paym_1' }, v2Mode)), 'body.id extra')
  })
  it('cannot reach the prototype of anything', () => {
    const body = JSON.parse('{"email":"a@b.example","__proto__":{"name":"A"},"constructor":{}}')
    assert.equal(
      told(decode(CustomerIn, body, v2Mode)),
      'body.__proto__ extra,body.constructor extra',
    )
    const value = taken(CustomerIn, body, v1Mode)
    assert.deepEqual(Object.keys(value), ['email'])
    assert.equal(value.name, undefined)
    const inherited = Object.create({ email: 'a@b.example' })
    assert.equal(told(decode(CustomerIn, inherited, v2Mode)), 'body.__root__ one_of')
  })
  it('keeps free data as it is, and refuses in it only what cannot be stored', () => {
    const metadata = JSON.parse('{"__proto__":1,"a":[{"b":null}],"c":1.5}')
    assert.equal(taken(PaymentIntentIn, { amount: 1, metadata }).metadata, metadata)
    const faults = { k: [{ 'a\u0000': 1 }, '\ud800'], ok: '😀' }
    assert.equal(
      told(decode(PaymentIntentIn, { amount: 1, metadata: faults }, v2Mode)),
      'body.metadata.k.0.a\u0000 characters,body.metadata.k.1 characters',
    )
  })
})

describe('values are taken as pydantic v1 takes them', () => {
  const amounts: [unknown, bigint | string][] = [
    [1000.0, 1000n],
    ['1000', 1000n],
    [' +7 ', 7n],
    ['4294967295', 4294967295n],
    ['99999999999999999999999', 'not_le'],
    [1e300, 'not_le'],
    ['1000.0', 'integer'],
    ['1e3', 'integer'],
    ['', 'integer'],
    ['0x10', 'integer'],
    [0.1, 'integer'],
    [true, 'integer'],
    [Number.NaN, 'integer'],
    [[1], 'integer'],
    [{}, 'integer'],
  ]
  for (const [given, expected] of amounts) {
    it(`amount ${JSON.stringify(given)} → ${expected}`, () => {
      const decoded = decode(PaymentIn, { amount: given }, v2Mode)
      assert.equal(decoded.ok ? decoded.value.amount : decoded.errors[0]?.kind, expected)
    })
  }
  const texts: [unknown, string | undefined][] = [
    [123, '123'],
    [1234.0, '1234'],
    [1.5, '1.5'],
    [true, undefined],
    [Number.MAX_SAFE_INTEGER + 1, undefined],
    [1e21, undefined],
    [['123'], undefined],
  ]
  for (const [given, expected] of texts) {
    it(`a text ${JSON.stringify(given)} → ${expected}`, () => {
      const decoded = decode(CardIn, { ...card, name: given }, v2Mode)
      assert.equal(decoded.ok ? decoded.value.name : undefined, expected)
    })
  }
  const yes = [true, 1, '1', 'on', 'ON', 't', 'true', 'True', 'y', 'Yes']
  const no = [false, 0, '0', 'off', 'f', 'False', 'n', 'no']
  it('truths and untruths are read in any case, and nothing else is', () => {
    for (const capture of yes) assert.equal(taken(PaymentIn, { amount: 1, capture }).capture, true)
    for (const capture of no) assert.equal(taken(PaymentIn, { amount: 1, capture }).capture, false)
    for (const capture of ['', ' true', 2, 'oui', [], {}]) {
      assert.equal(told(decode(PaymentIn, { amount: 1, capture }, v2Mode)), 'body.capture boolean')
    }
  })
  it('auth takes the text that httpie sends', () => {
    assert.equal(taken(PaymentIn, { amount: 1, auth: 'True' }).auth, true)
  })
  it('an object or its id may stand for a card, each with the faults of its kind', () => {
    assert.equal(taken(PaymentIn, { amount: 1, card: cardId }).card, cardId)
    assert.deepEqual(taken(PaymentIn, { amount: 1, card }).card, {
      ...card,
      tokenize: true,
      preferred_network: 'national',
    })
    assert.equal(told(decode(PaymentIn, { amount: 1, card: 'card_1' }, v2Mode)), 'body.card regex')
    assert.equal(told(decode(PaymentIn, { amount: 1, card: [] }, v2Mode)), 'body.card string')
  })
  it('lower case is asked of a currency in v2 and not in v1', () => {
    assert.equal(
      told(decode(PaymentIn, { amount: 1, currency: 'EUR' }, v2Mode)),
      'body.currency enum',
    )
    assert.equal(taken(V1PaymentIn, { amount: 1, currency: 'JPY' }, v1Mode).currency, 'jpy')
  })
  it('a length counts characters, not the units of UTF-16', () => {
    assert.equal(taken(PaymentIn, { amount: 1, order_id: '😀'.repeat(36) }).order_id?.length, 72)
    assert.equal(
      told(decode(PaymentIn, { amount: 1, description: '😀😀' }, v2Mode)),
      'body.description min_length',
    )
  })
})

const card = { number: '4242424242424242', exp_month: 12, exp_year: 2030 }
const cardId = `card_${'a1'.repeat(12)}`

describe('moments and days', () => {
  const moments: [unknown, string | undefined][] = [
    [0, '1970-01-01T00:00:00.000Z'],
    ['1600000000', '2020-09-13T12:26:40.000Z'],
    ['1538492150.5', '2018-10-02T14:55:50.500Z'],
    ['1600000000000', '2020-09-13T12:26:40.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2024-02-29T10:11:12Z', '2024-02-29T10:11:12.000Z'],
    ['2024-02-29 10:11', '2024-02-29T10:11:00.000Z'],
    ['2024-02-29T00:30:00+01:00', '2024-02-28T23:30:00.000Z'],
    ['2024-02-29T23:30:00.123456-0100', '2024-03-01T00:30:00.123Z'],
    ['2023-02-29T10:11:12Z', undefined],
    ['2024-02-29T24:00:00Z', undefined],
    ['0000-01-01', undefined],
    ['1e9', undefined],
    ['', undefined],
    ['99999999999999999999', undefined],
  ]
  for (const [given, expected] of moments) {
    it(`the moment ${JSON.stringify(given)} → ${expected}`, () => {
      const decoded = decodeQuery(PaymentQuery, { created: given })
      assert.equal(decoded.ok ? decoded.value.created?.toISOString() : undefined, expected)
    })
  }
  const days: [unknown, string | undefined][] = [
    ['2021-06-14', '2021-06-14'],
    ['2021-6-4', '2021-06-04'],
    [1_601_045_728, '2020-09-25'],
    ['1601045728', '2020-09-25'],
    ['2021-06-14T23:30:00-05:00', '2021-06-14'],
    ['2021-06-14T25:30:00Z', undefined],
    ['2021-06-31', undefined],
    ['14/06/2021', undefined],
    [true, undefined],
    [{}, undefined],
  ]
  for (const [given, expected] of days) {
    it(`the day ${JSON.stringify(given)} → ${expected}`, () => {
      const sepa = { name: 'A', iban: 'NO9386011117947', date_mandate: given }
      const decoded = decode(SepaIn, sepa, v2Mode)
      assert.equal(decoded.ok ? decoded.value.date_mandate : undefined, expected)
    })
  }
})

describe('texts with a format', () => {
  const addresses: [string, boolean][] = [
    ['zoe@example.com', true],
    ['zoé.x+tag@exämple.co.uk', true],
    ['a@b', false],
    ['a b@example.com', false],
    ['a..b@example.com', false],
    ['a@-b.example', false],
    ['a@b.example\n', false],
    ['Zoe <zoe@example.com>', false],
  ]
  for (const [email, good] of addresses) {
    it(`e-mail ${JSON.stringify(email)} is ${good ? 'taken' : 'refused'}`, () => {
      assert.equal(decode(CustomerIn, { email }, v2Mode).ok, good)
    })
  }
  const urls: [string, string][] = [
    ['https://shop.example/back?a=1#b', 'taken'],
    ['http://127.0.0.1:3000', 'taken'],
    ['HTTPS://SHOP.EXAMPLE', 'taken'],
    ['shop.example/back', 'value_error.url.scheme'],
    ['javascript:alert(1)', 'value_error.url.scheme'],
    ['javascript://%0aalert(1)', 'value_error.url.scheme'],
    ['ftp://shop.example', 'value_error.url.scheme'],
    ['https://', 'value_error.url.host'],
    ['https:///path', 'value_error.url.host'],
    ['https://a.example:99999', 'value_error.url.host'],
    ['https://a.example/\r\nSet-Cookie: a', 'value_error.url.extra'],
    ['https://a.example\\@b.example', 'value_error.url.extra'],
  ]
  for (const [return_url, expected] of urls) {
    it(`address ${JSON.stringify(return_url)} → ${expected}`, () => {
      const decoded = decode(PaymentIn, { amount: 1, return_url }, v2Mode)
      assert.equal(decoded.ok ? 'taken' : decoded.errors[0]?.type, expected)
    })
  }
  it('a long hostile e-mail address is judged at once', () => {
    const email = `${'a.'.repeat(100_000)}@`
    assert.equal(told(decode(CustomerIn, { email }, v2Mode)), 'body.email max_length')
  })
})

describe('a query', () => {
  it('gets its defaults and the last of a repeated parameter', () => {
    const decoded = decodeQuery(PaymentQuery, { limit: ['1', '2'], nonsense: '1' })
    assert.deepEqual(decoded, {
      ok: true,
      value: { field: 'created', order: 'desc', start: 0, limit: 2 },
    })
  })
  it('out of its bounds is refused under its name', () => {
    for (const [query, expected] of [
      [{ limit: '0' }, 'query.limit not_ge'],
      [{ limit: '101' }, 'query.limit not_le'],
      [{ start: '-1' }, 'query.start not_ge'],
      [{ start: '9007199254740993' }, 'query.start integer'],
    ] as const) {
      assert.equal(told(decodeQuery(PaymentQuery, query)), expected)
    }
  })
})

describe('the id of an address', () => {
  const paramsOf = (operations: readonly Operation[], id: string) =>
    operations.find((it) => it.id === id)?.params as TSchema
  it('is checked in v2', () => {
    const decoded = decodePath(paramsOf(v2, 'read-customer'), { id: 'cust_short' })
    assert.equal(told(decoded), 'path.id regex')
  })
  it('may be anything in v1', () => {
    assert.ok(decodePath(paramsOf(v1, 'read-customer'), { id: 'é' }).ok)
  })
})
