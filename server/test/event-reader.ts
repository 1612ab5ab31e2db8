import assert from 'node:assert/strict'
import type { Json } from './harness.ts'
import { until } from './obole-process.ts'

/** One server-sent event. */
export interface Frame {
  id: string
  event: string
  data: Json
}

export interface EventReader {
  status: number
  headers: Headers
  /** What has come so far. */
  frames: Frame[]
  /** The first frames, once there are so many. */
  first(count: number): Promise<Frame[]>
  /** Ends with the stream: false when it was cut. */
  ended: Promise<boolean>
  leave(): Promise<void>
}

function frameOf(block: string): Frame | undefined {
  const [, id, event, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? []
  if (id === undefined || event === undefined || data === undefined) {
    assert.match(block, /^: /)
    return undefined
  }
  return { id, event, data: JSON.parse(data) }
}

/** Follows a stream of events with a key. Answers once the server did. */
export async function followEvents(
  url: string,
  { key, query = '', last }: { key: string; query?: string; last?: string },
): Promise<EventReader> {
  const stop = new AbortController()
  const response = await fetch(`${url}/v2/events/stream${query}`, {
    signal: stop.signal,
    headers: { authorization: `Bearer ${key}`, ...(last && { 'last-event-id': last }) },
  })
  const frames: Frame[] = []
  const read = async (): Promise<boolean> => {
    let text = ''
    try {
      for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const blocks = (text + part).split('\n\n')
        text = blocks.pop() ?? ''
        frames.push(...blocks.flatMap((it) => frameOf(it) ?? []))
      }
      return true
    } catch {
      return false
    }
  }
  const ended = read()
  return {
    status: response.status,
    headers: response.headers,
    frames,
    first: async (count) => {
      await until(`${count} events come`, () => frames.length >= count)
      return frames.slice(0, count)
    },
    ended,
    leave: async () => {
      stop.abort()
      await ended
    },
  }
}
