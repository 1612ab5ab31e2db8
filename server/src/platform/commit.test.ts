import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { refusedWith, type WatchedDb, watched } from '../../test/watched-db.ts'
import { type Address, addresses } from '../addresses/store.ts'
import { event } from '../events/event.ts'
import { newId } from '../kernel/ids.ts'
import { limits } from '../kernel/limits.ts'
import { type Change, expectation, insertion, joined, move, type Part } from './change.ts'
import { type Answer, Committer, type PressOffice } from './commit.ts'

const now = new Date('2026-03-01T12:00:00Z')
const who = { account: 'acct_one', live: false }

const address = (it: Partial<Address> = {}): Address => ({
  ...who,
  id: newId('addr'),
  version: 1,
  created: now,
  deleted: false,
  line1: null,
  line2: null,
  line3: null,
  zip_code: '75001',
  city: 'Paris',
  state: null,
  country: 'FRA',
  metadata: null,
  ...it,
})

const told = (row: Address, action: 'created' | 'deleted' = 'created') => ({
  events: [event({ now, request_id: 'test' }, 'address', action, row)],
})
const inserted = (row: Address): Part => ({ insert: [insertion(addresses, row)], ...told(row) })
const moved = (from: Address, it: Partial<Address> = {}): { part: Part; row: Address } => {
  const row = { ...from, ...it, version: from.version + 1 }
  return { row, part: { move: [move(addresses, from, row)], ...told(row, 'deleted') } }
}
const change = (...parts: Part[]): Change => ({ ...who, ...joined(...parts) })
const claim = (value: string, owner = 'x') => ({ scope: 'test', value, owner })

let database: TestDatabase
let db: WatchedDb
let committer: Committer

const many = (count: number) => Array.from({ length: count }, () => address())

/** What became of Changes that are asked in one turn of the loop, and so may go together. */
const outcomes = async (changes: readonly Change[]): Promise<(Answer | string)[]> => {
  const ended = await Promise.allSettled(changes.map((it) => committer.commit(it)))
  return ended.map((it) => (it.status === 'fulfilled' ? it.value : (it.reason.code ?? it.reason)))
}
const found = async (rows: readonly Address[]): Promise<(number | undefined)[]> => {
  const there = await database.db.query<Address>('select * from addresses where id = any($1)', [
    rows.map((it) => it.id),
  ])
  return rows.map(({ id }) => there.find((it) => it.id === id)?.version)
}
const numbersOf = async (rows: readonly Address[]): Promise<bigint[]> => {
  const ids = rows.map((it) => it.id)
  const events = await database.db.query<{ seq: bigint }>(
    'select seq from events where object_id = any($1) order by array_position($1, object_id), seq',
    [ids],
  )
  return events.map((it) => it.seq)
}
const assertGapless = async () => {
  const [row] = await database.db.query<{ whole: boolean }>(
    `select count(*) = max(seq) and min(seq) = 1
       and max(seq) = (select last from series where account = $1) as whole
     from events where account = $1`,
    [who.account],
  )
  assert.equal(row?.whole, true)
}

before(async () => {
  database = await createTestDatabase()
})
after(() => database.drop())
beforeEach(() => {
  db = watched(database.db)
  committer = new Committer(db)
})

describe('a gathering', () => {
  it('takes all Changes of one turn of the loop in one statement', async () => {
    const rows = many(50)
    assert.deepEqual(
      await outcomes(rows.map((it) => change(inserted(it)))),
      rows.map(() => 'done'),
    )
    assert.equal(db.asked.length, 1)
    const numbers = await numbersOf(rows)
    assert.deepEqual(
      numbers,
      rows.map((_, n) => (numbers[0] ?? 0n) + BigInt(n)),
    )
  })

  it('takes what arrived while another was on its way', async () => {
    const first = committer.commit(change(inserted(address())))
    db.accidents.push(async (run) => {
      const rows = many(10).map((it) => committer.commit(change(inserted(it))))
      const result = await run()
      void Promise.all(rows)
      return result
    })
    await first
    await committer.idle()
    assert.equal(db.asked.length, 2)
  })

  it(`has at most ${limits.gathering_max} Changes`, async () => {
    const rows = many(2 * limits.gathering_max + 1)
    await outcomes(rows.map((it) => change(inserted(it))))
    assert.equal(db.asked.length, 3)
    assert.deepEqual(
      await found(rows),
      rows.map(() => 1),
    )
    await assertGapless()
  })

  it('ahead of its turn is put into words when it is full, and not before', async () => {
    const steps: string[] = []
    const office: PressOffice = {
      describe: async (_, changes) => {
        steps.push(`words for ${changes.length}`)
        return new Map()
      },
      published: (changes) => void steps.push(`${changes.length} are there`),
    }
    committer = new Committer(db, office, { ahead: true })
    await outcomes(many(2 * limits.gathering_max + 1).map((it) => change(inserted(it))))
    const full = limits.gathering_max
    assert.deepEqual(steps, [
      ...[`words for ${full}`, `words for ${full}`, `${full} are there`],
      ...[`${full} are there`, 'words for 1', '1 are there'],
    ])
  })
})

describe('a Change that cannot be made', () => {
  /** Nine good Changes around this one, in one gathering: what became of it, and of them. */
  const among = async (bad: Change, expected: string): Promise<void> => {
    const rows = many(9)
    const all = rows.map((it) => change(inserted(it)))
    all.splice(4, 0, bad)
    const ended = await outcomes(all)
    assert.deepEqual(ended.splice(4, 1), [expected])
    assert.deepEqual(
      ended,
      rows.map(() => 'done'),
    )
    assert.deepEqual(
      await found(rows),
      rows.map(() => 1),
    )
    await assertGapless()
  }

  it('for a claim that is taken, fails alone', async () => {
    await committer.commit(change({ claim: [claim('one')] }))
    const row = address()
    await among(change(inserted(row), { claim: [claim('free'), claim('one')] }), 'conflict')
    assert.equal(db.asked.length, 3, 'one refused, and one without it')
    assert.deepEqual(await found([row]), [undefined])
    const free = await outcomes([change({ claim: [claim('free')] })])
    assert.deepEqual(free, ['done'], 'its other claim was not kept')
  })

  it('for a version that moved, fails alone', async () => {
    const [row, other] = [address(), address()]
    await committer.commit(change(inserted(row)))
    await committer.commit(change(moved(row).part))
    await among(change(moved(row, { city: 'Lyon' }).part, inserted(other)), 'conflict')
    assert.deepEqual(await found([row, other]), [2, undefined])
  })

  it('for a row that it relies on and that moved, fails alone', async () => {
    const [row, other] = [address(), address()]
    await committer.commit(change(inserted(row)))
    await committer.commit(change(moved(row).part))
    const relies = { expect: [expectation(addresses, row)] }
    await among(change(relies, inserted(other)), 'conflict')
    await among(change(moved(address()).part), 'conflict')
    assert.deepEqual(await found([other]), [undefined])
  })

  it('for a row that the database refuses, fails alone with the reason', async () => {
    const [good, long] = [address(), address({ country: null as unknown as string })]
    await among(change(inserted(good), inserted(long), { claim: [claim('two')] }), '23502')
    assert.ok(db.asked.length < 10, 'the bad one is found by halves')
    assert.deepEqual(await found([good, long]), [undefined, undefined])
    assert.deepEqual(await outcomes([change({ claim: [claim('two')] })]), ['done'])
    const twice = address()
    await committer.commit(change(inserted(twice)))
    await among(change(inserted(twice)), '23505')
  })

  it('for a text that the database cannot hold, fails alone with the reason', async () => {
    await among(change(inserted(address({ city: 'Par\0is' }))), '22P05')
    await among(change(inserted(address({ city: 'Par\ud800is' }))), '22P02')
  })

  it('for a row that makes no statement, fails alone', async () => {
    const bad = change(inserted(address({ created: null as unknown as Date })))
    const [ended, ...others] = await Promise.allSettled(
      [bad, ...many(3).map((it) => change(inserted(it)))].map((it) => committer.commit(it)),
    )
    assert.equal(ended?.status, 'rejected')
    assert.deepEqual(
      others.map((it) => it.status),
      ['fulfilled', 'fulfilled', 'fulfilled'],
    )
  })

  it('is a bug when it moves a row twice, and is not sent', async () => {
    const row = address()
    await assert.rejects(committer.commit(change(moved(row).part, moved(row).part)), /moves a row/)
    assert.equal(db.asked.length, 0)
  })
})

describe('Changes that meet', () => {
  it('on a row, are made one after another in their order of arrival', async () => {
    const first = address()
    await committer.commit(change(inserted(first)))
    const second = moved(first, { city: 'Lyon' })
    const third = moved(second.row, { city: 'Lille' })
    const rows = many(20)
    const all = [...rows.map((it) => change(inserted(it)))]
    all.splice(3, 0, change(second.part))
    all.splice(9, 0, change(third.part))
    all.splice(15, 0, change(moved(first, { city: 'Nice' }).part))
    const ended = await outcomes(all)
    assert.equal(ended.splice(15, 1)[0], 'conflict', 'who came last saw a version that is gone')
    assert.deepEqual(
      ended,
      ended.map(() => 'done'),
    )
    assert.equal(db.asked.length, 1 + 3, 'the others do not wait')
    assert.deepEqual(await found([first]), [3])
  })

  it('on a row, in two full gatherings: the second is refused alone', async () => {
    committer = new Committer(db, {}, { ahead: true })
    const row = address()
    await committer.commit(change(inserted(row)))
    const all = many(2 * limits.gathering_max).map((it) => change(inserted(it)))
    all[0] = change(moved(row, { city: 'Lyon' }).part)
    all[limits.gathering_max] = change(moved(row, { city: 'Lille' }).part)
    const ended = await outcomes(all)
    assert.equal(ended.splice(limits.gathering_max, 1)[0], 'conflict')
    assert.deepEqual(new Set(ended), new Set(['done']))
    await assertGapless()
  })

  it('on a row that one relies on and one moves, never go together', async () => {
    const [row, a, b] = [address(), address(), address()]
    await committer.commit(change(inserted(row)))
    const relies = { expect: [expectation(addresses, row)] }
    const ended = await outcomes([
      change(relies, inserted(a)),
      change(moved(row).part),
      change(relies, inserted(b)),
    ])
    assert.deepEqual(ended, ['done', 'done', 'conflict'])
  })

  it('on a row that all rely on, go together', async () => {
    const row = address()
    await committer.commit(change(inserted(row)))
    const relies = { expect: [expectation(addresses, row)] }
    const ended = await outcomes(many(5).map((it) => change(relies, inserted(it))))
    assert.deepEqual(
      ended,
      ended.map(() => 'done'),
    )
    assert.equal(db.asked.length, 2)
  })

  it('on a claim, give it to the first, and to the next once it is released', async () => {
    const three = claim('three', 'a')
    const ended = await outcomes([
      change({ claim: [three] }),
      change({ claim: [claim('three', 'b')] }),
      change({ release: [three] }),
      change({ claim: [claim('three', 'c')] }),
      { ...who, account: 'acct_two', claim: [three] },
      { ...who, live: true, claim: [three] },
    ])
    assert.deepEqual(ended, ['done', 'conflict', 'done', 'done', 'done', 'done'])
  })

  it('release what is theirs only', async () => {
    await committer.commit(change({ claim: [claim('four', 'a')] }))
    await committer.commit(change({ release: [claim('four', 'b')] }))
    assert.deepEqual(await outcomes([change({ claim: [claim('four', 'c')] })]), ['conflict'])
  })
})

describe('a transaction that the server gives up', () => {
  for (const code of ['40001', '40P01', '55P03']) {
    it(`with ${code} is repeated`, async () => {
      db.accidents.push(refusedWith(database.db, code), refusedWith(database.db, code))
      const rows = many(3)
      const ended = await outcomes(rows.map((it) => change(inserted(it))))
      assert.deepEqual(ended, ['done', 'done', 'done'])
      assert.equal(db.asked.length, 3)
    })
  }

  it('again and again, is a conflict, and nothing of it happened', async () => {
    for (let n = 0; n < 5; n++) db.accidents.push(refusedWith(database.db, '40P01'))
    const row = address()
    assert.deepEqual(await outcomes([change(inserted(row))]), ['conflict'])
    assert.deepEqual(await found([row]), [undefined])
    assert.deepEqual(await outcomes([change(inserted(row))]), ['done'], 'and the next one goes')
  })
})

describe('a connection that is lost', () => {
  const cut = () => Promise.reject(new Error('Connection terminated unexpectedly'))
  /** Inserts, a move and a claim in one gathering; each once, whatever happens on the way. */
  const assertOnce = async (accident: WatchedDb['accidents'][0]): Promise<void> => {
    const [row, ...rows] = many(4) as [Address, ...Address[]]
    await committer.commit(change(inserted(row)))
    db.accidents.push(accident)
    const next = moved(row, { city: 'Brest' })
    const ended = await outcomes([
      ...rows.map((it) => change(inserted(it))),
      change(next.part, { claim: [claim(row.id)] }),
    ])
    assert.deepEqual(ended, ['done', 'done', 'done', 'done'])
    assert.deepEqual(await found([row, ...rows]), [2, 1, 1, 1])
    assert.equal((await numbersOf([row, ...rows])).length, 5)
    await assertGapless()
  }

  it('before the statement arrived, loses nothing', () => assertOnce(cut))

  it('after the commit, makes nothing twice', () =>
    assertOnce(async (run) => {
      await run()
      return cut()
    }))

  it('while the statement goes on without its caller, makes nothing twice', () =>
    assertOnce((run) => {
      void run()
      return cut()
    }))

  it('with a last word of the server, is asked for the truth', async () => {
    for (const code of ['57P01', '08006', '40003']) {
      await assertOnce(async (run) => {
        await run()
        return refusedWith(database.db, code)()
      })
    }
  })

  it('twice, still loses nothing', async () => {
    db.accidents.push(cut, cut, cut)
    const row = address()
    assert.deepEqual(await outcomes([change(inserted(row))]), ['done'])
    assert.deepEqual(await found([row]), [1])
  })

  it('for good, ends every call with the error', async () => {
    db.accidents.push(...Array.from({ length: 1000 }, () => cut))
    const ended = await Promise.allSettled(
      many(3).map((it) => committer.commit(change(inserted(it)))),
    )
    assert.deepEqual(
      ended.map((it) => it.status),
      ['rejected', 'rejected', 'rejected'],
    )
    db.accidents.length = 0
    assert.deepEqual(await outcomes([change(inserted(address()))]), ['done'], 'and then goes on')
  })
})
