import fs from 'node:fs'
import { NodeFS } from '@electric-sql/pglite/nodefs'

/**
 * The parts of the file system inside the engine that the class touches. They are internals: the
 * version is pinned.
 */
interface EngineModule {
  NODEFS: { stream_ops: { fsync?: (stream: EngineStream) => number } }
  FS: { isDir(mode: number): boolean; ErrnoError: new (errno: number) => Error }
}
interface EngineStream {
  nfd: number
  node: { mode: number }
}
type Init = NodeFS['init']

const EIO = 29

/**
 * A data folder of the host whose files are really synced when the engine asks for it. The engine's
 * own file system has no such operation: a commit would be acknowledged that a power cut takes
 * back.
 */
export class SyncedFs extends NodeFS {
  /** How often something was synced: what the tests, and the schedule of checkpoints, go by. */
  syncs = 0

  override async init(...[pglite, options]: Parameters<Init>): ReturnType<Init> {
    const { emscriptenOpts } = await super.init(pglite, options)
    const addSync = (module: unknown) => {
      const { NODEFS, FS } = module as EngineModule
      NODEFS.stream_ops.fsync = (stream) => {
        this.syncs++
        try {
          if (FS.isDir(stream.node.mode)) fs.fsyncSync(stream.nfd)
          else fs.fdatasyncSync(stream.nfd)
        } catch {
          throw new FS.ErrnoError(EIO)
        }
        return 0
      }
    }
    const preRun = [...(emscriptenOpts.preRun ?? []), addSync]
    return { emscriptenOpts: { ...emscriptenOpts, preRun } as typeof emscriptenOpts }
  }
}
