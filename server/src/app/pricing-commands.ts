import { type Command, InvalidArgumentError } from 'commander'
import { type PricingChange, setPricing } from '../accounts/set-pricing.ts'
import { findAccount } from '../accounts/store.ts'
import { type Pricing, standardPricing } from '../kernel/pricing.ts'
import { readConfig } from './config.ts'
import { columns, say, withServices } from './terminal.ts'

/** A whole number of at most this; the words of what is wrong end the command's own. */
const upTo =
  (max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d{1,9}$/.test(text) && value <= max) return value
    throw new InvalidArgumentError(`It is a whole number from 0 to ${max}.`)
  }

const bps = upTo(10_000)
/** Ten thousand euros: a typing error, not a price. */
const fixed = upTo(1_000_000)

interface Options {
  cardBps?: number
  cardFixed?: number
  sepaBps?: number
  sepaFixed?: number
  disputeFixed?: number
  vatBps?: number
  json?: true
}

const changeOf = (it: Options): PricingChange => ({
  ...(it.cardBps !== undefined && { card_bps: it.cardBps }),
  ...(it.cardFixed !== undefined && { card_fixed: it.cardFixed }),
  ...(it.sepaBps !== undefined && { sepa_bps: it.sepaBps }),
  ...(it.sepaFixed !== undefined && { sepa_fixed: it.sepaFixed }),
  ...(it.disputeFixed !== undefined && { dispute_fixed: it.disputeFixed }),
  ...(it.vatBps !== undefined && { vat_bps: it.vatBps }),
})

const flat = ({ card, sepa, dispute, vat_bps }: Pricing): Required<PricingChange> => ({
  card_bps: card.bps,
  card_fixed: card.fixed,
  sepa_bps: sepa.bps,
  sepa_fixed: sepa.fixed,
  dispute_fixed: dispute,
  vat_bps,
})

const inWords = ({ card, sepa, dispute, vat_bps }: Pricing): string =>
  columns(
    ['for', 'basis points', 'minor units'],
    [
      ['a card payment', `${card.bps}`, `${card.fixed}`],
      ['a direct debit', `${sepa.bps}`, `${sepa.fixed}`],
      ['a dispute', '', `${dispute}`],
      ['VAT on these', `${vat_bps}`, ''],
    ],
  )

async function runPricing(id: string, { json, ...options }: Options): Promise<void> {
  const change = changeOf(options)
  await withServices(readConfig(process.env), async ({ db, committer, clock }) => {
    const account = await findAccount(db, id)
    if (!account) throw new Error(`There is no account ${id}. See: obole accounts list`)
    const pricing = Object.keys(change).length
      ? await setPricing({ committer, now: clock.now() }, account, change)
      : (account.pricing ?? standardPricing)
    say(json, { account: id, ...flat(pricing) }, inWords(pricing))
  })
}

/** Adds to the commands about accounts, which are there before. */
export function addPricingCommand(program: Command): void {
  program.commands
    .find((it) => it.name() === 'accounts')
    ?.command('pricing')
    .description('show what an account pays for the service, or change what is named')
    .argument('<account>', 'the account')
    .option('--card-bps <n>', 'basis points of a card payment', bps)
    .option('--card-fixed <n>', 'minor units for each card payment', fixed)
    .option('--sepa-bps <n>', 'basis points of a direct debit', bps)
    .option('--sepa-fixed <n>', 'minor units for each direct debit', fixed)
    .option('--dispute-fixed <n>', 'minor units for each dispute', fixed)
    .option('--vat-bps <n>', 'basis points of VAT on all of these', bps)
    .option('--json', 'print one JSON document')
    .action(runPricing)
}
