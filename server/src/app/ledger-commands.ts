import { type Command, InvalidArgumentError, Option } from 'commander'
import { findAccount } from '../accounts/store.ts'
import { decimalOf } from '../kernel/money.ts'
import { inItsDirection, type LedgerAccount, ledgerKinds } from '../ledger/accounts.ts'
import { type Balance, trialBalance } from '../ledger/balances.ts'
import { findSums } from '../ledger/store.ts'
import type { Db } from '../platform/db.ts'
import { toDay } from '../platform/formats.ts'
import { readConfig } from './config.ts'
import { csvLine } from './csv.ts'
import { type Broken, verifyLedger } from './invariants/check-invariants.ts'
import { type StatementLine, statementOf } from './ledger-statement.ts'
import { columns, say, withServices, write } from './terminal.ts'

interface Format {
  csv?: true
  json?: true
}

interface Whose {
  account: string
  live?: true
}

async function accountOf(db: Db, id: string): Promise<string> {
  if (await findAccount(db, id)) return id
  throw new Error(`There is no account ${id}. See: obole accounts list`)
}

const modeOf = (live: boolean) => (live ? 'live' : 'test')

/** Sums of a ledger are numbers that JSON holds exactly. */
const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_, it) => (typeof it === 'bigint' ? Number(it) : it))

/** One row of the trial balance, in the direction of its account. */
const rowOf = (it: Balance) => ({
  name: it.ledger_account,
  currency: it.currency,
  kind: ledgerKinds[it.ledger_account],
  posted_debits: it.debits,
  posted_credits: it.credits,
  balance: inItsDirection(it.ledger_account, it.posted),
  pending: inItsDirection(it.ledger_account, it.pending),
})
type Row = ReturnType<typeof rowOf>

const amountsOf = (it: Row) => [it.posted_debits, it.posted_credits, it.balance, it.pending]
const balanceHeadings = ['account', 'currency', 'kind', 'debits', 'credits', 'balance', 'pending']

function balanceCsv(rows: readonly Row[]): string {
  const minor = balanceHeadings.slice(3).map((it) => `${it}_minor`)
  const lines = rows.map((it) => [
    ...[it.name, it.currency, it.kind],
    ...amountsOf(it).map((amount) => decimalOf(amount, it.currency)),
    ...amountsOf(it),
  ])
  return [[...balanceHeadings, ...minor], ...lines].map(csvLine).join('')
}

const balanceText = (rows: readonly Row[]): string =>
  columns(
    balanceHeadings,
    rows.map((it) => [
      ...[it.name, it.currency, it.kind],
      ...amountsOf(it).map((amount) => decimalOf(amount, it.currency)),
    ]),
  )

async function runBalance({ account, live, at, csv, json }: Whose & Format & { at?: string }) {
  await withServices(readConfig(process.env), async ({ db }) => {
    const whose = { db, account: await accountOf(db, account), live: live ?? false }
    const accounts = (await trialBalance(whose, { at })).map(rowOf)
    const document = { account, mode: modeOf(whose.live), at: at ?? null, accounts }
    if (csv) await write(balanceCsv(accounts))
    else await write(json ? `${jsonOf(document)}\n` : `${balanceText(accounts)}\n`)
  })
}

interface StatementFlags extends Whose, Format {
  ledgerAccount: LedgerAccount
  currency?: string
  from?: string
  until?: string
}

/** The one currency of a ledger account, where none is named. */
async function currencyOf(whose: Parameters<typeof findSums>[0], flags: StatementFlags) {
  const { ledgerAccount: ledger_account, currency } = flags
  if (currency) return currency
  const known = (await findSums(whose, { ledger_account })).map((it) => it.currency)
  if (known.length < 2) return known[0] ?? 'eur'
  throw new Error(
    `${ledger_account} has several currencies: --currency ${known.sort().join(' | ')}`,
  )
}

/** How a statement is written: its beginning, each line, its end. */
interface Paper {
  begin(opening: bigint): string
  line(it: StatementLine, place: number): string
  end(closing: bigint): string
}

const csvHeadings = [
  ...['date', 'transfer', 'reason', 'kind', 'object', 'counterpart', 'currency'],
  ...['debit', 'credit', 'balance', 'debit_minor', 'credit_minor', 'balance_minor'],
]

function csvPaper(currency: string): Paper {
  const money = (amount: bigint) => decimalOf(amount, currency)
  const edge = (name: string, balance: bigint) =>
    csvLine(['', '', name, '', '', '', currency, '', '', money(balance), '', '', balance])
  return {
    begin: (opening) => csvLine(csvHeadings) + edge('opening balance', opening),
    line: (it) =>
      csvLine([
        it.created.toISOString(),
        ...[it.transfer, it.reason, it.kind, it.object, it.counterpart, currency],
        ...[it.debit, it.credit, it.balance].map(money),
        ...[it.debit, it.credit, it.balance],
      ]),
    end: (closing) => edge('closing balance', closing),
  }
}

/** One document, a line at a time. */
const jsonPaper = (about: object): Paper => ({
  begin: (opening_balance) => `${jsonOf({ ...about, opening_balance }).slice(0, -1)},"lines":[`,
  line: (it, place) => (place ? ',\n' : '\n') + jsonOf(it),
  end: (closing_balance) => `\n],"closing_balance":${closing_balance}}\n`,
})

function textPaper(currency: string): Paper {
  const money = (amount: bigint) => (amount ? decimalOf(amount, currency) : '').padStart(14)
  const row = (at: string, reason: string, object: string, ...amounts: string[]) =>
    `${at.padEnd(20)}  ${reason.padEnd(21)}  ${object.padEnd(29)}  ${amounts.join('  ')}\n`
  const balance = (amount: bigint) => decimalOf(amount, currency).padStart(14)
  const edge = (name: string, amount: bigint) =>
    row('', name, '', money(0n), money(0n), balance(amount))
  const headings = ['debit', 'credit', `balance ${currency}`].map((it) => it.padStart(14))
  return {
    begin: (opening) => row('at', 'reason', 'object', ...headings) + edge('opening', opening),
    line: (it) =>
      row(
        `${it.created.toISOString().slice(0, 19)}Z`,
        it.reason,
        it.object,
        money(it.debit),
        money(it.credit),
        balance(it.balance),
      ),
    end: (closing) => edge('closing', closing),
  }
}

async function runStatement(flags: StatementFlags): Promise<void> {
  const { account, live = false, ledgerAccount: ledger_account, from, until } = flags
  await withServices(readConfig(process.env), async ({ db }) => {
    const whose = { db, account: await accountOf(db, account), live }
    const currency = await currencyOf(whose, flags)
    const days = { from: from ?? null, until: until ?? null }
    const about = { account, mode: modeOf(live), ledger_account, currency, ...days }
    const paper = flags.csv
      ? csvPaper(currency)
      : flags.json
        ? jsonPaper(about)
        : textPaper(currency)
    const statement = await statementOf(whose, { ledger_account, currency, from, until })
    let [closing, place] = [statement.opening, 0]
    await write(paper.begin(statement.opening))
    for await (const lines of statement.pieces) {
      await write(lines.map((it) => paper.line(it, place++)).join(''))
      closing = lines.at(-1)?.balance ?? closing
    }
    await write(paper.end(closing))
  })
}

const inWords = (broken: Broken): string =>
  `broken: ${broken.says} (${broken.number} ${broken.number === 1 ? 'row' : 'rows'})\n` +
  `  first: ${broken.id} of ${broken.account}, ${modeOf(broken.live)}: ${broken.row}`

async function runVerify({ account, json }: { account?: string; json?: true }): Promise<void> {
  await withServices(readConfig(process.env), async ({ db }) => {
    if (account) await accountOf(db, account)
    const { invariants, checked, broken, took_ms } = await verifyLedger(db, { account })
    const rows = Object.values(checked).reduce((sum, it) => sum + it, 0)
    const found = broken.map(({ row, live, ...it }) => ({
      ...it,
      mode: modeOf(live),
      row: JSON.parse(row),
    }))
    const document = { ok: !broken.length, invariants, checked, rows, took_ms, broken: found }
    const words = `${invariants} invariants, ${checked.transfers} transfers, ${rows} rows in all, \
${(took_ms / 1000).toFixed(1)} s`
    say(json, document, [...broken.map(inWords), words].join('\n'))
    if (!broken.length) return
    throw new Error(`${broken.length} of ${invariants} invariants do not hold`)
  })
}

function dayOf(text: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? toDay(text) : undefined
  if (!day) throw new InvalidArgumentError('It is a day like 2030-01-31, in UTC.')
  return day
}

const readable = (command: Command): Command =>
  command
    .addOption(new Option('--csv', 'print CSV, for a spreadsheet').conflicts('json'))
    .option('--json', 'print one JSON document')

export function addLedgerCommands(program: Command): void {
  const ledger = program.command('ledger').description('the books of an account')
  readable(
    ledger
      .command('balance')
      .description('print the trial balance: what stands on each ledger account')
      .requiredOption('--account <id>', 'the account')
      .option('--live', 'its live mode, instead of test mode')
      .option('--at <day>', 'at the end of this day, instead of now', dayOf),
  ).action(runBalance)
  readable(
    ledger
      .command('statement')
      .description('print what moved on one ledger account, and why')
      .requiredOption('--account <id>', 'the account')
      .addOption(
        new Option('--ledger-account <name>', 'the ledger account')
          .choices(Object.keys(ledgerKinds))
          .makeOptionMandatory(),
      )
      .option('--live', 'its live mode, instead of test mode')
      .option('--currency <code>', 'where it has several')
      .option('--from <day>', 'the first day', dayOf)
      .option('--until <day>', 'the last day', dayOf),
  ).action(runStatement)
  ledger
    .command('verify')
    .description('check what must always be true of the books; ends with 1 where it is not')
    .option('--account <id>', 'one account only')
    .option('--json', 'print one JSON document')
    .action(runVerify)
}
