import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import type { Db } from '../platform/db.ts'
import type { AuthenticationStatus } from './authentication.ts'

/** A 3-D Secure session of one payment. */
export interface Authentication {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  payment: string
  status: AuthenticationStatus
  /** Where the browser goes when the session is over. */
  return_url: string | null
  /** Opens the session by address; null while there is no card to authenticate. */
  token: string | null
  /** The one-time code of the test bank. */
  code: string | null
  /** Wrong codes so far. */
  tries: number
  message: string | null
  /** When the session expires; null once it is over. */
  due_at: Date | null
}

export const authentications = table<Authentication>('authentications', {
  account: true,
  live: true,
  id: true,
  version: true,
  created: true,
  payment: true,
  status: true,
  return_url: true,
  token: true,
  code: true,
  tries: true,
  message: true,
  due_at: true,
})

export async function findAuthentication(
  ctx: Reader,
  id: string,
): Promise<Authentication | undefined> {
  const [row] = await ctx.db.query<Authentication>(
    'select * from authentications where account = $1 and live = $2 and id = $3',
    [ctx.account, ctx.live, id],
  )
  return row
}

export const findAuthentications = (
  ctx: Reader,
  ids: readonly string[],
): Promise<Authentication[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : ctx.db.query<Authentication>(
        'select * from authentications where account = $1 and live = $2 and id = any($3)',
        [ctx.account, ctx.live, ids],
      )

/** The session that this token opens, whoever's it is: the token is the proof. */
export async function findByToken(db: Db, token: string): Promise<Authentication | undefined> {
  const [row] = await db.query<Authentication>('select * from authentications where token = $1', [
    token,
  ])
  return row
}
