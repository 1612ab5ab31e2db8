/** User name and password of Basic authentication; undefined for any other. Pure. */
export function basicPair(
  authorization: string | undefined,
): { user: string; password: string } | undefined {
  const [, value] = /^basic +([\w+/=-]+) *$/i.exec(authorization ?? '') ?? []
  if (value === undefined) return undefined
  const text = Buffer.from(value, 'base64').toString('latin1')
  const colon = text.indexOf(':')
  if (colon === -1) return undefined
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}
