import { once } from 'node:events'
import type { Config } from './config.ts'
import { type OpenedServices, openServices } from './open-services.ts'

/**
 * What commands say. With --json that is one document on standard output, and nothing beside it.
 */
export function say(json: boolean | undefined, document: unknown, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(document) : text}\n`)
}

const isReadOn = new WeakSet<object>()

/** Writes to standard output as fast as it is read. Who reads may stop early, as `head` does. */
export async function write(text: string): Promise<void> {
  const { stdout } = process
  if (!isReadOn.has(stdout)) {
    isReadOn.add(stdout)
    stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1))
  }
  if (!stdout.write(text)) await once(stdout, 'drain')
}

/** Rows under their headings, in columns. */
export function columns(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows]
  const widths = headings.map((_, n) => Math.max(...all.map((row) => row[n]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Opens everything for one piece of work, beside a running server or alone. */
export async function withServices<T>(
  config: Config,
  work: (services: OpenedServices) => Promise<T>,
): Promise<T> {
  const services = await openServices(config)
  try {
    return await work(services)
  } finally {
    await services.close()
  }
}
