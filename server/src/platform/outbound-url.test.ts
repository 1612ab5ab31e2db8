import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reachOf } from './outbound-address.ts'
import { checkUrl } from './outbound-url.ts'

describe('an address is', () => {
  const table: Record<ReturnType<typeof reachOf>, string[]> = {
    public: [
      ...[
        '1.0.0.0',
        '9.255.255.255',
        '11.0.0.0',
        '100.63.255.255',
        '100.128.0.0',
        '126.255.255.255',
      ],
      ...[
        '128.0.0.0',
        '169.253.255.255',
        '169.255.0.0',
        '172.15.255.255',
        '172.32.0.0',
        '192.0.1.0',
      ],
      ...['192.0.3.0', '192.88.98.255', '192.167.255.255', '192.169.0.0', '198.17.255.255'],
      ...['198.20.0.0', '203.0.112.255', '203.0.114.0', '223.255.255.255', '168.63.129.15'],
      ...['2000::', '2001:200::', '2001:db7::', '2001:db9::', '2001:ffff::', '2003::', '3ffe::'],
      ...['3fff:1000::', '2606:4700:4700::1111'],
    ],
    loopback: ['127.0.0.0', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1', '::0.0.0.1'],
    reserved: [
      ...[
        '0.0.0.0',
        '0.255.255.255',
        '10.0.0.0',
        '10.255.255.255',
        '100.64.0.0',
        '100.127.255.255',
      ],
      ...['169.254.0.0', '169.254.255.255', '172.16.0.0', '172.31.255.255', '192.0.0.0'],
      ...[
        '192.0.0.255',
        '192.0.2.255',
        '192.88.99.0',
        '192.168.0.0',
        '198.18.0.0',
        '198.19.255.255',
      ],
      ...['198.51.100.0', '203.0.113.255', '224.0.0.0', '239.255.255.255', '240.0.0.0'],
      ...['255.255.255.255', '168.63.129.16', '::', '::2', '::ffff:127.0.0.1', '::ffff:8.8.8.8'],
      ...['64:ff9b::1.1.1.1', '64:ff9b:1::', '100::', '1fff:ffff::', '2001::', '2001:1ff:ffff::'],
      ...['2001:db8::', '2001:db8:ffff::', '2002::', '2002:808:808::', '3fff::', '3fff:fff::'],
      ...['4000::', 'fc00::', 'fdff::', 'fe80::', 'febf::', 'fec0::', 'ff00::', '2003::1%eth0'],
      ...['', 'localhost', '127.1', '[::1]', '08.8.8.8', '8.8.8.8 ', '8.8.8.8/8'],
    ],
  }
  for (const [reach, addresses] of Object.entries(table)) {
    it(`${reach}, from the first to the last of its range`, () => {
      for (const it of addresses) assert.equal(reachOf(it), reach, it)
    })
  }
})

it('what shops use is taken, as what it is read as', () => {
  const taken = [
    ...[
      'https://shop.example/hook',
      'https://shop.example:443/',
      'https://shop.example:8443/a?b=c',
    ],
    ...[
      'HTTPS://Shop.Example/',
      'https://m\u00fcnchen.example/',
      'https://a_b.shop.example/%0d%0a',
    ],
    ...['https://8.8.8.8/', 'https://[2606:4700:4700::1111]/', 'https://local.shop.example/'],
    ...[
      'https://internal.shop.example/',
      'https://localhost.shop.example/',
      'https://my-home.example',
    ],
  ]
  for (const it of taken) {
    for (const live of [true, false]) assert.equal(checkUrl(it, { live }).ok, true, it)
  }
  const read = checkUrl('https://M\u00dcNCHEN.example:443', { live: true })
  assert.equal(read.ok && read.url.href, 'https://xn--mnchen-3ya.example/')
  assert.equal(checkUrl(`https://shop.example/${'a'.repeat(2027)}`, { live: true }).ok, true)
  assert.equal(checkUrl(`https://shop.example/${'a'.repeat(2028)}`, { live: true }).ok, false)
})
