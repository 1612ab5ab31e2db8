import { disbursementEvents, disbursementMachine } from '../../disbursements/disbursement.ts'
import { disputeMachine } from '../../disputes/dispute.ts'
import { intentMachine } from '../../intents/intent.ts'
import { paymentEvents, paymentMachine } from '../../payments/payment.ts'
import { payoutEvents, payoutMachine } from '../../payouts/payout.ts'
import { refundEvents, refundMachine } from '../../refunds/refund.ts'
import { type Invariant, same } from './invariant.ts'

/** Objects with a machine: as the events call them, their ids, and their rows. */
interface Kind {
  object: string
  prefix: string
  table: string
  machine: Readonly<Record<string, Partial<Record<string, string>>>>
  /** The status before the first line of history; null: any, as the first was not a step. */
  first: string | null
  /** The event that tells a step, by its action or by the status that it led to. */
  event(action: string, status: string): string | undefined
}

const kinds: readonly Kind[] = [
  {
    object: 'payment',
    prefix: 'paym',
    table: 'payments',
    machine: paymentMachine,
    first: 'created',
    event: (action) => paymentEvents[action as keyof typeof paymentEvents],
  },
  {
    object: 'payment_intent',
    prefix: 'pi',
    table: 'payment_intents',
    machine: intentMachine,
    first: null,
    event: (_, status) => status,
  },
  {
    object: 'refund',
    prefix: 'refd',
    table: 'refunds',
    machine: refundMachine,
    first: 'awaiting_approval',
    event: (action) => refundEvents[action as keyof typeof refundEvents],
  },
  {
    object: 'dispute',
    prefix: 'dspt',
    table: 'disputes',
    machine: disputeMachine,
    first: 'open',
    event: (_, status) => status,
  },
  {
    object: 'payout',
    prefix: 'pout',
    table: 'payouts',
    machine: payoutMachine,
    first: 'pending',
    event: (action) => payoutEvents[action as keyof typeof payoutEvents],
  },
  {
    object: 'disbursement',
    prefix: 'dsbm',
    table: 'disbursements',
    machine: disbursementMachine,
    first: 'awaiting_approval',
    event: (action) => disbursementEvents[action as keyof typeof disbursementEvents],
  },
]

/** A line of history that may stand after one of this status; '' before the first line. */
interface Edge {
  prefix: string
  from: string
  action: string
  to: string
  event: string
}

/** An intent follows its payment: whatever the edge, its line says so. */
const actionOf = ({ object }: Kind, action: string): string =>
  object === 'payment_intent' ? 'follow' : action

function edgesOf(kind: Kind): Edge[] {
  const { prefix, machine, first, object } = kind
  const event = (action: string, status: string) => `${object}.${kind.event(action, status)}`
  const edges = Object.entries(machine).flatMap(([from, steps]) =>
    Object.entries(steps).map(([action, to = '']) => {
      const edge = { prefix, action: actionOf(kind, action), to, event: event(action, to) }
      return { ...edge, from }
    }),
  )
  const begun = edges.filter(({ from }) => first === null || from === first)
  // An import goes from nothing, or from what it wrote before, to any status.
  const statuses = Object.keys(machine)
  const imported = ['', ...statuses].flatMap((from) =>
    statuses.map((to) => ({ prefix, from, action: 'import', to, event: `${object}.imported` })),
  )
  const all = [...edges, ...begun.map((it) => ({ ...it, from: '' })), ...imported]
  return [...new Map(all.map((it) => [Object.values(it).join(), it])).values()]
}

const edges = JSON.stringify(kinds.flatMap(edgesOf))
const edgeRows = `jsonb_to_recordset($2::jsonb)
  as e(prefix text, "from" text, action text, "to" text, event text)`
const prefixOf = (id: string) => `split_part(${id}, '_', 1)`
const union = (select: (kind: Kind) => string) => kinds.map(select).join('\n union all ')

/** Walks the lines of each object; each that is no edge is wrong, and so is another end. */
const statuses: Invariant = {
  says: 'statuses moved along edges of their machines, each step with its line of history',
  sql: `with edges as materialized (select distinct prefix, "from", action, "to" from ${edgeRows}),
        walked as (
          select account, live, object_id as id, version, step, action, status,
            coalesce(lag(status) over lines, '') as "from",
            lag(version) over lines as before, lag(step) over lines as before_step,
            lag(action) over lines as before_action,
            lead(version) over lines is null as is_last
          from history
          window lines as (partition by account, live, object_id order by version, step)),
        objects as (${union(
          ({ table, first }) => `select account, live, id, status as now, version as newest,
            ${first === null ? 'null' : `'${first}'`} as first from ${table}`,
        )})
        select account, live, id, w.version, w.step, w."from", w.action, w.status, o.now
        from walked w full join objects o using (account, live, id)
        where w.version is null and o.now <> o.first
          or w.is_last and w.status is distinct from o.now
          or w.version > o.newest
          or w.action = 'import' and w.before_action <> 'import'
          or w.step <> case when w.version = w.before then w.before_step + 1 else 0 end
          or w.version is not null and not exists (select from edges e
            where e.prefix = ${prefixOf('id')} and e."from" = w."from" and e.action = w.action
              and e."to" = w.status)`,
  values: [edges],
}

/** Whether something of this instant is told by events that may have been deleted for their age. */
const isOld = (row: string, at: string): string =>
  `coalesce(${row}.${at} < (select d.before from deleted_events d
    where ${same('d', row)}), false)`

/**
 * The windows are over tables, and not over joins, so that an index gives their order. The first
 * version of an intent may be told with the status that it was made with. Steps and events of one
 * change are of one instant: of both those that are younger than what was deleted are compared.
 */
const steps: Invariant = {
  says: 'each step is told by one event, in the order of the steps',
  sql: `with edges as materialized (select distinct prefix, action, "to", event from ${edgeRows}),
        walked as (
          select account, live, object_id as id, version, action, status,
            row_number() over (partition by account, live, object_id order by version, step)
              as place
          from history where not ${isOld('history', 'at')}),
        told as (
          select account, live, object_id as id, version, type,
            row_number() over (partition by account, live, object_id order by seq) as place
          from events where type = any($3)
            and (object <> 'payment_intent' or version > 1 or type = 'payment_intent.imported')
            and not ${isOld('events', 'created')})
        select account, live, id, w.version, w.action, w.status, t.version as told,
          t.type as told_type
        from walked w full join told t using (account, live, id, place)
        left join edges e on e.prefix = ${prefixOf('id')} and e.action = w.action
          and e."to" = w.status
        where w.version is distinct from t.version or e.event is distinct from t.type`,
  values: [edges, kinds.flatMap(edgesOf).map(({ event }) => event)],
}

/** Other objects that are told of, without a machine. */
const others = [
  ['customer', 'customers'],
  ['address', 'addresses'],
  ['card', 'cards'],
  ['sepa', 'bank_accounts'],
] as const

/** Of an object whose first events may have been deleted, the others follow each other. */
const versioned = [...kinds.map(({ object, table }) => [object, table] as const), ...others]

const createdOf = (table: string): string =>
  table === 'payment_intents' ? 'created_at' : 'created'

const versions: Invariant = {
  says: 'every version of an object is told by an event, in their order',
  sql: `with told as (
          select account, live, object_id as id, object, version,
            lag(version) over events as before,
            lead(seq) over events is null as is_last
          from events where object = any($2)
          window events as (partition by account, live, object_id order by seq)),
        objects as (${versioned
          .map(
            ([object, table]) =>
              `select account, live, id, version, '${object}' as object,
                 ${isOld(table, createdOf(table))} as is_old from ${table}`,
          )
          .join('\n union all ')})
        select account, live, id, object, o.version, t.version as told, t.before as told_before
        from told t full join objects o using (account, live, id, object)
        where o.version is null or t.version is null and not o.is_old
          or t.version not between t.before and t.before + 1
          or t.version <> 1 and t.before is null and not o.is_old
          or t.version = 0 or t.is_last and t.version <> o.version`,
  values: [versioned.map(([object]) => object)],
}

export const walkInvariants: readonly Invariant[] = [statuses, steps, versions]
