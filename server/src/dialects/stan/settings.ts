import type { operations } from '@obole/contract/stan/settings.js'
import { updateSettings } from '../../stan/update-settings.ts'
import type { Handlers } from '../operation-route.ts'

export const settingsHandlers: Handlers<typeof operations> = {
  'update-settings': async ({ ctx, bearer, body }) => {
    const given = Object.entries(body).map(([name, url]) => [name, url || null])
    await updateSettings(ctx, { id: bearer.key, ...Object.fromEntries(given) })
  },
}
