import type { TestServer } from './harness.ts'

/** Brings a server to the next of these hours of its bank, and does what falls due on the way. */
export function comesTo(
  { services, clock, advance }: TestServer,
  hour: 'cutoffAfter' | 'bookingAfter' | 'payoutAfter',
): Promise<void> {
  const now = clock.now()
  return advance(services.bankDays[hour](now).getTime() - now.getTime())
}
