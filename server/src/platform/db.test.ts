import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTestDatabase, engines, type TestDatabase } from '../../test/database.ts'
import type { Tx, Value } from './db.ts'

for (const engine of engines) {
  describe(`the database (${engine})`, () => {
    let database: TestDatabase
    const query = <Row>(text: string, values?: readonly Value[]) =>
      database.db.query<Row>(text, values)
    before(async () => {
      database = await createTestDatabase({ engine })
      await query('create table things (id integer primary key, text text)')
    })
    after(() => database.drop())

    it('gives values back as the types of the records', async () => {
      const [row] = await query(
        `select 9007199254740993::int8 as big, array[1, null, 3]::int8[] as bigs, 7::int4 as small,
                1.50::numeric as exact, array[0.10]::numeric[] as exacts, '2026-02-28'::date as day,
                array['2026-02-28']::date[] as days, '2026-02-28 12:00+02'::timestamptz as instant,
                '{"a":[1]}'::jsonb as json, array['x','y'] as texts, null::int8 as nothing,
                true as flag, '\\x00ff'::bytea as bytes`,
      )
      assert.deepEqual(row, {
        big: 9007199254740993n,
        bigs: [1n, null, 3n],
        small: 7,
        exact: '1.50',
        exacts: ['0.10'],
        day: '2026-02-28',
        days: ['2026-02-28'],
        instant: new Date('2026-02-28T10:00:00Z'),
        json: { a: [1] },
        texts: ['x', 'y'],
        nothing: null,
        flag: true,
        bytes: Buffer.from([0, 255]),
      })
    })

    it('takes every kind of parameter', async () => {
      const instant = new Date('2026-02-28T10:00:00.123Z')
      const values = [2n ** 62n, instant, Buffer.from([0, 255]), ['a', 'b,"c'], [1n, 2n], null, 1.5]
      const [row] = await query(
        `select $1::int8 as a, $2::timestamptz as b, $3::bytea as c, $4::text[] as d,
                $5::int8[] as e, $6::text as f, $7::float8 as g`,
        values,
      )
      assert.deepEqual(Object.values(row as object), values)
    })

    it('lives in UTC', async () => {
      const [row] = await query<{ midnight: string }>(
        `select ('2026-07-01'::date::timestamptz)::text as midnight`,
      )
      assert.equal(row?.midnight, '2026-07-01 00:00:00+00')
    })

    it('reads no table whole by a plan from when it was small', async () => {
      await query('create table grows (id integer primary key)')
      await query('insert into grows values (1)')
      await query('analyze grows')
      const [plan] = await query('explain select from grows where id = 1')
      assert.match(JSON.stringify(plan), /Index/)
    })

    it('goes on after a statement that fails, with the same statement too', async () => {
      const divide = 'select 6 / $1::int as result'
      await assert.rejects(query(divide, [0]), { code: '22012' })
      await assert.rejects(query(divide, ['x']), { code: '22P02' })
      await assert.rejects(query('select nonsense'), { code: '42703' })
      assert.deepEqual(await query(divide, [3]), [{ result: 2 }])
    })

    it('refuses what is not a value before it is sent, and goes on', async () => {
      const text = 'select $1::text as text'
      for (const bad of [undefined, {}, () => 1, new Date(Number.NaN), [{}]]) {
        await assert.rejects(query(text, [bad as unknown as Value]), /not a value of the database/)
      }
      assert.deepEqual(await query(text, ['good']), [{ text: 'good' }])
    })

    it('answers many callers at once, each with its own rows', async () => {
      const calls = Array.from({ length: 300 }, (_, i) =>
        i % 10 === 9
          ? query('select 1 / ($1::int - $1::int) as n', [i]).catch(() => 'failed')
          : query<{ n: number }>('select $1::int as n', [i]).then(([row]) => row?.n),
      )
      const answers = await Promise.all(calls)
      assert.deepEqual(
        answers,
        calls.map((_, i) => (i % 10 === 9 ? 'failed' : i)),
      )
    })

    it('carries a value of many megabytes both ways', async () => {
      const [row] = await query<{ text: string }>('select $1::text as text', ['é'.repeat(4e6)])
      assert.equal(row?.text.length, 4e6)
    })

    it('keeps working when texts are put together without end', async () => {
      for (let i = 0; i < 600; i++) await query(`select ${i} as n`)
      assert.deepEqual(await query('select 599 as n'), [{ n: 599 }])
      const [row] = await query<{ names: bigint }>(
        `select count(*) as names from pg_prepared_statements`,
      )
      assert.ok(row && row.names <= 500n)
    })
  })

  describe(`a transaction (${engine})`, () => {
    let database: TestDatabase
    const things = () => database.db.query('select id, text from things order by id')
    before(async () => {
      database = await createTestDatabase({ engine })
      await database.db.query('create table things (id integer primary key, text text)')
    })
    after(() => database.drop())

    const insert = (tx: Tx, id: number) => tx.query('insert into things (id) values ($1)', [id])

    it('keeps all of its statements or none', async () => {
      const { db } = database
      const answer = await db.transaction(async (tx) => {
        await insert(tx, 1)
        await tx.script('insert into things (id) values (2); insert into things (id) values (3)')
        return 'done'
      })
      assert.equal(answer, 'done')
      const refused = db.transaction(async (tx) => {
        await insert(tx, 4)
        throw new Error('changed our mind')
      })
      await assert.rejects(refused, /changed our mind/)
      await assert.rejects(
        db.transaction(async (tx) => [await insert(tx, 5), await insert(tx, 1)]),
        {
          code: '23505',
        },
      )
      assert.deepEqual(
        await things(),
        [1, 2, 3].map((id) => ({ id, text: null })),
      )
    })

    it('that swallowed an error is refused, not silently rolled back', async () => {
      const work = database.db.transaction(async (tx) => {
        await insert(tx, 10)
        await tx.query('select 1 / 0').catch(() => {})
      })
      await assert.rejects(work, /nothing was kept/)
      assert.equal((await things()).length, 3)
    })

    it('is over when its work is over', async () => {
      let kept: Tx | undefined
      await database.db.transaction(async (tx) => {
        kept = tx
        await tx.query('select 1')
      })
      await assert.rejects(kept?.query('select 1') ?? Promise.resolve(), /transaction is over/)
    })

    it('does not take in what others write meanwhile', async () => {
      let beside: Promise<unknown> | undefined
      const refused = database.db.transaction(async (tx) => {
        await insert(tx, 20)
        beside = database.db.query('insert into things (id) values (21)')
        await tx.query('select 1')
        throw new Error('changed our mind')
      })
      await assert.rejects(refused, /changed our mind/)
      await beside
      assert.deepEqual(
        await things(),
        [1, 2, 3, 21].map((id) => ({ id, text: null })),
      )
    })

    it('takes turns with others that start at the same time', async () => {
      const { db } = database
      await db.query('create table counter (n integer)')
      await db.query('insert into counter values (0)')
      const increment = () =>
        db.transaction(async (tx) => {
          const [row] = await tx.query<{ n: number }>('select n from counter for update')
          await tx.query('update counter set n = $1', [(row?.n ?? 0) + 1])
        })
      // As many as there are connections: who waits for one is refused after a while.
      await Promise.all(Array.from({ length: 10 }, increment))
      assert.deepEqual(await db.query('select n from counter'), [{ n: 10 }])
    })
  })
}
