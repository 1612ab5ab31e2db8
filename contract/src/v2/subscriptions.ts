import { closed, dayOut, id, listOf, nullable, oneOf } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { methods } from './methods.ts'

export const subscriptionStatuses = [
  'incomplete',
  'active',
  'past_due',
  'unpaid',
  'canceled',
] as const

export const SubscriptionOut = closed('SubscriptionOut', {
  id: id('sub'),
  customer: id('cust'),
  items: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
    description: 'What is subscribed to → how many',
  }),
  status: oneOf(subscriptionStatuses),
  start_at: dayOut('First day'),
  cancel_at: nullable(dayOut('Last day')),
  free_until: nullable(dayOut('Last day that costs nothing')),
  card: nullable(id('card')),
  sepa: nullable(id('sepa')),
  payment_intent: nullable(id('pi')),
  methods_allowed: nullable(methods()),
})
export type SubscriptionOut = Static<typeof SubscriptionOut>

export const SubscriptionList = listOf('SubscriptionList', 'subscriptions', SubscriptionOut)
export type SubscriptionList = Static<typeof SubscriptionList>
