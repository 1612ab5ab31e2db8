/**
 * The order of the server's folders: each imports itself and what stands before it, never what
 * comes after. Folders on one line do not know each other.
 */
export const order: readonly (readonly string[])[] = [
  ['kernel'],
  ['platform'],
  ['ledger', 'events'],
  ['instructions'],
  ['processors'],
  // The features, in the one order in which they may know each other.
  ['accounts'],
  ['requests'],
  ['numbers'],
  ['idempotency'],
  ['addresses'],
  ['customers'],
  ['cards'],
  ['bank-accounts'],
  ['authentications'],
  ['settlements'],
  ['payments'],
  ['intents'],
  ['refunds'],
  ['disputes'],
  ['disbursements'],
  ['payouts'],
  ['webhooks'],
  ['stan'],
  ['dialects'],
  ['app'],
]

/** Folders whose parts do not know each other: one processor knows no other, nor one dialect. */
export const siblings = ['processors', 'dialects']
/**
 * Who may know another all the same: the challenge of 3-D Secure and the pages of Stan wear the
 * page's clothes.
 */
export const known: Readonly<Record<string, string>> = {
  'dialects/threeds': 'dialects/page',
  'dialects/stan': 'dialects/page',
}

/**
 * Package → the packages of ours that it may import. `tools` see everything, and nothing sees them.
 */
export const packages: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  sepa: ['contract'],
  vault: ['contract'],
  server: ['contract', 'sepa', 'vault'],
  sdk: ['contract'],
  dashboard: ['contract', 'sdk'],
}
export const tools = ['scripts', 'bench']

export interface Wall {
  module: RegExp
  /** Beginnings of the paths that may import it. */
  only: readonly string[]
  because: string
}

const server = (...folders: string[]): string[] => folders.map((it) => `server/src/${it}/`)
const doors = server('platform', 'dialects', 'app')

/** Modules that only some places may import. */
export const walls: readonly Wall[] = [
  {
    module: /^(fastify$|@fastify\/|node:https?$)/,
    only: [...doors, ...server('processors'), 'bench/'],
    because: 'a feature knows no HTTP',
  },
  {
    module: /^(pg$|pg-|@electric-sql\/)/,
    only: [...server('platform'), 'bench/'],
    because: 'platform/db.ts is the one door to the database',
  },
  {
    module: /^preact/,
    only: ['server/src/dialects/', 'server/src/app/', 'dashboard/'],
    because: 'only pages are rendered',
  },
  {
    module: /^@obole\/(sepa|vault)\//,
    only: server(...order.slice(4).flat()),
    because: 'card numbers and bank files begin at the processors',
  },
]

/** Folders that do no I/O: of Node they import nothing else. */
export const pure = ['contract/src/', 'sepa/src/', 'server/src/kernel/']
export const pureModules = /^(?!node:)|^node:(crypto|util|buffer|assert.*)$/

/** The packages from npm that the contract may import: a browser takes all of it. */
export const contractModules = /^typebox(\/|$)/

/** Where SQL may stand beside the `store.ts` files. Tests may look into every table. */
export const sqlFiles = [
  ...['commit', 'delete-old', 'due', 'every-row', 'gathering', 'migrate', 'page-of'].map(
    (it) => `server/src/platform/${it}.ts`,
  ),
  // What must be true across all tables, which no single store could say.
  ...[
    'check-invariants',
    'deliveries',
    'payments',
    'payouts',
    'settled',
    'transfers',
    'walks',
    'walls',
  ].map((it) => `server/src/app/invariants/${it}.ts`),
]

/** Files that nothing imports, because they are where a program starts. */
export const entries = [
  /^server\/src\/app\/main\.ts$/,
  /^bench\/src\/main\.ts$/,
  /^scripts\/(run|reporter)\.mjs$|^scripts\/(tidy\/tidy|diagrams\/diagrams|reference\/events)\.ts$/,
  /^server\/bin\//,
  /^sdk\/src\//,
]

/** What these export is also for programs that are not here: it need only be used at all. */
export const published = ['contract/src/']

/** Where `console` is the output of the program; elsewhere the log is. */
export const consoleFiles = ['server/src/app/', 'scripts/', 'bench/']

/** Files that a program wrote. */
export const generated = ['package-lock.json', 'server/schema.sql', 'docs/reference/']

export const isIn = (path: string, places: readonly string[]): boolean =>
  places.some((it) => path.startsWith(it))
