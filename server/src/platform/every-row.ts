import type { Context } from './context.ts'

/**
 * Every row of a table, deleted ones too, in the order of their ids: in pieces, however many they
 * are.
 */
export async function* everyRow<Row extends { id: string }>(
  ctx: Pick<Context, 'db' | 'account' | 'live'>,
  table: string,
): AsyncGenerator<Row> {
  for (let after = ''; ; ) {
    const rows = await ctx.db.query<Row>(
      `select * from ${table} where account = $1 and live = $2 and id > $3 order by id limit 500`,
      [ctx.account, ctx.live, after],
    )
    yield* rows
    const last = rows.at(-1)
    if (!last) return
    after = last.id
  }
}
