import assert from 'node:assert/strict'
import type { Answer, Json, Merchant, TestServer } from '../harness.ts'

/** A merchant as their program sees it: calls with a test key, and a clock that they move. */
export class Shop {
  readonly #server: TestServer
  readonly #key: string

  constructor(server: TestServer, merchant: Merchant) {
    this.#server = server
    this.#key = merchant.keys.stest
  }

  /** A call that is answered by this status, 200 unless told; or by another that may be. */
  async ask(
    what: string,
    path: string,
    it: { method?: string; body?: object; status?: number; or?: readonly number[] } = {},
  ): Promise<Answer> {
    const { method = 'POST', body, status = 200, or = [] } = it
    const answer = await this.#server.call(method, path, { key: this.#key, body })
    const said = `${what}: ${method} ${path} is answered ${answer.status} ${answer.text}`
    assert.ok([status, ...or].includes(answer.status), said)
    return answer
  }

  async read(path: string): Promise<Json> {
    return (await this.ask('read', path, { method: 'GET' })).body
  }

  /** All pages of a list. */
  async list(path: string, plural: string): Promise<Json[]> {
    const rows: Json[] = []
    for (;;) {
      const page = await this.read(`${path}?limit=100&start=${rows.length}`)
      rows.push(...page[plural])
      if (!page.range.has_more) {
        assert.equal(rows.length, page.range.count, `${path} counts what it lists`)
        return rows
      }
    }
  }

  /** Moves the clock to an instant, where it stands. What falls due on the way is done. */
  async comesTo(instant: string): Promise<void> {
    const body = { to: instant, frozen: true }
    await this.ask('clock', '/v2/sandbox/clock', { body })
  }
}
