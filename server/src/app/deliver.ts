import { setTimeout as pause } from 'node:timers/promises'
import type { Services } from '../dialects/operation-route.ts'
import { loggable } from '../platform/log.ts'
import { Courier } from './courier.ts'

/** Calls that are still under way this long after the stop are ended, and made again later. */
const grace_ms = 3000

/**
 * Delivers all that is due now, and what falls due by it: for a test or a command. Says how many
 * deliveries were begun or put behind others.
 */
export async function deliverDue(services: Services): Promise<number> {
  const courier = new Courier(services, new AbortController().signal)
  let done = 0
  for (let begun = -1; begun !== 0; done += begun) {
    begun = (await courier.look()) + (await courier.sweep())
    await courier.idle()
  }
  return done
}

/** Waits until there is something new, or for a while. */
class Doorbell {
  #rung = false
  #wake: () => void = () => {}

  ring(): void {
    this.#rung = true
    this.#wake()
  }

  async wait(ms: number): Promise<void> {
    if (!this.#rung) {
      const timer = new AbortController()
      const rung = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      // Ending the timer ends it by an error.
      await Promise.race([rung, pause(ms, undefined, { signal: timer.signal }).catch(() => {})])
      timer.abort()
    }
    this.#rung = false
  }
}

/**
 * Delivers to webhook endpoints: at once what this process tells, and each second what another did
 * or what is tried again. Any number of processes may do this at once. Answers how to stop: calls
 * under way may end for a moment, and what they have not told is told again.
 */
export function startDeliveries(services: Services, every_ms = 1000): () => Promise<void> {
  const stop = new AbortController()
  const calls = new AbortController()
  const door = new Doorbell()
  const courier = new Courier(services, calls.signal, () => door.ring())
  const deaf = services.outbox.listen(() => door.ring())
  const run = async () => {
    let swept_at = 0
    while (!stop.signal.aborted) {
      try {
        await courier.look()
        if (performance.now() - swept_at >= every_ms) {
          swept_at = performance.now()
          await courier.sweep()
        }
      } catch (error) {
        services.log.error({ ...loggable(error) }, 'deliveries could not be looked for')
        await pause(every_ms)
      }
      await door.wait(every_ms)
    }
  }
  const running = run()
  return async () => {
    stop.abort()
    deaf()
    door.ring()
    await running
    const cut = setTimeout(() => calls.abort(), grace_ms)
    await courier.idle()
    clearTimeout(cut)
  }
}
