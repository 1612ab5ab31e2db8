import { isIP } from 'node:net'
import { limits } from '../kernel/limits.ts'
import { reachOf } from './outbound-address.ts'

export type CheckedUrl = { ok: true; url: URL } | { ok: false; reason: string }

/**
 * 443, and 8443, where control panels and programs without the right to low ports serve TLS. No
 * other: a port that a stranger chooses makes a scanner of us.
 */
const ports = ['', '8443']

/** Ends of names that exist inside of networks only; whoever is asked for them is inside too. */
const internal =
  /(^|\.)(internal|local|localhost|localdomain|lan|intranet|corp|private|home|home\.arpa)$/

/** No top level begins with a digit: what does is a number, to a more lenient reader than ours. */
const topLevel = '[a-z](?:[a-z0-9-]{0,61}[a-z0-9])'
const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?'
const fullName = new RegExp(`^(?=.{1,253}$)(?:${label}\\.)+${topLevel}$`)

/** The host as a name or an address, without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1')

/** A name that means this machine, whatever a resolver says (RFC 6761, section 6.3). */
export const isLocalName = (host: string): boolean =>
  host === 'localhost' || (host.endsWith('.localhost') && fullName.test(host))

/** What is wrong with the text, before anything is made of it. */
function textFault(text: string): string | undefined {
  if (text.length > limits.outbound_url_max) {
    return `the address has more than ${limits.outbound_url_max} characters`
  }
  // The parser removes, repairs or turns round these; others who read the address do not.
  if (/[\s\p{C}\\]/u.test(text)) return 'the address has spaces, control characters or backslashes'
  const authority = /^https?:\/\/([^/?#]+)/i.exec(text)?.[1]
  if (authority === undefined) return 'the address must begin with https:// and a host'
  if (authority.includes('@')) return 'the address must not carry a user or a password'
  if (text.includes('#')) return 'the address must not have a fragment'
  return undefined
}

function publicFault(url: URL, host: string): string | undefined {
  if (url.protocol !== 'https:') return 'the address must begin with https://'
  if (!ports.includes(url.port)) return 'the port must be 443 or 8443'
  if (isIP(host)) {
    return reachOf(host) === 'public' ? undefined : 'the address is not one of the public Internet'
  }
  if (!fullName.test(host)) return 'the host must be a full name of the public Internet'
  return internal.test(host) ? 'the host is a name of a private network' : undefined
}

/**
 * Whether we may be told to call an address. Live: https, on port 443 or 8443, to a full name or a
 * public address. Test mode has one more: this machine (`localhost`, `*.localhost`, 127.0.0.0/8,
 * `[::1]`), by http too and on any port, for a shop that is being built on a laptop. In both: no
 * user, fragment, space, control character or backslash, no name of one word or of a private
 * network, no dot at the end, 2048 characters at most.
 *
 * Addresses are checked as what they are read as: `0x7f.1`, `2130706433` and `①27.0.0.1` are
 * 127.0.0.1. What a name resolves to is checked by `send`, each time. The reason is a clause in
 * English, for whoever gave the address, and never repeats it. Pure.
 */
export function checkUrl(text: string, policy: { live: boolean }): CheckedUrl {
  const fault = textFault(text)
  if (fault) return { ok: false, reason: fault }
  if (!URL.canParse(text)) return { ok: false, reason: 'the address has no host that can be read' }
  const url = new URL(text)
  // In percent signs and punycode it may have grown.
  if (url.href.length > limits.outbound_url_max) {
    return { ok: false, reason: `the address has more than ${limits.outbound_url_max} characters` }
  }
  const host = hostOf(url)
  const isOurs = isIP(host) ? reachOf(host) === 'loopback' : isLocalName(host)
  const reason =
    isOurs && !policy.live ? url.port === '0' && 'the port must not be 0' : publicFault(url, host)
  return reason ? { ok: false, reason } : { ok: true, url }
}
