import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rename, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { engines } from '../../test/database.ts'
import {
  bearing,
  createHome,
  type Home,
  type RunningServer,
  runObole,
  startObole,
  statusOf,
  until,
} from '../../test/obole-process.ts'

interface Shop {
  id: string
  name: string
  keys: Record<'stest' | 'ptest' | 'sprod' | 'pprod', string>
}

const keyPattern = /\b[sp](test|prod)_\w{24}\b/

for (const engine of engines) {
  describe(`obole on ${engine}`, () => {
    let home: Home
    let server: RunningServer
    let shop: Shop
    before(async () => {
      home = await createHome(engine)
      server = await startObole(home.env)
      shop = await json('accounts', 'create', '--name', 'A shop')
    })
    after(async () => {
      await server.stop()
      await home.drop()
    })

    const run = (...args: string[]) => runObole(args, home.env)
    const json = async (...args: string[]) => {
      const { code, stdout, stderr } = await run(...args, '--json')
      assert.equal(code, 0, stderr)
      assert.equal(stderr, '')
      return JSON.parse(stdout)
    }

    it('shows at its first start a line that asks for a payment when it is pasted', async () => {
      const { stdout } = server.output
      const [, address, key, body] =
        /^curl (\S+) -u (\w+): -H 'content-type: application\/json' -d '(.+)'$/m.exec(stdout) ?? []
      assert(address && key && body, stdout)
      const answer = await fetch(address, { method: 'POST', headers: bearing(key), body })
      assert.equal(answer.status, 200)
      const { url } = (await answer.json()) as { url: string }
      assert(url.startsWith(`${server.url}/`), url)
    })

    it('makes accounts while the server runs, whose four keys work at once', async () => {
      const { id, name, keys } = shop
      assert.match(id, /^acct_\w{24}$/)
      assert.equal(name, 'A shop')
      assert.deepEqual(Object.keys(keys), ['stest', 'ptest', 'sprod', 'pprod'])
      for (const [prefix, key] of Object.entries(keys)) {
        assert.match(String(key), new RegExp(`^${prefix}_\\w{24}$`))
      }
      assert.equal(await statusOf(server.url, keys.stest), 200)
      assert.equal(await statusOf(server.url, keys.sprod), 200)
      assert.equal(await statusOf(server.url, keys.ptest), 401)
      const listed = await json('accounts', 'list')
      assert(listed.some((it: { id: string }) => it.id === id))
    })

    it('never lists a key', async () => {
      const { stdout } = await run('keys', 'list', '--account', shop.id)
      assert.match(stdout, /stest_…/)
      assert.doesNotMatch(stdout, keyPattern)
      const listed = await json('keys', 'list', '--account', shop.id)
      assert.equal(listed.length, 4)
      assert.doesNotMatch(JSON.stringify(listed), keyPattern)
    })

    it('ends a key, named by itself or by its id, within two seconds', async () => {
      const create = ['keys', 'create', '--account', shop.id]
      const byItself = await json(...create)
      const byId = await json(...create, '--mode', 'live')
      assert.match(byItself.key, /^stest_\w{24}$/)
      assert.match(byId.key, /^sprod_\w{24}$/)
      for (const [key, name] of [
        [byItself.key, byItself.key],
        [byId.key, byId.id],
      ]) {
        assert.equal(await statusOf(server.url, key), 200)
        await json('keys', 'revoke', name)
        const gone = async () => (await statusOf(server.url, key)) === 401
        await until('the key is refused', gone, 2000)
      }
      assert.equal(await statusOf(server.url, shop.keys.sprod), 200)
    })

    it('takes no live payment without a processor, and says so', async () => {
      const { keys } = shop
      const card = { number: '4242424242424242', exp_month: 1, exp_year: 2050, cvc: '123' }
      const answer = await fetch(`${server.url}/v2/payments/`, {
        method: 'POST',
        headers: bearing(keys.sprod),
        body: JSON.stringify({ amount: 100, card }),
      })
      assert(answer.status >= 400 && answer.status < 500)
      assert.match(await answer.text(), /Live payments need a configured processor/)
    })

    it('says in one line what went wrong, without the key that was named', async () => {
      const missing = await run('keys', 'create', '--account', 'acct_nobody')
      assert.deepEqual([missing.code, missing.stdout], [1, ''])
      assert.match(missing.stderr, /^obole: There is no account acct_nobody.*\n$/)
      const nobodys = await run('keys', 'revoke', `stest_${'a'.repeat(24)}`)
      assert.equal(nobodys.code, 1)
      assert.match(nobodys.stderr, /^obole: There is no such key.*\n$/)
    })

    if (engine === 'embedded') {
      it('makes, lists and ends a client id and secret of Stan, which call its API', async () => {
        const { client_id, client_secret } = await json(
          ...['keys', 'create', '--account', shop.id, '--kind', 'stan'],
        )
        const authorization = `Basic ${btoa(`${client_id}:${client_secret}`)}`
        const statusNow = async () =>
          (await fetch(`${server.url}/v1/payments`, { headers: { authorization } })).status
        assert.equal(await statusNow(), 200)
        const { stdout } = await run('keys', 'list', '--account', shop.id)
        assert.match(stdout, new RegExp(`${client_id} +stan test …${client_secret.slice(-4)}`))
        assert.doesNotMatch(stdout, new RegExp(client_secret))
        await json('keys', 'revoke', client_id)
        await until('the pair is refused', async () => (await statusNow()) === 401, 2000)
      })

      it('refuses a port that is taken', async () => {
        const other = await createHome(engine)
        const { port } = new URL(server.url)
        const { code, stderr } = await runObole(['start'], { ...other.env, PORT: port })
        await other.drop()
        assert.equal(code, 1)
        assert.match(stderr, /^obole: Port \d+ of 127.0.0.1 is taken: set PORT to another one\n$/)
      })

      it('refuses a second server on the folder', async () => {
        const { code, stderr } = await run('start')
        assert.equal(code, 1)
        assert.match(stderr, /^obole: Another Obole is running on this data folder .*\n$/)
      })

      it('keeps its master key for its owner only', async () => {
        assert.equal((await stat(join(home.data_dir, 'master.key'))).mode & 0o777, 0o600)
      })
    }

    it('finishes a running request after SIGTERM, takes no other, and ends well', async () => {
      const { keys } = shop
      const { hostname, port } = new URL(server.url)
      const socket = connect(Number(port), hostname)
      let answer = ''
      socket.on('data', (bytes) => {
        answer += bytes
      })
      await once(socket, 'connect')
      const body = '{"email":"late@example.org"}'
      socket.write(
        `POST /v2/customers/ HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${keys.stest}\r\n` +
          `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body[0]}`,
      )
      // Answered after it on another connection: so the server has begun to read the first.
      await statusOf(server.url, keys.stest)
      const ended = server.stop()
      const refuses = () =>
        fetch(`${server.url}/healthz`).then(
          (it) => it.status === 503,
          () => true,
        )
      await until('no other request is taken', refuses)
      socket.write(body.slice(1))
      const written_at = performance.now()
      await once(socket, 'close')
      assert.match(answer, /^HTTP\/1\.1 200 /)
      const { code, stderr } = await ended
      assert.deepEqual([code, stderr], [0, ''])
      assert(
        performance.now() - written_at < 30_000,
        'it does not wait for connections without work',
      )
      server = await startObole(home.env)
      const list = await fetch(`${server.url}/v2/customers/`, { headers: bearing(keys.stest) })
      assert.match(await list.text(), /late@example\.org/)
    })

    it('shows no key at a later start', async () => {
      await server.stop()
      server = await startObole(home.env)
      assert.doesNotMatch(server.output.stdout, keyPattern)
      assert.match(server.output.stdout, /obole keys create --account/)
    })

    it('does not start with another master key, or without the one it had', async () => {
      await server.stop()
      const file = join(home.data_dir, 'master.key')
      await rename(file, `${file}.away`)
      const without = await run('start')
      assert.equal(without.code, 1)
      assert.match(without.stderr, /^obole: The master key of this database is missing\..*\n$/)
      const OBOLE_MASTER_KEY = Buffer.from(crypto.getRandomValues(new Uint8Array(32)))
      const env = { ...home.env, OBOLE_MASTER_KEY: OBOLE_MASTER_KEY.toString('base64') }
      const other = await runObole(['start'], env)
      assert.equal(other.code, 1)
      assert.match(other.stderr, /^obole: OBOLE_MASTER_KEY does not open this database: .*\n$/)
      await rename(`${file}.away`, file)
      server = await startObole(home.env)
    })
  })
}

describe('obole', () => {
  const nowhere = { OBOLE_DATA_DIR: '/dev/null/nowhere' }

  it('answers a wrong call by 2, before it touches anything', async () => {
    for (const args of ['keys create', 'nonsense', 'accounts create --name=', 'keys revoke']) {
      const { code, stdout, stderr } = await runObole(args.split(' '), nowhere)
      assert.deepEqual([code, stdout], [2, ''], args)
      assert.notEqual(stderr, '')
    }
    const wrong = await runObole(['start'], { ...nowhere, PORT: 'x', LOG_LEVEL: 'loud' })
    assert.equal(wrong.code, 2)
    assert.equal(wrong.stderr.trim().split('\n').length, 2)
  })

  it('explains each command', async () => {
    const commands = ['start', 'accounts create', 'keys revoke', 'ledger verify', 'vault rotate']
    for (const args of [...commands, 'version']) {
      const { code, stdout } = await runObole([...args.split(' '), '--help'], nowhere)
      assert.equal(code, 0)
      assert.match(stdout, /--json/)
    }
  })
})
