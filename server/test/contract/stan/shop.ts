import assert from 'node:assert/strict'
import { Secret } from '../../../src/kernel/secret.ts'
import { payPayment } from '../../../src/payments/pay-payment.ts'
import type { PaymentParts } from '../../../src/payments/read-payment.ts'
import { settleAuthentication } from '../../../src/payments/settle-authentication.ts'
import { createCredentials } from '../../../src/stan/credentials.ts'
import { readStanPayment } from '../../../src/stan/read-payment.ts'
import type { Answer, Json, TestServer } from '../../harness.ts'

/** A client id and its secret. */
export interface Pair {
  id: string
  secret: string
}

export async function newPair(server: TestServer, account: string, live = false): Promise<Pair> {
  const { committer, vault, clock } = server.services
  const office = { committer, vault, now: clock.now() }
  const { row, secret } = await createCredentials(office, { account, live })
  return { id: row.id, secret: secret.reveal() }
}

export const basic = ({ id, secret }: Pair): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

export const return_url = 'https://shop.example/?wc-api=WC_Stan_Payment'

export const good = '4242424242424242'
export const refused = '4000000000000002'
export const challenged = '4000002760000016'

/** A merchant who calls the API of Stan. */
export function shopOf(server: TestServer, pair: Pair) {
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    server.call(method, path, {
      key: null,
      headers: { authorization: basic(pair) },
      ...(body !== undefined && { body }),
    })
  async function ok(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await call(method, path, body)
    assert.equal(answer.status, 200, answer.text)
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
    return answer.body
  }
  return {
    call,
    get: (path: string) => ok('GET', path),
    post: (path: string, body: unknown) => ok('POST', path, body),
    prepare: (more: object = {}): Promise<Json> =>
      ok('POST', '/v1/payments', { order_id: '42', amount: 1000, return_url, ...more }),
    read: (id: string): Promise<Json> => ok('GET', `/v1/payments/${id}`),
    readRefund: (id: string): Promise<Json> => ok('GET', `/v1/refunds/${id}`),
    /** One try of a payer by card, as the page makes it, who says yes where the bank asks. */
    async pay(payment_id: string, number = good): Promise<void> {
      const { authentication } = await this.payAsFarAsBank(payment_id, number)
      if (authentication?.status !== 'available') return
      await settleAuthentication(server.ctx(), { id: authentication.id, result: 'succeed' })
    },
    async payAsFarAsBank(payment_id: string, number: string): Promise<PaymentParts> {
      const ctx = server.ctx()
      const { payment } = await readStanPayment(ctx, payment_id)
      const card = { number: new Secret(number), exp_month: 12, exp_year: 2050 }
      return payPayment(ctx, {
        id: payment.id,
        method: {
          method: 'card',
          given: { ...card, same_card: 'reuse', loc: ['body', 'number'] },
          cvc: new Secret('123'),
        },
        auth_return_url: 'http://page.example',
        shown: payment,
      })
    },
  }
}
export type Shop = ReturnType<typeof shopOf>

/** Fails unless it is refused so, in the one shape of a refusal. */
export function assertRefused(answer: Answer, status: number, error: string, says: RegExp): void {
  assert.equal(answer.status, status, answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  assert.deepEqual(Object.keys(answer.body), ['error', 'error_description'])
  assert.equal(answer.body.error, error)
  assert.match(answer.body.error_description, says)
}
