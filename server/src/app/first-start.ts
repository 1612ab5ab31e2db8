import { createAccount } from '../accounts/create-account.ts'
import { type Account, listAccounts } from '../accounts/store.ts'
import type { Services } from '../dialects/operation-route.ts'

export interface Demo {
  account: Account
  secret: string
  public: string
}

/**
 * On an empty installation: makes an account to try things with. Of several processes that start
 * together on one database one makes it. Its keys are known here only.
 */
export async function makeDemo(services: Services): Promise<Demo | undefined> {
  const { db, committer, vault, clock } = services
  if ((await listAccounts(db)).length > 0) return undefined
  const claim = [{ scope: 'first_start', value: 'demo', owner: 'obole' }]
  const answer = await committer.commit({ account: 'obole', live: false, claim })
  if (answer === 'conflict') return undefined
  const office = { committer, vault, now: clock.now() }
  const { account, keys } = await createAccount(office, { name: 'Demo shop' })
  const reveal = (kind: 'secret' | 'public'): string =>
    keys.find(({ row }) => !row.live && row.kind === kind)?.key.reveal() ?? ''
  return { account, secret: reveal('secret'), public: reveal('public') }
}

/**
 * What the first start tells: enough to take a payment by pasting one line and opening one address.
 */
export function firstWords(api: string, demo: Demo): string {
  const intent = { amount: 1250, currency: 'eur', description: 'A first payment' }
  const curl =
    `curl ${api}/v2/payment_intents/ -u ${demo.secret}: ` +
    `-H 'content-type: application/json' -d '${JSON.stringify(intent)}'`
  return `
Obole is ready at ${api}

The account "${demo.account.name}" was made to try it. Its test keys, shown this once:

  secret  ${demo.secret}
  public  ${demo.public}

Ask for 12.50 euros:

${curl}

Open the "url" of its answer in a browser and pay with the card 4242 4242 4242 4242,
any date to come and any three digits; 4000 0025 0000 0003 goes through 3-D Secure.
No money moves in test mode.

An account of your own: npx obole accounts create --name "My shop"
`
}

/** What every later start tells. */
export function laterWords(api: string, accounts: readonly Account[]): string {
  const [first, ...others] = accounts
  const makeKey = `npx obole keys create --account ${first && !others.length ? first.id : 'ID'}`
  const hint = first
    ? `Keys are shown once, when they are made. Another one: ${makeKey}`
    : 'There is no account yet: npx obole accounts create --name "My shop"'
  return `\nObole is ready at ${api}\n${hint}\n`
}
