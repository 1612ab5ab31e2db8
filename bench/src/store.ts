import { mkdir } from 'node:fs/promises'
import { createAccount } from '@obole/server/src/accounts/create-account.js'
import { openServices } from '@obole/server/src/app/open-services.js'
import { Secret } from '@obole/server/src/kernel/secret.js'
import { bytesOf, type HttpRequest } from './http-connection.ts'
import { type Seeded, type SomePayment, seed, somePayments } from './seed.ts'
import { host, type Place, type RunningServer } from './server-process.ts'

/** As many merchants as connections: none of them is a hot row to the reference either. */
const merchants = 64
const samples = 2000

/** A merchant as the load knows it. */
export interface Merchant {
  account: string
  /** Its secret and public test keys. */
  secret: string
  public: string
  /** A card that pays; known once the server runs. */
  card: string
}

/** A store with merchants, the first of which has all the payments. */
export interface Store {
  place: Place
  seeded: Seeded
  merchants: Merchant[]
  some: readonly SomePayment[]
}

/** Fills a new store, while no server runs on it. `wait_days`: as `seed` has it. */
export async function fillStore(
  place: Place,
  payments: number,
  wait_days?: number,
): Promise<Store> {
  await mkdir(place.data_dir, { recursive: true })
  const { data_dir, database_url: url } = place
  const services = await openServices({
    data_dir,
    database_url: url === undefined ? undefined : new Secret(url),
    master_key: undefined,
    log_level: 'error',
  })
  try {
    const { committer, vault, clock, db } = services
    const made: Merchant[] = []
    for (let n = 0; n < merchants; n++) {
      const office = { committer, vault, now: clock.now() }
      const { account, keys } = await createAccount(office, { name: `Shop ${n}` })
      const keyOf = (kind: 'secret' | 'public'): string =>
        keys.find(({ row }) => !row.live && row.kind === kind)?.key.reveal() ?? ''
      const { id } = account
      made.push({ account: id, secret: keyOf('secret'), public: keyOf('public'), card: '' })
    }
    const seeded = await seed(db, made[0]?.account ?? '', payments, wait_days)
    return { place, seeded, merchants: made, some: await somePayments(db, payments, samples) }
  } finally {
    await services.close()
  }
}

/** Makes a request that must succeed. */
export async function call<T>({ port }: RunningServer, it: HttpRequest): Promise<T> {
  const answer = await fetch(`http://${host}:${port}${it.path}`, {
    method: it.method,
    headers: { authorization: `Bearer ${it.key}`, 'content-type': 'application/json' },
    ...(it.body !== undefined && { body: JSON.stringify(it.body) }),
  })
  if (!answer.ok) throw new Error(`${it.method} ${it.path}: ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Gives each merchant a card that pays. */
export async function addCards(server: RunningServer, store: Store): Promise<void> {
  const body = { number: '4242424242424242', exp_month: 12, exp_year: 2040, cvc: '123' }
  for (const merchant of store.merchants) {
    const card = { method: 'POST', path: '/v2/cards/', key: merchant.secret, body } as const
    merchant.card = (await call<{ id: string }>(server, card)).id
  }
}

/** A request as the load takes it. */
export const onTheWire = (it: HttpRequest): string => bytesOf(it).toString('latin1')
