import { isIP } from 'node:net'
import { parseMasterKeys } from '@obole/vault/master-keys.js'
import { limits } from '../kernel/limits.ts'
import { Secret } from '../kernel/secret.ts'
import { type LogLevel, logLevels } from '../platform/log.ts'
import { parseCutoff } from '../processors/bank-days.ts'

/** One thing that the environment may say. */
interface Setting<T> {
  env: string
  /**
   * What holds when it is absent or empty, as text; undefined where absence itself says something.
   */
  otherwise?: string
  says: string
  /**
   * Throws an Error that says what is wrong, as the end of a sentence, and never shows a secret.
   */
  read(text: string): T
}

const host = (text: string): string => {
  const name = /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i
  if (isIP(text) || (name.test(text) && text.length < 254)) return text
  throw new Error('must be an IP address or the name of a host')
}

const port = (text: string): number => {
  const value = Number(text)
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value
  throw new Error('must be a whole number from 0 to 65535 (0: any free port)')
}

const urlOf = (text: string, protocols: readonly string[]): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.host && protocols.includes(url.protocol) ? url : undefined
}

const databaseUrl = (text: string): Secret<string> => {
  if (urlOf(text, ['postgres:', 'postgresql:'])) return new Secret(text)
  throw new Error('must look like postgres://user:password@host:5432/database')
}

const origin = (text: string): string => {
  const url = urlOf(text, ['http:', 'https:'])
  if (url && [url.origin, `${url.origin}/`].includes(url.href)) return url.origin
  throw new Error('must be an http or https origin without a path, like https://pay.example.org')
}

const yesOrNo = (text: string): boolean => {
  if (['true', '1', 'yes'].includes(text.toLowerCase())) return true
  if (['false', '0', 'no'].includes(text.toLowerCase())) return false
  throw new Error('must be true or false')
}

const masterKeys = (text: string): Secret<string> => {
  parseMasterKeys(text)
  return new Secret(text)
}

const days =
  (least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d{1,4}$/.test(text) && value >= least) return value
    throw new Error(`must be a whole number of days from ${least} to 9999`)
  }

const logLevel = (text: string): LogLevel => {
  const level = logLevels.find((it) => it === text)
  if (level) return level
  throw new Error(`must be one of ${logLevels.join(', ')}`)
}

const setting = <T>(env: string, otherwise: string, read: (text: string) => T, says: string) => ({
  env,
  otherwise,
  says,
  read,
})
const optional = <T>(env: string, read: (text: string) => T, says: string) => ({ env, says, read })

/**
 * Everything that the environment may say: what is read, checked, shown by `--help` and documented.
 */
export const settings = {
  host: setting('HOST', '127.0.0.1', host, 'address to listen on'),
  port: setting('PORT', '8080', port, 'port to listen on'),
  data_dir: setting(
    'OBOLE_DATA_DIR',
    './data',
    (text) => text,
    'folder of the embedded database and of the master key that is made when none is given',
  ),
  database_url: optional(
    'DATABASE_URL',
    databaseUrl,
    'PostgreSQL server (14 or newer) to use instead of the embedded database',
  ),
  api_origin: optional(
    'OBOLE_API_ORIGIN',
    origin,
    'what addresses of the API begin with; by default as the request came',
  ),
  payment_origin: optional(
    'OBOLE_PAYMENT_ORIGIN',
    origin,
    'the same for the payment page, like https://pay.example.org',
  ),
  threeds_origin: optional('OBOLE_THREEDS_ORIGIN', origin, 'the same for the pages of 3-D Secure'),
  stan_origin: optional(
    'OBOLE_STAN_ORIGIN',
    origin,
    'where all of /v1 is the API of Stan, like https://stan.example.org; elsewhere its calls are ' +
      'known by their credentials',
  ),
  trust_proxy: setting(
    'OBOLE_TRUST_PROXY',
    'false',
    yesOrNo,
    'whether the forwarded headers of a proxy in front are believed',
  ),
  master_key: optional(
    'OBOLE_MASTER_KEY',
    masterKeys,
    '32 random bytes in base64 or hexadecimal that protect card numbers and IBANs; several with ' +
      'commas while they are rotated, the new one first. Without it a key is made in the data ' +
      'folder, which is for test mode: live payments need this one',
  ),
  cutoff: setting(
    'OBOLE_CUTOFF',
    '22:00 Europe/Paris',
    parseCutoff,
    "the bank's cut-off, a time and a zone: what waits for its capture is sent then, each day",
  ),
  events_days: setting(
    'OBOLE_EVENTS_DAYS',
    `${limits.events_days}`,
    days(30),
    'how long events are kept',
  ),
  requests_days: setting(
    'OBOLE_REQUESTS_DAYS',
    `${limits.requests_days}`,
    days(0),
    'how long calls of the API are kept for support, without secrets; 0 keeps none',
  ),
  log_level: setting('LOG_LEVEL', 'info', logLevel, logLevels.join(', ')),
}

type Settings = typeof settings
type Read<S> = S extends { read(text: string): infer T }
  ? S extends { otherwise: string }
    ? T
    : T | undefined
  : never
export type Config = { [K in keyof Settings]: Read<Settings[K]> }

/** The environment says something that cannot be meant. One line for each fault. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
  }
}

/**
 * Reads and checks all settings. An empty one counts as absent. Throws ConfigError with every
 * fault.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = []
  const read = ({ env: name, otherwise, read }: Setting<unknown>): unknown => {
    const text = env[name]?.trim() || otherwise
    try {
      return text === undefined ? undefined : read(text)
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`)
      return undefined
    }
  }
  const entries = Object.entries(settings).map(([field, it]) => [field, read(it)])
  if (faults.length > 0) throw new ConfigError(faults)
  return Object.fromEntries(entries) as Config
}

const nameWidth = 24
const textWidth = 70

/** Broken into lines between words. */
const wrapped = (text: string): string[] =>
  text.match(new RegExp(`.{1,${textWidth}}(?= |$)`, 'g'))?.map((it) => it.trim()) ?? []

/** The settings as `obole start --help` lists them. */
export function settingsHelp(): string {
  const list: Setting<unknown>[] = Object.values(settings)
  const lines = list.flatMap(({ env, otherwise, says }) => {
    const all = otherwise === undefined ? says : `${says} (default: ${otherwise})`
    return wrapped(all).map((line, n) => `  ${(n ? '' : env).padEnd(nameWidth)}${line}`)
  })
  return ['', 'Environment:', ...lines].join('\n')
}
