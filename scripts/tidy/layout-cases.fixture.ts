export interface Case {
  rule: string
  title: string
  /** File → text. The rule finds something here … */
  wrong: Record<string, string>
  /** … that says this … */
  says: RegExp
  /** … and nothing here. */
  right: Record<string, string>
}

const src = 'server/src'
const store = `export const findCard = 1\nexport const insertCard = 1\nexport interface Row {}\n`
const migration = { 'server/migrations/0001-a.sql': 'create table if not exists cards (id text);' }
const select = "export const text = 'select id from cards where id = $1'\n"

/** Cases of the rules about imports and tables. */
export const layoutCases: readonly Case[] = [
  {
    rule: 'direction',
    title: 'a feature does not import a later one',
    wrong: {
      [`${src}/cards/a.ts`]: "import { b } from '../payments/b.ts'\n",
      [`${src}/payments/b.ts`]: 'export const b = 1\n',
    },
    says: /^server\/src\/cards\/a\.ts:1 cards does not import payments/,
    right: {
      [`${src}/cards/a.ts`]: 'export const a = 1\n',
      [`${src}/payments/b.ts`]: "import { a } from '../cards/a.ts'\n",
    },
  },
  {
    rule: 'direction',
    title: 'folders of one rank do not know each other',
    wrong: {
      [`${src}/ledger/a.ts`]: "import type { b } from '../events/b.ts'\n",
      [`${src}/events/b.ts`]: '',
    },
    says: /ledger does not import events/,
    right: {
      [`${src}/ledger/a.ts`]: "import type { b } from '../kernel/b.ts'\n",
      [`${src}/kernel/b.ts`]: '',
    },
  },
  {
    rule: 'direction',
    title: 'one dialect does not import another',
    wrong: {
      [`${src}/dialects/v1/a.ts`]: "import { b } from '../v2/b.ts'\n",
      [`${src}/dialects/v2/b.ts`]: '',
    },
    says: /dialects\/v1 does not import dialects\/v2/,
    right: {
      [`${src}/dialects/v1/a.ts`]: "import { b } from './b.ts'\n",
      [`${src}/dialects/v1/b.ts`]: '',
    },
  },
  {
    rule: 'direction',
    title: 'a package imports only the packages on its left',
    wrong: { 'contract/src/a.ts': "import { b } from '@obole/server/src/b.js'\n" },
    says: /contract does not import @obole\/server/,
    right: { 'server/src/kernel/a.ts': "import { b } from '@obole/contract/b.js'\n" },
  },
  {
    rule: 'direction',
    title: 'shipped code does not import a test, a test imports anything',
    wrong: {
      [`${src}/app/a.ts`]: "import { b } from '../../test/harness.ts'\n",
      'server/test/harness.ts': '',
    },
    says: /imports a test/,
    right: {
      [`${src}/kernel/a.test.ts`]: "import { b } from '../app/b.ts'\n",
      [`${src}/app/b.ts`]: '',
    },
  },
  {
    rule: 'place',
    title: 'a folder outside the declared order is found once',
    wrong: { [`${src}/shared/a.ts`]: '', [`${src}/shared/b.ts`]: '' },
    says: /shared is not in the order/,
    right: { [`${src}/kernel/a.ts`]: '' },
  },
  {
    rule: 'wall',
    title: 'a feature knows no HTTP',
    wrong: { [`${src}/payments/a.ts`]: "import fastify from 'fastify'\n" },
    says: /a feature knows no HTTP/,
    right: { [`${src}/dialects/v2/a.ts`]: "import fastify from 'fastify'\n" },
  },
  {
    rule: 'wall',
    title: 'pure code does no I/O',
    wrong: { [`${src}/kernel/a.ts`]: "import { readFile } from 'node:fs/promises'\n" },
    says: /this code does no I\/O/,
    right: { [`${src}/kernel/a.ts`]: "import { randomBytes } from 'node:crypto'\n" },
  },
  {
    rule: 'wall',
    title: 'the contract imports only typebox',
    wrong: { 'contract/src/a.ts': "import { z } from 'zod'\n" },
    says: /only typebox/,
    right: { 'contract/src/a.ts': "import { Type } from 'typebox'\n" },
  },
  {
    rule: 'store',
    title: 'of another store only reads and types are taken',
    wrong: {
      [`${src}/cards/store.ts`]: store,
      [`${src}/payments/a.ts`]: "import { findCard, insertCard } from '../cards/store.ts'\n",
    },
    says: /takes insertCard from/,
    right: {
      [`${src}/cards/store.ts`]: store,
      [`${src}/cards/a.ts`]: "import { insertCard } from './store.ts'\n",
      [`${src}/payments/a.ts`]: "import { findCard, type Row } from '../cards/store.ts'\n",
    },
  },
  {
    rule: 'sql',
    title: 'a statement stands in a store',
    wrong: { ...migration, [`${src}/cards/a.ts`]: select },
    says: /a\.ts:1 holds SQL on cards/,
    right: {
      ...migration,
      [`${src}/cards/store.ts`]: select,
      [`${src}/cards/a.ts`]:
        "export const text = 'Select a name from cards that you know'\n".replace('Select', 'Take'),
    },
  },
  {
    rule: 'sql',
    title: 'a template with substitutions is read whole',
    wrong: {
      ...migration,
      [`${src}/cards/a.ts`]: ['const a = `select $', '{`x', '`} from cards`\n'].join(''),
    },
    says: /holds SQL on cards/,
    right: { ...migration, [`${src}/cards/a.ts`]: "const a = 'update cards on file'\n" },
  },
  {
    rule: 'table',
    title: 'a table is in one store only',
    wrong: {
      ...migration,
      [`${src}/cards/store.ts`]: select,
      [`${src}/payments/store.ts`]: select,
    },
    says: /cards is also read in/,
    right: { ...migration, [`${src}/cards/store.ts`]: select + select },
  },
]
