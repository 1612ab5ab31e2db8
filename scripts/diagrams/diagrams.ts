import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { authenticationMachine } from '@obole/server/src/authentications/authentication.js'
import { disbursementMachine } from '@obole/server/src/disbursements/disbursement.js'
import { disputeMachine } from '@obole/server/src/disputes/dispute.js'
import { intentMachine } from '@obole/server/src/intents/intent.js'
import { paymentMachine } from '@obole/server/src/payments/payment.js'
import { payoutMachine } from '@obole/server/src/payouts/payout.js'
import { refundMachine } from '@obole/server/src/refunds/refund.js'

/** status → action → next status, as the machines of the features are. */
export type Edges = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * The machines that pages show, by the name that stands in the page's mark, with the status that
 * each begins in.
 */
const machines: Readonly<Record<string, { first: string; edges: Edges }>> = {
  payments: { first: 'created', edges: paymentMachine },
  authentications: { first: 'requested', edges: authenticationMachine },
  intents: { first: 'require_payment_method', edges: intentMachine },
  refunds: { first: 'awaiting_approval', edges: refundMachine },
  disputes: { first: 'open', edges: disputeMachine },
  disbursements: { first: 'awaiting_approval', edges: disbursementMachine },
  payouts: { first: 'pending', edges: payoutMachine },
}

/** The pages that show them. */
export const pages = [
  'ARCHITECTURE.md',
  ...Object.keys(machines).map((it) => `server/src/${it}/README.md`),
]

/** Statuses with three or more ways out and all of them alike: drawn once, behind a fork. */
function forksOf(edges: Edges): string[][] {
  const alike = new Map<string, string[]>()
  for (const [status, actions] of Object.entries(edges)) {
    if (Object.keys(actions).length < 3) continue
    const key = JSON.stringify(Object.entries(actions).sort())
    alike.set(key, [...(alike.get(key) ?? []), status])
  }
  return [...alike.values()].filter((it) => it.length > 1)
}

/** A machine as a Mermaid diagram: each edge of it, and no other. Pure. */
export function diagramOf({ first, edges }: { first: string; edges: Edges }): string {
  const forks = forksOf(edges)
  const lines = [`[*] --> ${first}`]
  const edgesFrom = (status: string, name: string): string[] =>
    Object.entries(edges[status] ?? {}).map(([action, next]) => `${name} --> ${next}: ${action}`)
  forks.forEach((statuses, n) => {
    const fork = `any${n + 1}`
    lines.push(`state ${fork} <<choice>>`)
    lines.push(...statuses.map((it) => `${it} --> ${fork}`), ...edgesFrom(statuses[0] ?? '', fork))
  })
  for (const [status, actions] of Object.entries(edges)) {
    if (forks.some((it) => it.includes(status))) continue
    lines.push(...edgesFrom(status, status))
    if (Object.keys(actions).length === 0) lines.push(`${status} --> [*]`)
  }
  return ['```mermaid', 'stateDiagram-v2', ...lines.map((it) => `  ${it}`), '```'].join('\n')
}

/** The page with each of its diagrams as the machine is now. Pure. */
export const withDiagrams = (page: string): string =>
  page.replace(/<!-- diagram (\w+) -->\n[\s\S]*?<!-- \/diagram -->/g, (before, name: string) => {
    const machine = machines[name]
    if (!machine) return before
    return `<!-- diagram ${name} -->\n${diagramOf(machine)}\n<!-- /diagram -->`
  })

/** Writes the diagrams into their pages. */
export function writeDiagrams(root: string): void {
  for (const page of pages) {
    const path = join(root, page)
    if (!existsSync(path)) continue
    const text = readFileSync(path, 'utf8')
    const written = withDiagrams(text)
    if (written !== text) writeFileSync(path, written)
  }
}
