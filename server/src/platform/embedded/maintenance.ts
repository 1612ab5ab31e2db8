import type { PGlite } from '@electric-sql/pglite'
import type { Turns } from './turns.ts'

export interface MaintenanceOptions {
  /** How often it looks whether something is due. 0: never. */
  interval_ms: number
  /** A checkpoint is due this long after the last one, if anything was written. */
  checkpoint_ms: number
  /** Or after this much log: what a restart after a crash must read again. */
  checkpoint_bytes: number
}

interface Surroundings {
  pglite: PGlite
  turns: Turns
  syncs: () => number
  report: (what: string, ms: number) => void
}

/**
 * PostgreSQL's own rules for autovacuum, which does not run in the embedded engine (it has no other
 * processes): dead rows, inserted rows, changed rows, and the age at which row versions must be
 * frozen. The neediest table first.
 */
const NEEDIEST_TABLE = `
  select format('%I.%I', s.schemaname, s.relname) as name,
         n.dead > 1 or n.inserted > 1 or n.age > 1 as vacuum
    from pg_stat_all_tables s
    join pg_class c on c.oid = s.relid and c.relkind = 'r',
 lateral (select s.n_dead_tup          / (50   + 0.2 * greatest(c.reltuples, 0)) as dead,
                 s.n_ins_since_vacuum  / (1000 + 0.2 * greatest(c.reltuples, 0)) as inserted,
                 s.n_mod_since_analyze / (50   + 0.1 * greatest(c.reltuples, 0)) as changed,
                 age(c.relfrozenxid)   / 150000000.0                             as age) n
   where greatest(n.dead, n.inserted, n.changed, n.age) > 1
   order by greatest(n.dead, n.inserted, n.changed, n.age) desc
   limit 1`

/**
 * The chores of the embedded engine. Each waits for its turn like a client, never inside a
 * transaction of one; only one table a time, so that nobody waits for more than that.
 */
export class Maintenance {
  checkpoints = 0
  vacuums = 0
  readonly #options: MaintenanceOptions & Surroundings
  #timer: NodeJS.Timeout | undefined
  #seen_syncs: number
  #checkpoint_at = Date.now()

  constructor(options: MaintenanceOptions & Surroundings) {
    this.#options = options
    this.#seen_syncs = options.syncs()
  }

  start(): void {
    if (this.#options.interval_ms > 0) this.#schedule()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#options.interval_ms = 0
  }

  #schedule(): void {
    this.#timer = setTimeout(async () => {
      const { syncs, report } = this.#options
      if (syncs() !== this.#seen_syncs) {
        await this.#look().catch((error: Error) => report(`failed: ${error.message}`, 0))
      }
      this.start()
    }, this.#options.interval_ms)
  }

  async #look(): Promise<void> {
    const { turns } = this.#options
    if (await turns.exclusively(() => this.#checkpointDue())) {
      await this.#perform('checkpoint')
      this.checkpoints++
      this.#checkpoint_at = Date.now()
      this.#seen_syncs = this.#options.syncs()
    }
    const table = await turns.exclusively(() => this.#neediestTable())
    if (!table) return
    // Two turns, so that others get theirs in between.
    if (table.vacuum) await this.#perform(`vacuum (truncate false) ${table.name}`)
    await this.#perform(`analyze ${table.name}`)
    this.vacuums++
  }

  async #perform(statement: string): Promise<void> {
    const { pglite, turns, report } = this.#options
    const started = performance.now()
    await turns.exclusively(() => pglite.exec(statement))
    report(statement, Math.round(performance.now() - started))
  }

  async #checkpointDue(): Promise<boolean> {
    const { pglite, checkpoint_ms, checkpoint_bytes } = this.#options
    if (Date.now() - this.#checkpoint_at >= checkpoint_ms) return true
    const { rows } = await pglite.query<{ bytes: number }>(
      'select (pg_current_wal_insert_lsn() - redo_lsn)::float8 as bytes from pg_control_checkpoint()',
    )
    return (rows[0]?.bytes ?? 0) >= checkpoint_bytes
  }

  async #neediestTable(): Promise<{ name: string; vacuum: boolean } | undefined> {
    const { pglite } = this.#options
    await pglite.exec('select pg_stat_force_next_flush()')
    return (await pglite.query<{ name: string; vacuum: boolean }>(NEEDIEST_TABLE)).rows[0]
  }
}
