import type { FastifyInstance } from 'fastify'

/** Where a process is killed over a request. */
export const points = [
  'before the read',
  'after the decision',
  'during the commit',
  'after the commit',
  'on the way of a clock',
  'after the answer',
] as const
export type Point = (typeof points)[number]

export const clock_goes_to = '2030-01-01T00:00:00.000Z'

const card = { number: '4242424242424242', exp_month: 12, exp_year: 2040, cvc: '123' }

interface Heard {
  status: number
  text: string
  replayed: boolean
}

/** What a process tells before it is killed. */
export interface ToldOnce {
  /** The key of the account of each request. */
  secrets?: Record<Point, string>
  /** To the one request that was answered. */
  answer?: Heard
}

/** Sends the request of a point, which is the same each time. */
export async function ask(app: FastifyInstance, secret: string, point: Point): Promise<Heard> {
  const [url, payload] =
    point === 'on the way of a clock'
      ? ['/v2/sandbox/clock', { to: clock_goes_to, frozen: true }]
      : ['/v2/payments/', { amount: 100, order_id: point, card }]
  const headers = { authorization: `Bearer ${secret}`, 'idempotency-key': point }
  const reply = await app.inject({ method: 'POST', url, headers, payload })
  const replayed = reply.headers['idempotent-replayed'] === 'true'
  return { status: reply.statusCode, text: reply.body, replayed }
}
