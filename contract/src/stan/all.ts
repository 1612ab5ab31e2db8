import { operations as checkouts } from './checkouts.ts'
import { operations as customers } from './customers.ts'
import { operations as payments } from './payments.ts'
import { operations as refunds } from './refunds.ts'
import { operations as settings } from './settings.ts'

/** Every operation of the dialect. */
export const stanOperations = [
  ...payments,
  ...refunds,
  ...customers,
  ...checkouts,
  ...settings,
] as const
