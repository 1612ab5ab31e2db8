import { operation } from '../operation.ts'
import { closed, oneOf } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

export const PingOut = closed('PingOut', {
  mode: oneOf(['test', 'live'], { description: 'The mode of the key' }),
  company: Type.String({ description: 'Name of the account' }),
  account: Type.String({ description: 'Id of the account' }),
})
export type PingOut = Static<typeof PingOut>

export const operations = [
  operation({
    id: 'ping',
    method: 'GET',
    path: '/v2/ping',
    summary: 'Check a key',
    tag: 'ping',
    response: PingOut,
    problems: ['unauthorized'],
  }),
] as const
