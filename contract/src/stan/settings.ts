import { operation } from '../operation.ts'
import { open } from '../shapes.ts'
import type { Static } from '../typebox.ts'
import { optionalUrl } from './fields.ts'

export const SettingsIn = open('StanSettingsIn', {
  webhook_url: optionalUrl('Where signed notifications are sent'),
  payment_webhook_url: optionalUrl('Where notifications of the first generation are sent'),
  oauth_redirect_url: optionalUrl('Kept, and used for nothing'),
})
export type SettingsIn = Static<typeof SettingsIn>

export const operations = [
  operation({
    id: 'update-settings',
    method: 'PUT',
    path: '/v1/apis',
    summary: 'Say where notifications go. What is not named stays; an empty text ends it',
    tag: 'settings',
    body: SettingsIn,
    status: 204,
    problems: ['unauthorized', 'invalid_request', 'conflict'],
  }),
] as const
