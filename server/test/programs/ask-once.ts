/**
 * A process that sends requests under idempotency keys, each of which stops at another point; when
 * all have come to theirs, it is killed.
 */
import { createAccount } from '../../src/accounts/create-account.ts'
import { buildServer } from '../../src/app/build-server.ts'
import { openServices } from '../../src/app/open-services.ts'
import { pressOffice } from '../../src/app/render.ts'
import type { Services } from '../../src/dialects/operation-route.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { Committer } from '../../src/platform/commit.ts'
import type { Db } from '../../src/platform/db.ts'
import { ask, type Point, points, type ToldOnce } from './ask-once-points.ts'

const [data_dir = '', database_url] = process.argv.slice(2)
const services = await openServices({
  data_dir,
  database_url: database_url ? new Secret(database_url) : undefined,
  master_key: undefined,
  log_level: 'error',
})
const { db } = services

const writes = /insert into idempotency_keys/
const reads = /from idempotency_keys/

/** The server up to a point; `reached` when it stands there, for ever. */
function serverTo(point: Point, reached: () => void) {
  const stop = (): Promise<never> => {
    reached()
    return new Promise(() => {})
  }
  const query: Db['query'] = async (text, values) => {
    if (point === 'before the read' && reads.test(text)) return stop()
    if (!writes.test(text)) return db.query(text, values)
    if (point === 'after the decision') return stop()
    if (point === 'during the commit') {
      await othersStand
      setImmediate(() => process.kill(process.pid, 'SIGKILL'))
    }
    const rows = await db.query<never>(text, values)
    return point === 'after the commit' ? stop() : rows
  }
  const own: Services = {
    ...services,
    db: { ...db, query },
    committer: new Committer(
      { ...db, query },
      pressOffice(() => services),
    ),
    runClock: (...it) => (point === 'on the way of a clock' ? stop() : services.runClock(...it)),
  }
  return buildServer(own, { trust_proxy: false })
}

const tell = (it: ToldOnce) => new Promise((done) => process.send?.(it, undefined, {}, done))

async function newSecret(): Promise<string> {
  const { committer, vault } = services
  const made = await createAccount({ committer, vault, now: new Date() }, { name: 'A shop' })
  const key = made.keys.find(({ row }) => row.kind === 'secret' && !row.live)
  return key?.key.reveal() ?? ''
}

/** Each has an account of its own: a clock that moves is nobody else's. */
const secrets = Object.fromEntries(
  await Promise.all(points.map(async (it) => [it, await newSecret()])),
) as Record<Point, string>
await tell({ secrets })

const othersStand = Promise.all(
  points.map(async (point) => {
    if (point === 'during the commit') return
    await new Promise<void>((reached, failed) => {
      ask(serverTo(point, reached), secrets[point], point)
        .then((answer) => tell({ answer }))
        .then(() => reached(), failed)
    })
  }),
)
await ask(
  serverTo('during the commit', () => {}),
  secrets['during the commit'],
  'during the commit',
)
