import { closed } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

export const Wallet = closed('Wallet', {
  apple_pay: closed('ApplePay', {
    paymentData: closed('ApplePayData', {
      data: Type.String(),
      signature: Type.String(),
      version: Type.String(),
      header: closed('ApplePayHeader', {
        publicKeyHash: Type.String(),
        ephemeralPublicKey: Type.String(),
        transactionId: Type.String(),
      }),
    }),
  }),
})
export type Wallet = Static<typeof Wallet>
