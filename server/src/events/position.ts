import type { Reader } from '../platform/context.ts'
import { findLastReplay, findLastSeq, type HeardEvent, type Position } from './store.ts'

const shape = /^(\d{1,18})(?:\.(\d{1,18}))?$/

/** From now on. */
export async function lastPosition(reader: Reader): Promise<Position> {
  const [seq, replay] = await Promise.all([findLastSeq(reader), findLastReplay(reader)])
  return { seq, replay }
}

/**
 * What a listener said it has heard last: `124`, or `124.7` when that was the seventh replayed
 * event. Without the second number, replays are told from now on. Undefined when it is neither.
 */
export async function positionOf(reader: Reader, text: string): Promise<Position | undefined> {
  const [, seq, replay] = shape.exec(text) ?? []
  if (seq === undefined) return undefined
  return {
    seq: BigInt(seq),
    replay: replay === undefined ? await findLastReplay(reader) : BigInt(replay),
  }
}

/** The position of a listener who has heard this too. Pure. */
export const passed = (before: Position, { seq, replay }: HeardEvent): Position =>
  replay === null ? { ...before, seq } : { ...before, replay }

/** A position in words, as `positionOf` takes it, once this was heard at it. Pure. */
export const positionText = (at: Position, { replay }: HeardEvent): string =>
  replay === null ? `${at.seq}` : `${at.seq}.${at.replay}`
