import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { accounts, clocks, keys } from '../src/accounts/store.ts'
import { addresses } from '../src/addresses/store.ts'
import { authentications } from '../src/authentications/store.ts'
import { bankAccounts } from '../src/bank-accounts/store.ts'
import { cards } from '../src/cards/store.ts'
import { customers } from '../src/customers/store.ts'
import { disbursements } from '../src/disbursements/store.ts'
import { disputes, evidence } from '../src/disputes/store.ts'
import { eventReplays } from '../src/events/store.ts'
import { keyedAnswers } from '../src/idempotency/store.ts'
import { instructions } from '../src/instructions/store.ts'
import { intents } from '../src/intents/store.ts'
import { transfers } from '../src/ledger/store.ts'
import { numbers } from '../src/numbers/store.ts'
import { payments } from '../src/payments/store.ts'
import { payouts } from '../src/payouts/store.ts'
import { refunds } from '../src/refunds/store.ts'
import { requests } from '../src/requests/store.ts'
import { settlementItems } from '../src/settlements/store.ts'
import {
  stanCheckouts,
  stanCredentials,
  stanCustomers,
  stanPayments,
  stanRefunds,
} from '../src/stan/store.ts'
import { attempts, deliveries, endpoints } from '../src/webhooks/store.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { columnsOf, schemaOf } from './schema.ts'

const file = new URL('../../schema.sql', import.meta.url)

const tables = [
  accounts,
  addresses,
  attempts,
  authentications,
  bankAccounts,
  cards,
  clocks,
  customers,
  deliveries,
  disbursements,
  disputes,
  endpoints,
  eventReplays,
  evidence,
  instructions,
  intents,
  keyedAnswers,
  keys,
  numbers,
  payments,
  payouts,
  refunds,
  requests,
  settlementItems,
  stanCheckouts,
  stanCredentials,
  stanCustomers,
  stanPayments,
  stanRefunds,
  transfers,
]

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
})
after(() => database?.drop())

describe('the schema', () => {
  it('is what schema.sql says', async () => {
    const schema = await schemaOf(database.db)
    if (process.env.OBOLE_WRITE_SCHEMA) writeFileSync(file, schema)
    const hint = 'OBOLE_WRITE_SCHEMA=1 npm test -- schema writes it anew'
    assert.equal(readFileSync(file, 'utf8'), schema, hint)
  })

  it('compares by bytes what stands in an index', async () => {
    const others = await database.db.query(
      `select a.attrelid::regclass::text as "table", a.attname as name
       from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
       where a.attrelid::regclass::text !~ '^pg_' and a.atttypid = 'text'::regtype
         and a.attcollation <> '"C"'::regcollation`,
    )
    assert.deepEqual(others, [])
  })

  it('has the columns that the stores name, and no others', async () => {
    const columns = await columnsOf(database.db)
    for (const { name, columns: named } of tables) {
      const there = columns.filter((it) => it.table_name === name).map((it) => it.name)
      assert.deepEqual([...named].sort(), there.sort(), name)
    }
  })
})
