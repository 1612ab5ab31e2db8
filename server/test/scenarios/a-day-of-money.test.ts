import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { default_engine } from '../database.ts'
import { assertPrinted, assertShown, blocksOf, commandsOf, Ids } from '../guide.ts'
import {
  createHome,
  type Home,
  type RunningServer,
  runObole,
  startObole,
} from '../obole-process.ts'

const guide = new URL('../../../../docs/guides/a-day-of-money.md', import.meta.url)

describe('the guide to a day of money', () => {
  let home: Home
  let server: RunningServer
  const ids = new Ids()
  before(async () => {
    home = await createHome(default_engine)
    server = await startObole(home.env)
  })
  after(async () => {
    await server?.stop()
    await home?.drop()
  })

  /** What `curl` would print. */
  async function call(words: readonly string[], key: string): Promise<string> {
    const [path = ''] = words
    const rest = words.slice(1)
    const option = (name: string) =>
      rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined
    assert.equal(option('-u'), '$KEY:')
    const body = option('--json')
    const response = await fetch(path.replace('$API', server.url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    assert.equal(response.status, 200, `${words.join(' ')}: ${text}`)
    return text
  }

  async function run(words: readonly string[], key: string): Promise<string> {
    const [program, ...rest] = words.map((it) => ids.filled(it))
    if (program === 'curl') return call(rest, key)
    assert.deepEqual([program, rest[0]], ['npx', 'obole'])
    const ended = await runObole(rest.slice(1), home.env)
    assert.equal(ended.code, 0, ended.stderr)
    return ended.stdout
  }

  it('says what happens: each of its commands answers as it shows', async () => {
    const key = /stest_\w{24}/.exec(server.output.stdout)?.[0] ?? ''
    let [printed, ran, shown] = ['', 0, 0]
    for (const { language, text } of blocksOf(await readFile(guide, 'utf8'))) {
      if (language === 'sh') {
        for (const words of commandsOf(text)) {
          if (/^(KEY|API)=/.test(words[0] ?? '')) continue
          printed = await run(words, key)
          ids.see(printed)
          ran++
        }
      } else {
        if (language === 'json') assertShown(JSON.parse(printed), JSON.parse(text))
        else assertPrinted(printed, text)
        shown++
      }
    }
    assert.ok(ran > 20 && shown > 10, `${ran} commands, ${shown} answers`)
  })
})
