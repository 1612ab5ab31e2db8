import type { Device, DeviceOut } from '@obole/contract/v2/authentications.js'
import type { Authentication } from '../authentications/store.ts'
import type { Payment } from '../payments/store.ts'
import type { Origins } from '../platform/origins.ts'

/** Made by a call of the API, not by a page. */
export const apiOrigin = 1

/** The statuses that the wire knows; before a decision it says null. */
export const publicStatus = ({ status }: Pick<Payment, 'status'>) =>
  status === 'created' || status === 'authenticating' ? null : status

/** The payer's device, with null for what is not known of it. */
export const deviceView = (it: Record<string, unknown> | null): DeviceOut | null =>
  it && {
    city: null,
    country: null,
    http_accept: null,
    ip: null,
    languages: null,
    port: null,
    user_agent: null,
    zip_code: null,
    ...(it as Device),
  }

/** Where the payer is sent for 3-D Secure; null until there is a card. */
export const redirectUrl = (
  it: Pick<Authentication, 'token' | 'live'>,
  origins: Origins,
  version: 'v1' | 'v2',
): string | null =>
  it.token && `${origins.threeds}/${version}/redirect/${it.live ? '' : 'test_'}${it.token}`
