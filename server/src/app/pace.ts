import { setTimeout as pause, setImmediate as turnOfOthers } from 'node:timers/promises'
import { limits } from '../kernel/limits.ts'

/** How the rows of one page are worked off. */
export interface Stride {
  /** Rows that are decided and written at once. */
  chunk: number
  /** Chunks that may still be on their way to the database while the next is read and decided. */
  ahead: number
}

/** How due work shares its machine with requests. */
export interface Pace {
  /** Rows that are read at once. */
  page: number
  stride(): Stride
  /** Lets requests go first, before so many rows are decided and written. */
  giveWay(rows: number): Promise<unknown>
}

/** In the thread of requests: those that came meanwhile go first. */
export const beside: Pace = {
  page: limits.due_batch,
  stride: () => ({ chunk: limits.due_chunk, ahead: 1 }),
  giveWay: () => turnOfOthers(),
}

const { due_per_second_aside: per_second, due_rest_aside: rest } = limits

/** So much delay is made up for, and no more: the rate is that of now. */
const arrears_ms = 100

/**
 * On a thread of its own, a little at a time and with a rest after each: the database has nothing
 * to do while the thread decides or rests, so that one of two processors is free for requests.
 * Where that is too slow for the rate, in large chunks, and neither waits for the other.
 */
export function aside(): Pace {
  let [began, due] = [performance.now(), performance.now()]
  return {
    page: limits.due_batch_aside,
    stride: () =>
      performance.now() < due + arrears_ms / 2
        ? { chunk: limits.due_chunk_aside, ahead: 0 }
        : { chunk: limits.due_chunk_late, ahead: 2 },
    async giveWay(rows) {
      const now = performance.now()
      const rest_ms = Math.min((now - began) * rest, due - now)
      due = Math.max(due, now - arrears_ms) + (rows / per_second) * 1000
      if (rest_ms > 0) await pause(rest_ms)
      began = performance.now()
    },
  }
}
