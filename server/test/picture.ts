import type { Db } from '../src/platform/db.ts'

/**
 * Table → how many rows it has, and a digest of all that stands in them: what must be as it was
 * after a refusal. Without the log of calls, in which a refusal stands too.
 */
export async function pictureOf(db: Db): Promise<Record<string, string>> {
  const tables = await db.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r'
       and relname <> 'requests' order by 1`,
  )
  const picture: Record<string, string> = {}
  for (const { name } of tables) {
    const [row] = await db.query<{ digest: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '')
       as digest from ${name} t`,
    )
    picture[name] = row?.digest ?? ''
  }
  return picture
}
