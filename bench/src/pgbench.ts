import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Merchant } from './store.ts'

/**
 * The reference: what the server reads and writes for a payment by card id, one statement after
 * another in a transaction of its own. The same tables and indexes, ids of the same length that
 * grow at one end as well, the rows that all payments of a merchant share last, so that they are
 * locked for as short as can be. (To pgbench a colon and a word are a variable, within a text too.)
 */
const transaction = `
\\if :n = 0
\\set merchant 1 + :client_id % :merchants
select (string_to_array(:accounts, ','))[:merchant::int] as account,
    (string_to_array(:cards, ','))[:merchant::int] as card \\gset
\\endif
\\set n :n + 1
\\set amount random(100, 50000)
\\set id 1000000000000000000 + :n * 1000000000 + :client_id * 100000 + random(1, 99999)
begin;
select a.pricing, a.id, c.* from accounts a
  left join clocks c on c.account = a.id and c.live = false and c.id = a.id where a.id = :account;
select * from cards where account = :account and live = false and id = :card and not deleted;
select * from vault_records where account = :account and live = false and id = :card;
insert into payments (account, live, id, version, created, status, amount, authorized, promise,
    currency, method, card, order_id, description, capture, response, fee, date_paym, origin, tries,
    due_at)
  values (:account, false, 'paym_' || :run || :id, 1, date_trunc('second', now()), 'to_capture',
    :amount, :amount, 'trsf_' || :run || :id, 'eur', 'card', :card, 'bench-' || :amount % 8,
    'Order number ' || :amount % 8, true, '00', :amount * 70 / 10000 + 12, now(), 1, 1,
    date_trunc('day', now()) + interval '1 day');
insert into history (account, live, object_id, version, step, action, status, at)
  values (:account, false, 'paym_' || :run || :id, 1, 0, 'accept', 'to_capture', now());
insert into instructions (account, live, id, object_id, kind, processor, status, amount, currency,
    response, created, settled_at)
  values (:account, false, 'inst_' || :run || :id, 'paym_' || :run || :id, 'authorize', 'sandbox',
    'approved', :amount, 'eur', '00', now(), now());
insert into transfers (account, live, id, instruction, phase, debit, credit, amount, currency,
    reason, created)
  values (:account, false, 'trsf_' || :run || :id, 'inst_' || :run || :id, 'pending',
    'processor' || ':' || 'receivable', 'merchant' || ':' || 'pending', :amount, 'eur',
    'authorization', now());
insert into tallies as t (account, live, object, day, number)
  values (:account, false, 'payments', (now() at time zone 'UTC')::date, 1)
  on conflict (account, live, object, day) do update set number = t.number + 1;
insert into ledger_days as d (account, live, ledger_account, currency, day, debits, credits,
    pending, transfers)
  values (:account, false, 'merchant' || ':' || 'pending', 'eur', (now() at time zone 'UTC')::date,
      0, 0, -:amount::bigint, 1),
    (:account, false, 'processor' || ':' || 'receivable', 'eur', (now() at time zone 'UTC')::date,
      0, 0, :amount::bigint, 1)
  on conflict (account, live, ledger_account, currency, day) do update set
    pending = d.pending + excluded.pending, transfers = d.transfers + excluded.transfers;
insert into series as s (account, live, name, last) values (:account, false, 'events', 2)
  on conflict (account, live, name) do update set last = s.last + 2
  returning last \\gset
insert into events (account, live, seq, id, type, object, object_id, version, cause, created)
  values (:account::text, false, :last::bigint - 1, 'evt_1' || :run || :id, 'payment.created',
      'payment', 'paym_' || :run || :id, 1, 'req_ktx8EEcQqtRk8f7H', now()),
    (:account::text, false, :last::bigint, 'evt_2' || :run || :id, 'payment.accepted',
      'payment', 'paym_' || :run || :id, 1, 'req_ktx8EEcQqtRk8f7H', now());
commit;
`

const installations = '/usr/lib/postgresql'

/** The program, where it is on the path or where Debian keeps it; the newest of several. */
export function findPgbench(env: NodeJS.ProcessEnv): string | undefined {
  const versions = existsSync(installations) ? readdirSync(installations) : []
  const newest = versions.sort((a, b) => Number(b) - Number(a))
  return [
    ...(env.PATH ?? '').split(delimiter),
    ...newest.map((it) => join(installations, it, 'bin')),
  ]
    .map((folder) => join(folder, 'pgbench'))
    .find((file) => existsSync(file))
}

/** What it says at the end of a run. Throws on failed transactions. Pure. */
export function readPgbench(output: string): { per_second: number; mean_ms: number } {
  const figure = (pattern: RegExp): number => Number(pattern.exec(output)?.[1] ?? Number.NaN)
  const per_second = figure(/^tps = ([\d.]+)/m)
  const failed = figure(/^number of failed transactions: (\d+)/m)
  if (Number.isNaN(per_second) || failed > 0) {
    throw new Error(`pgbench failed:\n${output.slice(0, 1000)}`)
  }
  return { per_second, mean_ms: figure(/^latency average = ([\d.]+)/m) }
}

export interface PgbenchOrder {
  program: string
  /** Where its script is written. */
  folder: string
  database_url: string
  merchants: readonly Merchant[]
  connections: number
  seconds: number
}

let runs = 0

/** Runs the transactions for whole seconds, with statements that are prepared once. */
export async function runPgbench(order: PgbenchOrder) {
  const { connections, merchants } = order
  const script = join(order.folder, 'payment.sql')
  await writeFile(script, transaction)
  const variables = {
    n: 0,
    merchants: merchants.length,
    accounts: merchants.map((it) => it.account).join(),
    cards: merchants.map((it) => it.card).join(),
    // Ids of each run come after those of the one before.
    run: `p${String(++runs).padStart(4, '0')}`,
  }
  const child = spawn(order.program, [
    ...['--no-vacuum', '--protocol=prepared', `--file=${script}`],
    ...[`--client=${connections}`, `--jobs=${Math.min(connections, 2)}`],
    `--time=${Math.max(1, Math.round(order.seconds))}`,
    ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
    order.database_url,
  ])
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk))
  await once(child, 'close')
  return readPgbench(output)
}
