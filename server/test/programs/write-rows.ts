/**
 * A process that writes rows to the embedded engine of a folder until it is killed, and reports
 * each that is kept.
 */
import { openDb } from '../../src/platform/open-db.ts'

const [data_dir = '', first = '0'] = process.argv.slice(2)
const db = await openDb({ data_dir, must_own: true })
await db.query('create table if not exists written (id integer primary key, text text not null)')
const rows = await db.query<{ id: number }>('select id from written')
process.send?.({ found: rows.map(({ id }) => id) })

let next = Number(first)
const write = async () => {
  for (;;) {
    const id = next++
    await db.query('insert into written (id, text) values ($1, $2)', [id, 'x'.repeat(id % 500)])
    process.send?.({ written: id })
  }
}
await Promise.all([write(), write(), write(), write()])
