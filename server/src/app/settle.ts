import { openDispute } from '../disputes/open-dispute.ts'
import { followPayment } from '../intents/follow-payment.ts'
import type { Hands } from '../processors/ctx.ts'

/** What payments call in the features to their right. */
export const hands: Hands = { paymentMoved: followPayment, disputeOpened: openDispute }
