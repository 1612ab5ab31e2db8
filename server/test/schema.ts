import type { Db } from '../src/platform/db.ts'

interface Column {
  table_name: string
  name: string
  type: string
  required: boolean
}

/** The columns of every table, in their order. */
export const columnsOf = (db: Db): Promise<Column[]> =>
  db.query<Column>(
    `select c.relname as table_name, a.attname as name, a.attnotnull as required,
       format_type(a.atttypid, a.atttypmod)
         || case when a.attcollation = '"C"'::regcollation then ' collate "C"' else '' end as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and a.attnum > 0 and not a.attisdropped
     order by c.relname, a.attnum`,
  )

const constraints = `
  select conrelid::regclass::text as table_name, pg_get_constraintdef(oid) as text
  from pg_constraint
  where connamespace = 'public'::regnamespace and conrelid <> 0 and contype <> 'n'
  order by 1, contype, 2`

const rest = `
  select text from (
    select 1 as place, pg_get_indexdef(i.indexrelid) as text
      from pg_index i join pg_class c on c.oid = i.indexrelid
      where c.relnamespace = 'public'::regnamespace
        and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
    union all
    select 2, pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
    union all
    select 3, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  ) parts order by place, text`

interface Constraint {
  table_name: string
  text: string
}

/** What the migrations add up to, as one text: the same on each engine and version. */
export async function schemaOf(db: Db): Promise<string> {
  const columns = await columnsOf(db)
  const bounds = await db.query<Constraint>(constraints)
  const others = await db.query<{ text: string }>(rest)
  const tables = [...new Set(columns.map((it) => it.table_name))].map((table) => {
    const lines = [
      ...columns
        .filter((it) => it.table_name === table)
        .map(({ name, type, required }) => `${name} ${type}${required ? ' not null' : ''}`),
      ...bounds.filter((it) => it.table_name === table).map(({ text }) => text),
    ]
    return `create table ${table} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n);\n`
  })
  const statements = others.map(({ text }) => `${text.trim().replace(/;$/, '')};\n`)
  const head = '-- The sum of the migrations, written by a test. Nothing reads it but people.\n'
  return [head, ...tables, ...statements].join('\n')
}
