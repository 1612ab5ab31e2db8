import { closed, nullable, oneOf, optional, text, url } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

export const authStatuses = [
  'requested',
  'available',
  'attempted',
  'success',
  'declined',
  'failed',
  'unavailable',
  'expired',
  'bypassed',
] as const

const device = {
  city: text(1, 50),
  country: text(2, 2),
  http_accept: text(0, 256, 'Accept header of the browser'),
  ip: Type.String({ format: 'ip', description: 'IPv4 or IPv6 address of the payer' }),
  languages: text(0, 128, 'Accept-Language header of the browser'),
  port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port of the payer' }),
  user_agent: text(0, 256, 'User-Agent header of the browser'),
  zip_code: text(2, 16),
}

export const Device = closed('Device', optional(device))
export type Device = Static<typeof Device>

export const DeviceOut = closed('DeviceOut', {
  city: nullable(device.city),
  country: nullable(device.country),
  http_accept: nullable(device.http_accept),
  ip: nullable(device.ip),
  languages: nullable(device.languages),
  port: nullable(device.port),
  user_agent: nullable(device.user_agent),
  zip_code: nullable(device.zip_code),
})
export type DeviceOut = Static<typeof DeviceOut>

export const AuthIn = closed('AuthIn', {
  return_url: Type.Optional(url('Where the bank sends the payer back to')),
  device: Type.Optional(Device),
})
export type AuthIn = Static<typeof AuthIn>

export const AuthOut = closed('AuthOut', {
  device: nullable(DeviceOut),
  message: nullable(Type.String()),
  redirect_url: nullable(Type.String({ description: 'Where to send the payer to' })),
  return_url: nullable(Type.String({ description: 'Where the payer comes back to' })),
  status: oneOf(authStatuses),
  uuid: nullable(Type.String()),
})
export type AuthOut = Static<typeof AuthOut>
