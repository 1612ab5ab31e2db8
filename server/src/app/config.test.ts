import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { generateMasterKey } from '@obole/vault/master-keys.js'
import { ConfigError, readConfig, settings, settingsHelp } from './config.ts'

const fault = (env: Record<string, string>): string => {
  try {
    readConfig(env)
  } catch (error) {
    assert(error instanceof ConfigError)
    return error.message
  }
  return ''
}

describe('the settings', () => {
  it('have the published values when the environment says nothing', () => {
    assert.deepEqual(readConfig({ PORT: '', OBOLE_API_ORIGIN: ' ' }), {
      host: '127.0.0.1',
      port: 8080,
      data_dir: './data',
      database_url: undefined,
      api_origin: undefined,
      payment_origin: undefined,
      stan_origin: undefined,
      threeds_origin: undefined,
      trust_proxy: false,
      master_key: undefined,
      cutoff: { time: '22:00', zone: 'Europe/Paris' },
      events_days: 400,
      requests_days: 30,
      log_level: 'info',
    })
  })

  const right: [string, string, keyof typeof settings, unknown][] = [
    ['HOST', '::1', 'host', '::1'],
    ['HOST', 'localhost', 'host', 'localhost'],
    ['PORT', '0', 'port', 0],
    ['PORT', '65535', 'port', 65_535],
    ['OBOLE_DATA_DIR', '/var/lib/obole', 'data_dir', '/var/lib/obole'],
    ['OBOLE_API_ORIGIN', 'https://API.example.org/', 'api_origin', 'https://api.example.org'],
    ['OBOLE_PAYMENT_ORIGIN', 'http://pay.test:81', 'payment_origin', 'http://pay.test:81'],
    ['OBOLE_TRUST_PROXY', 'TRUE', 'trust_proxy', true],
    ['OBOLE_TRUST_PROXY', '0', 'trust_proxy', false],
    ['OBOLE_CUTOFF', '03:30 UTC', 'cutoff', { time: '03:30', zone: 'UTC' }],
    ['OBOLE_EVENTS_DAYS', '30', 'events_days', 30],
    ['OBOLE_REQUESTS_DAYS', '0', 'requests_days', 0],
    ['LOG_LEVEL', 'silent', 'log_level', 'silent'],
  ]
  for (const [name, text, field, value] of right) {
    it(`take ${name}=${text}`, () => {
      assert.deepEqual(readConfig({ [name]: text })[field], value)
    })
  }

  const wrong: [string, string][] = [
    ['HOST', 'http://localhost'],
    ['HOST', '-x'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PORT', '-1'],
    ['DATABASE_URL', 'mysql://localhost/obole'],
    ['DATABASE_URL', 'localhost'],
    ['OBOLE_API_ORIGIN', 'https://example.org/api'],
    ['OBOLE_PAYMENT_ORIGIN', 'ftp://example.org'],
    ['OBOLE_THREEDS_ORIGIN', 'https://user@example.org'],
    ['OBOLE_API_ORIGIN', 'https://example.org/?'],
    ['OBOLE_TRUST_PROXY', 'maybe'],
    ['OBOLE_MASTER_KEY', 'short'],
    ['OBOLE_MASTER_KEY', '0'.repeat(64)],
    ['OBOLE_CUTOFF', '22:00'],
    ['OBOLE_CUTOFF', '24:00 Europe/Paris'],
    ['OBOLE_CUTOFF', '22:00 Europe/Nowhere'],
    ['OBOLE_CUTOFF', '22:00 Europe/Paris tomorrow'],
    ['OBOLE_EVENTS_DAYS', '29'],
    ['OBOLE_REQUESTS_DAYS', '1.5'],
    ['LOG_LEVEL', 'loud'],
  ]
  for (const [name, text] of wrong) {
    it(`refuse ${name}=${text}, and say which one it is`, () => {
      assert.match(fault({ [name]: text }), new RegExp(`^${name}: \\w`))
    })
  }

  it('are refused all at once, a line for each', () => {
    const all = fault({ PORT: 'x', LOG_LEVEL: 'loud', OBOLE_TRUST_PROXY: 'maybe' })
    assert.deepEqual(
      all.split('\n').map((line) => line.split(':')[0]),
      ['PORT', 'OBOLE_TRUST_PROXY', 'LOG_LEVEL'],
    )
  })

  it('never show a secret', () => {
    const key = generateMasterKey()
    const secret = { DATABASE_URL: 'postgres://me:hunter2@db/x', OBOLE_MASTER_KEY: key }
    const shown = inspect(readConfig(secret)) + JSON.stringify(readConfig(secret))
    assert(!shown.includes('hunter2') && !shown.includes(key))
    const refused = fault({ DATABASE_URL: 'mysql://me:hunter2@db/x', OBOLE_MASTER_KEY: `${key}x` })
    assert(!refused.includes('hunter2') && !refused.includes(key))
  })

  it('are all listed by the help, with what holds without them', () => {
    const help = settingsHelp().replace(/\s+/g, ' ')
    for (const it of Object.values(settings)) {
      assert(help.includes(`${it.env} ${it.says.slice(0, 20)}`), it.env)
      if ('otherwise' in it) assert(help.includes(`(default: ${it.otherwise})`), it.env)
    }
  })
})
