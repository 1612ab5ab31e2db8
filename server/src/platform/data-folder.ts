import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Who answers on this socket owns the folder. */
const SOCKET = 'obole.sock'
/** Held for the moment in which a process looks for an owner and, finding none, becomes it. */
const LATCH = 'obole.latch'
/** That moment takes milliseconds: a latch this old was left by a process that died in it. */
const LATCH_STALE_MS = 5_000
/** What fits into a socket address on every system (104 bytes on macOS), with some room. */
const LONGEST_ADDRESS = 100

export interface Owner {
  role: 'owner'
  /** Called with each connection from another process; until it is set they wait. */
  serve(welcome: (socket: Socket) => void): void
  /** Gives the folder up. Only when nothing has it open any more. */
  release(): Promise<void>
}
export interface Guest {
  role: 'guest'
  connect(): Socket
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

/**
 * Runs with a path of the socket that is short enough for an address, through a private link if
 * need be.
 */
const withAddress = <T>(folder: string, use: (address: string) => T): [T, () => void] => {
  const path = join(folder, SOCKET)
  if (Buffer.byteLength(path) <= LONGEST_ADDRESS) return [use(path), () => {}]
  const shelter = mkdtempSync(join(tmpdir(), 'obole-'))
  symlinkSync(folder, join(shelter, 'd'))
  const remove = () => rmSync(shelter, { recursive: true, force: true })
  return [use(join(shelter, 'd', SOCKET)), remove]
}

const connectTo = (folder: string): Socket => {
  const [socket, forget] = withAddress(folder, (address) => createConnection(address))
  socket.once('connect', forget).once('close', forget)
  return socket
}

/**
 * Whether somebody answers: the owner, nobody behind a leftover socket, or there is no socket at
 * all.
 */
const probe = (folder: string): Promise<'owned' | 'stale' | 'free'> =>
  new Promise((answer, reject) => {
    const socket = connectTo(folder)
    socket.once('connect', () => {
      socket.destroy()
      answer('owned')
    })
    socket.once('error', (error) => {
      const code = codeOf(error)
      if (code === 'ECONNREFUSED') answer('stale')
      else if (code === 'ENOENT') answer('free')
      // The queue of an owner that is busy starting is full.
      else if (code === 'EAGAIN') answer('owned')
      else reject(error)
    })
  })

const listen = (server: Server, folder: string): Promise<() => void> =>
  new Promise((done, reject) => {
    const [, forget] = withAddress(folder, (path) => server.listen({ path, backlog: 511 }))
    server.once('error', (error) => {
      forget()
      reject(error)
    })
    server.once('listening', () => {
      server.removeAllListeners('error')
      chmodSync(join(folder, SOCKET), 0o600)
      done(forget)
    })
  })

const tryLatch = (path: string): boolean => {
  try {
    closeSync(openSync(path, 'wx', 0o600))
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  if (since !== undefined && Date.now() - since > LATCH_STALE_MS) rmSync(path, { force: true })
  return false
}

/**
 * One process at a time. Everything from the look to the listening socket stands under it: a socket
 * that is bound and does not listen yet looks like one that a dead process has left.
 */
const latched = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  const path = join(folder, LATCH)
  while (!tryLatch(path)) await pause(2 + Math.random() * 10)
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

const own = async (folder: string): Promise<Owner> => {
  const waiting: Socket[] = []
  let welcome = (socket: Socket): void => {
    waiting.push(socket)
  }
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    welcome(socket)
  })
  const forget = await listen(server, folder)
  return {
    role: 'owner',
    serve(next) {
      welcome = next
      for (const socket of waiting.splice(0)) next(socket)
    },
    release: () =>
      new Promise((done) => {
        welcome = (socket) => socket.destroy()
        for (const socket of waiting.splice(0)) socket.destroy()
        // Closing removes the socket file first: the next owner is never mistaken for us.
        server.close(() => {
          forget()
          done()
        })
      }),
  }
}

/**
 * Makes this process the owner of the folder, or a guest of the process that owns it. Ownership is
 * a listening socket in the folder, which the system takes away with the process however that ends;
 * a leftover file answers nobody and is replaced at once.
 */
export const claimDataFolder = async (data_dir: string): Promise<Owner | Guest> => {
  const folder = resolve(data_dir)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const guest: Guest = { role: 'guest', connect: () => connectTo(folder) }
  if ((await probe(folder)) === 'owned') return guest
  return latched(folder, async () => {
    const found = await probe(folder)
    if (found === 'owned') return guest
    if (found === 'stale') rmSync(join(folder, SOCKET), { force: true })
    return own(folder)
  })
}
