import type { Case } from './layout-cases.fixture.ts'

const src = 'server/src'
const long = 'x'.repeat(100)
const folder = (...names: string[]): string => `const path = '${['', ...names].join('/')}'\n`
const note = ['TO', 'DO'].join('')

/** Cases of the rules about texts, code and what is dead. */
export const textCases: readonly Case[] = [
  {
    rule: 'name',
    title: 'a name says what is inside',
    wrong: { [`${src}/kernel/string-utils.ts`]: '' },
    says: /“utils”/,
    right: { [`${src}/kernel/base64.ts`]: '', 'tsconfig.base.json': '{}' },
  },
  {
    rule: 'name',
    title: 'a name is kebab-case',
    wrong: { [`${src}/kernel/someThing.ts`]: '' },
    says: /someThing\.ts is not kebab-case/,
    right: { [`${src}/kernel/some-thing.test.ts`]: '', 'README.md': '', '.ci/run': '' },
  },
  {
    rule: 'line',
    title: 'a line has at most 100 characters',
    wrong: { 'a.ts': `${long}x\n` },
    says: /a\.ts:1 101 characters/,
    right: {
      'a.ts': `${long}\n// https://example.org/${long}\n  a: '${long}',\n`,
      'a.md': `${long}x\n`,
    },
  },
  {
    rule: 'length',
    title: 'a file has at most 500 lines',
    wrong: { 'a.ts': '\n'.repeat(501) },
    says: /501 lines/,
    right: { 'a.ts': '\n'.repeat(500), 'a.sql': '\n'.repeat(900) },
  },
  {
    rule: 'title',
    title: 'a page has one title',
    wrong: { 'a.md': '# A\n\n# B\n' },
    says: /has 2 titles/,
    right: { 'a.md': '# A\n\n```sh\n# a remark\n```\n' },
  },
  {
    rule: 'machine',
    title: 'a path of one machine is found',
    wrong: { 'a.ts': folder('home', 'ann', 'x'), 'b.md': `see ${['', 'tmp', 'x'].join('/')}\n` },
    says: /a\.ts:1 names/,
    right: { 'a.ts': "const path = 'server/work/x'\nconst url = 'http://a.b/work/x'\n" },
  },
  {
    rule: 'lock',
    title: 'the lock file names no registry',
    wrong: { 'package-lock.json': '{\n"resolved": "https://r.example/a.tgz"\n}' },
    says: /package-lock\.json:2/,
    right: { 'package-lock.json': '{\n"resolved": "contract"\n}' },
  },
  {
    rule: 'lock',
    title: 'a dependency has an exact version',
    wrong: { 'package.json': '{"dependencies":{"pg":"^8.0.0"}}' },
    says: /pg is \^8\.0\.0/,
    right: { 'package.json': '{"dependencies":{"pg":"8.0.0"}}' },
  },
  {
    rule: 'comment',
    title: 'code in a comment is found, words about code are not',
    wrong: { 'a.ts': 'const a = 1\n// const b = find(a)\n' },
    says: /a\.ts:2 holds code/,
    right: {
      'a.ts': [
        '// return the row as it was (see above)',
        '// if the bank says no, the payment stays',
        '// pure: tested as a table',
        '/**',
        ' * await capture(ctx)',
        ' */',
        "const url = 'http://a' // const is enough here",
        'const pattern = /\\/\\/ const a = 1/',
      ].join('\n'),
    },
  },
  {
    rule: 'todo',
    title: 'a note of work to do is found',
    wrong: { 'a.ts': `// ${note}: later\n` },
    says: /says/,
    right: { 'a.ts': `const word = '${note}'\n` },
  },
  {
    rule: 'skip',
    title: 'a test that is skipped or alone is found',
    wrong: { 'a.test.ts': ['it.on', "ly('x', () => {})\n"].join('') },
    says: /only/,
    right: { 'a.test.ts': "it('skips what is read', () => list.skip)\n", 'a.ts': 'list.skip(2)\n' },
  },
  {
    rule: 'titles',
    title: 'two tests of one group have two titles',
    wrong: { 'a.test.ts': "it('a', () => {})\nit('a', () => {})\n" },
    says: /a\.test\.ts:2 “a” stands twice/,
    right: {
      'a.test.ts': "describe('x', () => { it('a', f) })\ndescribe('y', () => { it('a', f) })\n",
    },
  },
  {
    rule: 'console',
    title: 'only app and scripts speak to the terminal',
    wrong: { [`${src}/payments/a.ts`]: "console.log('x')\n" },
    says: /calls console\.log/,
    right: { [`${src}/app/main.ts`]: "console.log('x')\n" },
  },
  {
    rule: 'clock',
    title: 'time is an argument',
    wrong: { [`${src}/payments/a.ts`]: 'const now = new Date()\nconst ms = Date.now()\n' },
    says: /a\.ts:1 reads the clock/,
    right: {
      [`${src}/payments/a.ts`]: 'const at = new Date(ms)\n',
      [`${src}/platform/clock.ts`]: 'const now = new Date()\n',
    },
  },
  {
    rule: 'dead-file',
    title: 'a file that nothing imports is found',
    wrong: { [`${src}/kernel/a.ts`]: '' },
    says: /nothing imports it/,
    right: {
      [`${src}/app/main.ts`]:
        "import './a.ts'\nnew Worker(new URL('./work.js', import.meta.url))\n",
      [`${src}/app/a.ts`]: '',
      [`${src}/app/work.ts`]: '',
    },
  },
  {
    rule: 'dead-export',
    title: 'an export that nothing imports is found',
    wrong: {
      [`${src}/app/main.ts`]: "import { a } from './a.ts'\n",
      [`${src}/app/a.ts`]: 'export const a = 1\nexport async function b() {}\n',
    },
    says: /a\.ts:2 nothing imports b/,
    right: {
      [`${src}/app/main.ts`]: "import { a } from './a.ts'\n",
      [`${src}/app/a.ts`]: 'export const a = (b: B) => 1\nexport interface B {}\n',
    },
  },
]
