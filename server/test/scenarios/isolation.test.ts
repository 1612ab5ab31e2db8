import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sandbox } from '../../src/processors/sandbox/sandbox.ts'
import { assertRefused, ok } from '../contract/v2/answers.ts'
import {
  approvedCard,
  type Client,
  clientOf,
  makeObjects,
  type Objects,
} from '../contract/v2/objects.ts'
import { type Json, startServer, type TestServer } from '../harness.ts'

interface Party {
  name: string
  client: Client
  objects: Objects
}

let server: TestServer
let parties: Party[]
before(async () => {
  // A live mode that takes the test cards, so that the modes can be compared.
  server = await startServer({ live: sandbox })
  const other = await server.newMerchant()
  const { keys } = server.merchant
  const all: [string, string][] = [
    ['test', keys.stest],
    ['live', keys.sprod],
    ['another account', other.keys.stest],
  ]
  parties = await Promise.all(
    all.map(async ([name, key]) => {
      const client = clientOf(server, key)
      return { name, client, objects: await makeObjects(client) }
    }),
  )
})
after(() => server.close())

/** Each pair of two that must not see each other. */
async function eachPair(check: (me: Party, other: Party) => Promise<void>): Promise<void> {
  for (const me of parties) for (const other of parties) if (me !== other) await check(me, other)
}

const labels: Record<string, string> = {
  customer: 'Customer',
  card: 'Card',
  sepa: 'SEPA',
  payment: 'Payment',
  billing_address: 'Address',
  shipping_address: 'Address',
}

/** Where an id may be named in a body: the address, the member, the object, what else is sent. */
const references: [path: string, member: string, kind: keyof Objects, rest: object][] = [
  ['/v2/customers/', 'billing_address', 'addr', { email: 'a@example.com' }],
  ['/v2/customers/', 'shipping_address', 'addr', { email: 'a@example.com' }],
  ['/v2/cards/', 'customer', 'cust', { ...approvedCard, exp_year: 2090 }],
  ['/v2/sepa/', 'customer', 'cust', { name: 'Zoé', iban: 'NO9386011117947' }],
  ['/v2/disbursements/', 'card', 'card', { amount: 1 }],
  ['/v2/refunds/', 'payment', 'paym', {}],
  ...(['/v2/payments/', '/v2/payment_intents/'] as const).flatMap((path) =>
    (
      [
        ['customer', 'cust'],
        ['card', 'card'],
        ['sepa', 'sepa'],
        ['billing_address', 'addr'],
        ['shipping_address', 'addr'],
      ] as const
    ).map(([member, kind]): [string, string, keyof Objects, object] => [
      path,
      member,
      kind,
      { amount: 1 },
    ]),
  ),
]

/** The object that a change of this collection is tried on. */
const own: Record<string, keyof Objects> = {
  '/v2/customers/': 'cust',
  '/v2/payments/': 'paym',
  '/v2/payment_intents/': 'pi',
}

const lists: [path: string, member: string][] = [
  ['/v2/customers/', 'customers'],
  ['/v2/addresses/', 'addresses'],
  ['/v2/cards/', 'cards'],
  ['/v2/sepa/', 'sepa'],
  ['/v2/payments/', 'payments'],
  ['/v2/payment_intents/', 'payment_intents'],
  ['/v2/disputes/', 'disputes'],
  ['/v2/payouts/', 'payouts'],
  ['/v2/refunds/', 'refunds'],
  ['/v2/disbursements/', 'disbursements'],
]

describe("another account's objects, and those of the other mode", () => {
  it('cannot be named in a new object, as if they did not exist', async () => {
    await eachPair(async (me, other) => {
      for (const [path, member, kind, rest] of references) {
        const id = other.objects[kind]
        const answer = await me.client.call('POST', path, { body: { ...rest, [member]: id } })
        assertRefused(answer, 404, `${labels[member]} \`${id}\` not found`)
      }
    })
  })

  it('cannot be named in a change, and the object stays as it was', async () => {
    await eachPair(async (me, other) => {
      for (const [path, member, kind] of references) {
        const mine = own[path]
        if (!mine) continue
        const id = other.objects[kind]
        const before = await me.client.get(path + me.objects[mine])
        const body = { [member]: id }
        const answer = await me.client.call('PATCH', path + me.objects[mine], { body })
        assertRefused(answer, 404, `${labels[member]} \`${id}\` not found`)
        assert.deepEqual(await me.client.get(path + me.objects[mine]), before)
      }
    })
  })

  it('stand in no list, and no filter finds them', async () => {
    const idsOf = (list: Json, member: string): string[] =>
      list[member].map((it: { id: string }) => it.id)
    const seen = new Map<string, string>()
    for (const { name, client } of parties) {
      for (const [path, member] of lists) {
        const list = await client.get(`${path}?limit=100`)
        const ids = idsOf(list, member)
        assert.ok(ids.length > 0)
        assert.equal(list.range.count, ids.length)
        for (const id of ids) {
          assert.equal(seen.get(id), undefined, `${id} is listed for ${seen.get(id)} and ${name}`)
          seen.set(id, name)
        }
      }
    }
    await eachPair(async (me, other) => {
      const { card, cust } = other.objects
      const foreign = [
        `/v2/cards/?customer=${cust}`,
        `/v2/payments/?card=${card}`,
        `/v2/payment_intents/?card=${card}`,
      ]
      for (const path of foreign) assert.equal((await me.client.get(path)).range.count, 0)
    })
  })

  it('are not there in v1 either', async () => {
    await eachPair(async (me, other) => {
      const kinds = [
        ['checkout', 'payment', 'paym'],
        ['customers', 'customer', 'cust'],
        ['cards', 'card', 'card'],
        ['sepa', 'sepa', 'sepa'],
        ['refunds', 'refund', 'refd'],
      ] as const
      for (const [path, label, kind] of kinds) {
        const id = other.objects[kind]
        const answer = await me.client.call('GET', `/v1/${path}/${id}`)
        assert.equal(answer.status, 404)
        const error = { type: 'invalid_request_error', message: `No such ${label} ${id}` }
        assert.deepEqual(answer.body, { error })
      }
    })
  })

  it('do not stand in the way of a unique value, or of the same card', async () => {
    const cards = new Set<string>()
    for (const { client } of parties) {
      await client.post('/v2/payments/', { amount: 1, unique_id: 'same' })
      await client.post('/v2/payment_intents/', { amount: 1, unique_id: 'same' })
      const customer = { email: 'same@example.com', external_id: 'same' }
      await client.post('/v2/customers/', customer)
      const card = { ...approvedCard, exp_year: 2088, external_id: 'same' }
      cards.add((await client.post('/v2/cards/', card)).id)
      const again = { amount: 1, unique_id: 'same' }
      assert.equal((await client.call('POST', '/v2/payments/', { body: again })).status, 409)
    }
    assert.equal(cards.size, parties.length)
  })

  it('of the same card and IBAN have nothing in common in the database', async () => {
    for (const [table, column] of [
      ['cards', 'fingerprint'],
      ['bank_accounts', 'fingerprint'],
    ] as const) {
      const rows = await server.services.db.query<Record<string, string>>(
        `select distinct account, live, ${column} from ${table} where last4 in ('4242', '3000')`,
      )
      assert.equal(rows.length, parties.length)
      assert.equal(new Set(rows.map((it) => it[column])).size, rows.length)
    }
  })

  it('are not touched by what is done to an id of theirs', async () => {
    await eachPair(async (me, other) => {
      const { cust, card, sepa, addr, pi } = other.objects
      const paths = { customers: cust, cards: card, sepa, addresses: addr, payment_intents: pi }
      for (const [path, id] of Object.entries(paths)) {
        const before = await other.client.get(`/v2/${path}/${id}`)
        assert.equal((await me.client.call('DELETE', `/v2/${path}/${id}`)).status, 404)
        assert.deepEqual(await other.client.get(`/v2/${path}/${id}`), before)
      }
    })
  })

  it('are paid with by their own account alone', async () => {
    for (const { client, objects } of parties) {
      const paid = ok(
        await client.call('PATCH', `/v2/payments/${objects.paym}`, {
          body: { card: objects.card },
        }),
      )
      assert.deepEqual([paid.status, paid.card.id], ['to_capture', objects.card])
    }
  })
})
