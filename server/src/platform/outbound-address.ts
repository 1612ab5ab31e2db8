import { BlockList, isIP } from 'node:net'

/** Where an address leads: into the Internet, to this machine, or nowhere that we may call. */
export type Reach = 'public' | 'loopback' | 'reserved'

function rangesOf(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [net = '', bits] = range.split('/')
    list.addSubnet(net, Number(bits), family)
  }
  return list
}

const loopback = {
  ipv4: rangesOf('ipv4', ['127.0.0.0/8']),
  ipv6: rangesOf('ipv6', ['::1/128']),
}

/** The special-purpose registry of IANA, and one address that only looks public. */
const reserved4 = rangesOf('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Reached from inside Azure's network only: the agent of the machine answers there.
  '168.63.129.16/32',
])

/**
 * What is given out to networks. Whatever lies outside is refused unseen: `::` and IPv4 in IPv6
 * (`::/96`, `::ffff:0:0/96`, `64:ff9b::/96`, `64:ff9b:1::/48`), `100::/64`, `fc00::/7`,
 * `fe80::/10`, `fec0::/10`, `ff00::/8`, and what will be reserved one day.
 */
const global6 = rangesOf('ipv6', ['2000::/3'])

/** Inside of it: protocol assignments with Teredo, documentation, 6to4. */
const reserved6 = rangesOf('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

/**
 * Where an address leads. Whatever is no address, has a zone, or carries an IPv4 address in an IPv6
 * one is `reserved`: what it reaches is decided by a gateway that we do not see. Pure.
 */
export function reachOf(address: string): Reach {
  // BlockList compares `::ffff:127.0.0.1` with ranges of IPv4 too: the families are kept apart.
  switch (isIP(address)) {
    case 4:
      if (loopback.ipv4.check(address, 'ipv4')) return 'loopback'
      return reserved4.check(address, 'ipv4') ? 'reserved' : 'public'
    case 6:
      if (address.includes('%')) return 'reserved'
      if (loopback.ipv6.check(address, 'ipv6')) return 'loopback'
      if (!global6.check(address, 'ipv6')) return 'reserved'
      return reserved6.check(address, 'ipv6') ? 'reserved' : 'public'
    default:
      return 'reserved'
  }
}
