import type { Subject } from './arguments.ts'
import type { PageWeight } from './page-weight.ts'

/** What was measured: the server on one of the engines, or the reference. */
export type Engine = 'postgres' | 'embedded' | 'pgbench'
export type Size = 'small' | 'large'

/** One round of one workload at one number of connections. */
export interface Round {
  per_second: number
  p50_ms: number
  /** pgbench does not tell. */
  p99_ms?: number
  /** Cores kept busy by the process of the server, and by the load. */
  server_cpu?: number
  load_cpu?: number
}

/** All rounds of one workload on one store; the n-th of each were measured one after the other. */
export interface Series {
  subject: Subject
  engine: Engine
  size: Size
  payments: number
  connections: number
  rounds: Round[]
}

export interface StartUp {
  engine: Exclude<Engine, 'pgbench'>
  /** On nothing at all, or on the large store. */
  store: 'empty' | 'large'
  ms: number[]
}

export interface Memory {
  engine: Exclude<Engine, 'pgbench'>
  size: Size
  /** Megabytes that the process of the server holds. */
  started: number
  loaded: number
}

/** What fell due at one moment, for many payments of one merchant, while payments were read. */
export interface DueWork {
  name: 'cut-off' | 'capture'
  /** How they were read: so many a second, or as fast as they were answered. */
  reads: 'steady' | 'unpaused'
  payments: number
  seconds: number
  /** Of reads, before and afterwards; and meanwhile. */
  idle_p99_ms: number
  busy_p99_ms: number
}

/** A year on a test clock. */
export interface ClockMove {
  engine: Exclude<Engine, 'pgbench'>
  /** Payments that fell due on the way, each of them two or three times. */
  due: number
  events: number
  seconds: number
}

/** How long after the answer of the API the first byte of a delivery is there. */
export interface WebhookDelay {
  engine: Exclude<Engine, 'pgbench'>
  /** Each event goes to one of ten endpoints, or to all of them. */
  to: 'one' | 'all'
  events: number
  /** Those that no live endpoint heard of within three seconds. */
  lost: number
  /** Of the worst of the live endpoints. */
  p50_ms: number
  p99_ms: number
}

/** Payments a second at 16 connections, with a live endpoint for each merchant and without. */
export interface WebhookCost {
  engine: Exclude<Engine, 'pgbench'>
  without: number
  with: number
}

export interface Measurements {
  series: Series[]
  start_up: StartUp[]
  memory: Memory[]
  page_weight?: PageWeight
  due_work: DueWork[]
  clock_moves: ClockMove[]
  webhooks: { delays: WebhookDelay[]; costs: WebhookCost[] }
  /** What could not be measured, and why; what else should be known to read it. */
  notes: string[]
}
