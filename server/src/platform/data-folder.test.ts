import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { claimDataFolder } from './data-folder.ts'

const program = fileURLToPath(new URL('../../test/programs/claim-folder.js', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'obole-folder-'))
after(() => rmSync(root, { recursive: true, force: true }))

const tell = async (child: ChildProcess, message: object): Promise<{ role?: string }> => {
  child.send(message)
  const [answer] = await once(child, 'message')
  return answer
}

/** Leaves the socket file of an owner that is no more. */
const leaveStaleSocket = async (folder: string) => {
  mkdirSync(folder, { recursive: true })
  const server = createServer().listen(join(folder, 'gone.sock'))
  await once(server, 'listening')
  linkSync(join(folder, 'gone.sock'), join(folder, 'obole.sock'))
  await new Promise((done) => server.close(done))
}

describe('the data folder', { timeout: 300_000 }, () => {
  const children: ChildProcess[] = []
  before(() => children.push(fork(program), fork(program)))
  after(() => {
    for (const child of children) child.kill('SIGKILL')
  })

  it('is private to its user, and so is the socket in it', async () => {
    const folder = join(root, 'private')
    mkdirSync(folder, { mode: 0o755 })
    const owner = await claimDataFolder(folder)
    assert.equal(owner.role, 'owner')
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(join(folder, 'obole.sock')).mode & 0o777, 0o600)
    if (owner.role === 'owner') await owner.release()
    assert.deepEqual(readdirSync(folder), [])
  })

  it('has one owner, whose guests reach it, until it is released', async () => {
    const folder = join(root, 'shared')
    const owner = await claimDataFolder(folder)
    const guest = await claimDataFolder(folder)
    assert.ok(owner.role === 'owner' && guest.role === 'guest')
    owner.serve((socket) => socket.pipe(socket))
    const socket = guest.connect()
    socket.write('ping')
    assert.equal(String((await once(socket, 'data'))[0]), 'ping')
    socket.destroy()
    await owner.release()
    const next = await claimDataFolder(folder)
    assert.ok(next.role === 'owner')
    await next.release()
  })

  it('may have a path longer than a socket address', async () => {
    const folder = join(root, 'long'.repeat(40))
    const owner = await claimDataFolder(folder)
    const guest = await claimDataFolder(folder)
    assert.ok(owner.role === 'owner' && guest.role === 'guest')
    owner.serve((socket) => socket.end('hello'))
    const socket = guest.connect()
    assert.equal(String((await once(socket, 'data'))[0]), 'hello')
    socket.destroy()
    await owner.release()
  })

  it('is never owned by both of two processes that find a dead owner', async () => {
    for (let round = 0; round < 20; round++) {
      const folder = join(root, `race-${round}`)
      if (round % 2 === 0) await leaveStaleSocket(folder)
      const answers = await Promise.all(children.map((child) => tell(child, { claim: folder })))
      assert.deepEqual(answers.map(({ role }) => role).sort(), ['guest', 'owner'], `round ${round}`)
      await Promise.all(children.map((child) => tell(child, { release: true })))
    }
  })

  it('is free at once when its owner is killed', async () => {
    const folder = join(root, 'killed')
    for (let round = 0; round < 3; round++) {
      const child = fork(program)
      assert.equal((await tell(child, { claim: folder })).role, 'owner')
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    const started = performance.now()
    const owner = await claimDataFolder(folder)
    assert.ok(owner.role === 'owner')
    assert.ok(performance.now() - started < 20_000)
    await owner.release()
  })
})
