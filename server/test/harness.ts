import assert from 'node:assert/strict'
import { CvcHold } from '@obole/vault/cvc-hold.js'
import { newKeyring, openKeyring } from '@obole/vault/keyring.js'
import { generateMasterKey, parseMasterKeys } from '@obole/vault/master-keys.js'
import { createVault } from '@obole/vault/vault.js'
import { authenticator } from '../src/accounts/authenticate.ts'
import { createAccount } from '../src/accounts/create-account.ts'
import { buildServer } from '../src/app/build-server.ts'
import { runClock, runDue } from '../src/app/due.ts'
import { pressOffice } from '../src/app/render.ts'
import { hands } from '../src/app/settle.ts'
import { contextWith, type Services } from '../src/dialects/operation-route.ts'
import { Bell } from '../src/events/bell.ts'
import { MovableClock } from '../src/platform/clock.ts'
import { Committer } from '../src/platform/commit.ts'
import { createLog, type Log } from '../src/platform/log.ts'
import type { Origins } from '../src/platform/origins.ts'
import { bankDaysOf, standardCutoff } from '../src/processors/bank-days.ts'
import type { Ctx } from '../src/processors/ctx.ts'
import { sandbox } from '../src/processors/sandbox/sandbox.ts'
import { RequestLog } from '../src/requests/request-log.ts'
import { createTestDatabase } from './database.ts'

export const testBankDays = bankDaysOf(standardCutoff)

/** The four keys of an account. */
export interface TestKeys {
  stest: string
  ptest: string
  sprod: string
  pprod: string
}

export interface Merchant {
  id: string
  keys: TestKeys
}

export interface CallOptions {
  /** By default the test secret key of the server's first merchant; null for none. */
  key?: string | null
  /** An object becomes JSON; a string or bytes go as they are. */
  body?: unknown
  headers?: Record<string, string>
}

// The tests look into answers freely; what they expect is what they check.
// biome-ignore lint/suspicious/noExplicitAny: an answer may be anything
export type Json = any

export interface Answer {
  status: number
  headers: Headers
  text: string
  body: Json
}

export interface TestServer {
  url: string
  merchant: Merchant
  clock: MovableClock
  services: Services
  /** Calls the server over HTTP, with a key by Basic. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  newMerchant(name?: string): Promise<Merchant>
  /** The context of a merchant, for what has no address. */
  ctx(merchant?: Merchant, live?: boolean): Ctx
  /** Moves the clock, and does what fell due on the way. */
  advance(ms: number): Promise<void>
  close(): Promise<void>
}

type Bytes = string | Uint8Array<ArrayBuffer>

const bytesOf = (body: unknown): Bytes | undefined =>
  body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
    ? (body as Bytes | undefined)
    : JSON.stringify(body)

async function makeMerchant(services: Services, name: string): Promise<Merchant> {
  const { committer, vault, clock } = services
  const { account, keys } = await createAccount({ committer, vault, now: clock.now() }, { name })
  const keyOf = (live: boolean, kind: string): string => {
    const made = keys.find((it) => it.row.live === live && it.row.kind === kind)
    assert(made)
    return made.key.reveal()
  }
  return {
    id: account.id,
    keys: {
      stest: keyOf(false, 'secret'),
      ptest: keyOf(false, 'public'),
      sprod: keyOf(true, 'secret'),
      pprod: keyOf(true, 'public'),
    },
  }
}

/**
 * A whole server on a database of its own, listening on a port of its own. One for a file of tests.
 */
export async function startServer(
  options: { origins?: Partial<Origins>; live?: Services['processors']['live']; log?: Log } = {},
): Promise<TestServer> {
  const { db, drop } = await createTestDatabase()
  const masterKeys = parseMasterKeys(generateMasterKey())
  const vault = createVault({
    masterKeys,
    keyring: openKeyring(newKeyring(masterKeys), masterKeys),
  })
  const clock = new MovableClock()
  const log = options.log ?? createLog('error')
  const services: Services = {
    db,
    log,
    requests: new RequestLog(db, log),
    vault,
    clock,
    hands,
    runClock,
    bankDays: testBankDays,
    bell: new Bell(),
    outbox: new Bell(),
    committer: new Committer(
      db,
      pressOffice(() => services),
    ),
    cvcs: new CvcHold(),
    processors: { test: sandbox, live: options.live ?? null },
    authenticate: authenticator(db, vault),
    origins: options.origins ?? {},
  }
  const app = buildServer(services, { trust_proxy: false })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const merchant = await makeMerchant(services, 'Test shop')

  async function call(method: string, path: string, it: CallOptions = {}): Promise<Answer> {
    const key = it.key === undefined ? merchant.keys.stest : it.key
    const body = bytesOf(it.body)
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(key && { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...it.headers,
      },
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    const json = response.headers.get('content-type')?.startsWith('application/json')
    const { status, headers } = response
    return { status, headers, text, body: json && text ? JSON.parse(text) : undefined }
  }

  return {
    url,
    merchant,
    clock,
    services,
    call,
    newMerchant: (name = 'Another shop') => makeMerchant(services, name),
    ctx: (it = merchant, live = false) =>
      contextWith(services, { account: it.id, live, request_id: 'test' }, undefined),
    advance: async (ms) => {
      clock.advance(ms)
      await runDue(services)
    },
    close: async () => {
      // A connection whose last answer has ended meanwhile is kept for a next request otherwise.
      const sweep = setInterval(() => app.server.closeIdleConnections(), 20)
      await app.close()
      clearInterval(sweep)
      await services.committer.idle()
      await services.requests?.flush()
      await drop()
    },
  }
}
