import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { unixSeconds } from '../../../src/kernel/time.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { assertInvalid, assertRefused, faultOf } from './answers.ts'
import { type Client, clientOf, disputedCard } from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

/** A dispute that was just opened. */
async function opened(): Promise<Json> {
  const { id } = await client.post('/v2/payments/', { amount: 1000, card: disputedCard })
  const [dispute] = await client.get(`/v2/payments/${id}/disputes`)
  return dispute
}

const give = (id: string, body: unknown) =>
  server.call('POST', `/v2/disputes/${id}/evidence`, { body })

const note = { name: 'note.txt', type: 'text/plain', content: 'bm90ZQ==' }
const pngBytes = Buffer.from('89504e470d0a1a0a0000', 'hex')
const png = { name: 'signé.png', type: 'image/png', content: pngBytes.toString('base64') }

describe('evidence', () => {
  it('is submitted at once, and given back as it came', async () => {
    const { id, created } = await opened()
    const before = unixSeconds(server.clock.now())
    const answer = await client.post(`/v2/disputes/${id}/evidence`, {
      text: 'It was delivered 😀',
      files: [note, png],
    })
    const { due_at, submitted_at, text, files } = answer
    assert.equal(due_at, created + 14 * 24 * 3600)
    assert.ok(submitted_at >= before)
    assert.equal(text, 'It was delivered 😀')
    assert.deepEqual(
      files.map(({ id: _, ...file }: Json) => file),
      [
        { name: 'note.txt', type: 'text/plain', size: 4 },
        { name: 'signé.png', type: 'image/png', size: 10 },
      ],
    )
    assert.deepEqual(await client.get(`/v2/disputes/${id}/evidence`), answer)
    assert.equal((await client.get(`/v2/disputes/${id}`)).status, 'evidence_sent')
    for (const [n, given] of [note, png].entries()) {
      assert.match(files[n].id, /^evdc_[a-zA-Z0-9]{24}$/)
      const read = await client.get(`/v2/disputes/${id}/evidence/${files[n].id}`)
      assert.deepEqual(read, { ...files[n], content: given.content })
    }
  })

  it('may be kept as a draft: files add up, a text takes the place of the last', async () => {
    const { id } = await opened()
    const draft = (body: object) =>
      client.post(`/v2/disputes/${id}/evidence`, { ...body, submit: false })
    const first = await draft({ text: 'first', files: [note] })
    assert.deepEqual([first.submitted_at, first.text], [null, 'first'])
    assert.equal((await client.get(`/v2/disputes/${id}`)).status, 'evidence_pending')
    const second = await draft({ files: [png, png] })
    assert.deepEqual([second.text, second.files.length], ['first', 3])
    const third = await draft({ text: 'third' })
    assert.deepEqual([third.text, third.files], ['third', second.files])
    const sent = await client.post(`/v2/disputes/${id}/evidence`, {})
    assert.deepEqual({ ...sent, submitted_at: null }, third)
    assert.equal((await client.get(`/v2/disputes/${id}`)).status, 'evidence_sent')
  })

  it('is a text or a file at least, or a draft that is there', async () => {
    const { id } = await opened()
    const empty = [{}, { submit: true }, { submit: false }, { files: [] }, { text: null }]
    for (const body of empty) assertInvalid(await give(id, body), ['body', '__root__'])
    assertInvalid(await give(id, { text: '' }), ['body', 'text'])
    await client.post(`/v2/disputes/${id}/evidence`, { text: 'draft', submit: false })
    assertInvalid(await give(id, { submit: false }), ['body', '__root__'])
  })

  it('cannot be given once it was submitted', async () => {
    const { id } = await opened()
    await client.post(`/v2/disputes/${id}/evidence`, { text: 'delivered' })
    for (const body of [{ text: 'more' }, { text: 'more', submit: false }, { files: [note] }, {}]) {
      assertInvalid(await give(id, body), ['body', '__root__'])
    }
    const { text, files } = await client.get(`/v2/disputes/${id}/evidence`)
    assert.deepEqual([text, files], ['delivered', []])
  })

  it('cannot be given after its deadline', async () => {
    const { id } = await opened()
    await server.advance(14 * 24 * 3600 * 1000)
    assert.equal((await client.get(`/v2/disputes/${id}`)).status, 'out_of_time')
    assertInvalid(await give(id, { text: 'late' }), ['body', '__root__'])
    const answer = await client.call('POST', `/v2/disputes/${id}/accept`)
    assertInvalid(answer, ['body', '__root__'])
  })

  it('of another dispute or account is not there', async () => {
    const [mine, other] = [await opened(), await opened()]
    const { files } = await client.post(`/v2/disputes/${mine.id}/evidence`, { files: [note] })
    const path = `evidence/${files[0].id}`
    const missing = await client.call('GET', `/v2/disputes/${other.id}/${path}`)
    assertRefused(missing, 404, `Evidence \`${files[0].id}\` not found`)
    const stranger = clientOf(server, (await server.newMerchant()).keys.stest)
    const text = `Dispute \`${mine.id}\` not found`
    for (const it of ['evidence', path]) {
      assertRefused(await stranger.call('GET', `/v2/disputes/${mine.id}/${it}`), 404, text)
    }
    for (const it of ['evidence', 'accept']) {
      const body = { text: 'x' }
      const answer = await stranger.call('POST', `/v2/disputes/${mine.id}/${it}`, { body })
      assertRefused(answer, 404, text)
    }
    // The id of a text is no file.
    const [row] = await server.services.db.query<{ id: string }>(
      'select id from evidence where text is not null limit 1',
    )
    const answer = await client.call('GET', `/v2/disputes/${mine.id}/evidence/${row?.id}`)
    assertRefused(answer, 404, `Evidence \`${row?.id}\` not found`)
  })
})

describe('hostile evidence', () => {
  const base64 = (bytes: number) => Buffer.alloc(bytes, 'a').toString('base64')
  const files = ['body', 'files']
  const content = [...files, 0, 'content']
  const name = [...files, 0, 'name']

  const cases: [title: string, files: unknown, loc: (string | number)[]][] = [
    ['a content of another type', [{ ...note, type: 'application/pdf' }], content],
    ['a page as a picture', [{ ...png, content: btoa('<script>alert(1)</script>') }], content],
    ['a type that is not taken', [{ ...note, type: 'text/html' }], [...files, 0, 'type']],
    ['NUL in a text', [{ ...note, content: btoa('a\0b') }], content],
    ['a path', [{ ...note, name: '../../etc/passwd' }], name],
    ['a path of Windows', [{ ...note, name: 'C:\\a.txt' }], name],
    ['a control character in a name', [{ ...note, name: 'a\r\nb' }], name],
    ['NUL in a name', [{ ...note, name: 'a\0.txt' }], name],
    ['a name without end', [{ ...note, name: 'a'.repeat(256) }], name],
    ['eleven files', Array(11).fill(note), files],
    ['a file that is too big', [{ ...note, content: base64(122_881) }], content],
    ['files that are too big together', Array(2).fill({ ...note, content: base64(61_500) }), files],
    ['no files but a file', note, files],
  ]
  for (const it of ['bm90ZQ', 'bm90ZQ=', 'bm9*ZQ==', 'bm90\nZQ==', 'bm90ZR==', '====', 'b-_0']) {
    cases.push([`${JSON.stringify(it)} for base64`, [{ ...note, content: it }], content])
  }

  for (const [title, given, loc] of cases) {
    it(`is refused in its place, and none of it is kept: ${title}`, async () => {
      const { id } = await opened()
      assert.deepEqual(faultOf(await give(id, { text: 'x', files: given })).loc, loc)
      const { text, files } = await client.get(`/v2/disputes/${id}/evidence`)
      assert.deepEqual([text, files], [null, []])
      assert.equal((await client.get(`/v2/disputes/${id}`)).status, 'open')
    })
  }

  it('beyond the length of a body is refused as such', async () => {
    const { id } = await opened()
    const big = { ...note, content: base64(250 * 1024) }
    const answer = await give(id, { files: [big] })
    assert.equal(answer.status, 413)
    assert.deepEqual(Object.keys(answer.body), ['error'])
  })

  it('at each of the bounds is taken', async () => {
    const { id } = await opened()
    const most = { text: '😀'.repeat(20_000), files: [{ ...note, content: base64(122_880) }] }
    const { text, files } = await client.post(`/v2/disputes/${id}/evidence`, most)
    assert.deepEqual([text, files[0].size], [most.text, 122_880])
    const read = await client.get(`/v2/disputes/${id}/evidence/${files[0].id}`)
    assert.equal(read.content, most.files[0]?.content)
  })
})
