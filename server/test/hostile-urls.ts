/** The rule of `checkUrl` or `send` that must refuse an address. */
export type Rule = 'text' | 'scheme' | 'user' | 'port' | 'name' | 'address' | 'resolved'

export interface HostileUrl {
  url: string
  rule: Rule
  /** Test mode may call it: it means this machine, spelled in some way. */
  is_loopback?: boolean
  /** What the name resolves to, for those that look honest. */
  resolves?: readonly string[]
}

const hex = (value: number, width = 1) => value.toString(16).padStart(width, '0')
const octal = (value: number) => `0${value.toString(8)}`
const percent = (text: string) => [...Buffer.from(text)].map((it) => `%${hex(it, 2)}`).join('')
const inDigits = (text: string, zero: number) =>
  text.replace(/\d/g, (it) => String.fromCodePoint(zero + Number(it)))
/** ⓪ stands apart from ① to ⑨. */
const circled = (text: string) =>
  text.replace(/\d/g, (it) => (it === '0' ? '⓪' : String.fromCodePoint(0x2460 - 1 + Number(it))))

/** The ways to write an IPv4 address that a parser of URLs reads as just that. */
function spellings(address: string): string[] {
  const parts = address.split('.').map(Number)
  const [a = 0, b = 0, c = 0, d = 0] = parts
  const low16 = c * 256 + d
  const low24 = b * 65_536 + low16
  const whole = a * 16_777_216 + low24
  return [
    address,
    `${address}.`,
    String(whole),
    `0x${hex(whole)}`,
    `0X${hex(whole).toUpperCase()}`,
    `0x00000000${hex(whole, 8)}`,
    octal(whole),
    parts.map((it) => `0x${hex(it, 2)}`).join('.'),
    parts.map(octal).join('.'),
    parts.map((it) => it.toString(8).padStart(12, '0')).join('.'),
    `${a}.${low24}`,
    `0x${hex(a)}.${low24}`,
    `${a}.${b}.${low16}`,
    `${octal(a)}.0x${hex(b)}.${low16}`,
    inDigits(address, 0xff10),
    inDigits(address, 0x1d7ce),
    circled(address),
    address.replaceAll('.', '。'),
    address.replaceAll('.', '．'),
    address.replaceAll('.', '%2e'),
    percent(address),
    percent(inDigits(address, 0xff10)),
  ]
}

/** The ways to hide an IPv4 address in one of IPv6, which test mode does not take either. */
function embeddings(address: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  const groups = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`
  return [
    `[::ffff:${address}]`,
    `[::ffff:${groups}]`,
    `[0:0:0:0:0:ffff:${groups}]`,
    `[::${address}]`,
    `[::ffff:0:${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b::${groups}]`,
    `[64:ff9b:1::${groups}]`,
    `[2002:${groups}::1]`,
    `[2001:0:4136:e378:8000:63bf:${groups}]`,
  ]
}

const targets = ['127.0.0.1', '169.254.169.254', '10.0.0.1', '192.168.1.254', '172.16.0.9']

const moreAddresses = [
  ...['0.0.0.0', '0.1.2.3', '0', '0x0', '100.64.0.1', '100.100.100.200', '100.127.255.255'],
  ...['169.254.170.2', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.88.99.1'],
  ...['198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1'],
  ...['239.255.255.250', '240.0.0.1', '255.255.255.255', '168.63.129.16', '0xffffffff'],
  ...['[::]', '[0::0]', '[100::1]', '[fc00::1]', '[fd00:ec2::254]', '[fe80::1]', '[febf::1]'],
  ...['[fec0::1]', '[ff02::1]', '[ff0e::1]', '[2001::1]', '[2001:10::1]', '[2001:20::1]'],
  ...['[2001:1ff:ffff::1]', '[2001:db8::1]', '[2002:808:808::1]', '[3fff::1]', '[5f00::1]'],
  ...['[1::1]', '[4000::1]', '[8000::1]', '[e000::1]', '[::ffff:8.8.8.8]', '[64:ff9b::808:808]'],
]

const loopbacks = [
  ...spellings('127.0.0.1'),
  ...['127.1', '127.0.1', '127.255.255.254', '127.8.8.8', '0x7f.1', '017700000001', '0177.1'],
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '[0000::0001]', '[::0.0.0.1]'],
]

/** Names of this machine: they are not looked up, so what they resolve to does not matter. */
const localNames = [
  'localhost',
  'LOCALHOST',
  'LocalHost',
  'ⓛocalhost',
  'ｌｏｃａｌｈｏｓｔ',
  '%6cocalhost',
]
const deepLocalNames = ['shop.localhost', 'a.b.localhost']

const names = [
  ...['localhost.', 'localhost..', 'shop.localhost.', '.localhost', 'a..localhost'],
  ...['obole', 'db', 'metadata', 'router', 'com', 'broadcasthost', 'ip6-localhost', 'co.uk.'],
  ...['metadata.google.internal', 'db.internal', 'DB.Internal', 'printer.local', 'nas.LOCAL'],
  ...['localhost.localdomain', 'box.lan', 'git.corp', 'wiki.intranet', 'x.private', 'tv.home'],
  ...['home.arpa', 'nas.home.arpa', 'shop.example.', 'shop.example..', 'shop..example', '.example'],
  ...['-shop.example', 'shop-.example', 'sh!op.example', "shop'.example", 'shop,a.example'],
  ...['shop;.example', 'shop(1).example', 'shop=1.example', 'shop+.example', 'a*b.example'],
  ...[
    '*.example',
    '127.0.0.0xg',
    'shop.1a',
    'shop.a',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}example`,
  ],
]

const unreadable = [
  ...['256.0.0.1', '127.0.0.256', '127.0.0.1.1', '127.0.0.08', '0x1ffffffff', '4294967296'],
  ...['1.2.3.4.5', 'shop.127', 'shop.0x7f', '[::1', '::1', '[::1]]'],
  ...['[fe80::1%25eth0]', '[fe80::1%eth0]', '[::1%251]', '[::1%lo]', '[1::2::3]', '[::g]', '[]'],
  ...['[127.0.0.1]', '[v1.a]', '%', '%00', '127.0.0.1%00', 'shop%00.example', 'shop%2fa.example'],
  ...['shop%40a.example', 'shop%23.example', 'sh^op.example', 'sh|op.example', 'xn--a', ':443'],
]

const schemes = [
  ...['http', 'HTTP', 'ftp', 'file', 'ws', 'wss', 'gopher', 'dict', 'ldap', 'tftp', 'sftp'],
  ...['unix', 'blob:https', 'view-source:https', 'jar:https', 'httpss', 'https+unix', 'data'],
]

const withoutHost = (host: string): string[] => [
  ...[
    '',
    '/',
    '//',
    '///',
    'https',
    'https:',
    'https:/',
    'https://',
    'https:///',
    'https://?',
    '?',
  ],
  ...[host, `//${host}/`, `/${host}`, `https:${host}`, `https:/${host}`, `https:///${host}`],
  ...[
    `://${host}`,
    `:${host}`,
    `https//${host}`,
    `https:////${host}`,
    `javascript:alert('${host}')`,
  ],
  ...[`data:text/html,${host}`, `mailto:hook@${host}`, `file:///etc/passwd`, `about:blank`],
]

const users = (host: string): string[] => [
  ...[`https://user@${host}/`, `https://user:word@${host}/`, `https://:word@${host}/`],
  ...[`https://@${host}/`, `https://:@${host}/`, `https://shop.example@${host}/`],
  ...[`https://shop.example:443@${host}/`, `https://shop.example%2f@${host}/`],
  ...[`https://${host}@shop.example/`, `https://a@b@${host}/`, `https://shop.example&@${host}/`],
  ...[`https://%00@${host}/`, `https://${host}:443@shop.example:443/`, `https://a:b:c@${host}`],
]

const odd = [
  '\t',
  '\n',
  '\r',
  '\r\n',
  ' ',
  '\0',
  '\v',
  '\f',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u00a0',
]
const invisible = ['\u00ad', '\u200b', '\u200d', '\u2028', '\u202e', '\u2060', '\u3000', '\ufeff']
const lone = ['\ud800', '\udfff']

const texts = (host: string): string[] => [
  ...[...odd, ...invisible, ...lone].flatMap((it) => [
    `https://127.0.${it}0.1/`,
    `https://shop.example/a${it}b`,
  ]),
  ...odd.flatMap((it) => [
    `${it}https://${host}/`,
    `https://${host}/${it}`,
    `ht${it}tps://${host}/`,
  ]),
  ...[`https:\\\\${host}/`, `https:/\\${host}/`, `https://shop.example\\@${host}/`],
  ...[`https://shop.example\\.${host}/`, `https://shop.example/\\`, `https://\\${host}`],
  ...[`https://shop.example/?a=1\r\nhost: ${host}`, `https://shop.example/ HTTP/1.1\r\n\r\n`],
  ...[`https://shop.example/#`, `https://shop.example#@${host}/`, `https://shop.example/#${host}`],
  ...[`https://shop.example?#${host}`, `https://shop.example/${'a'.repeat(2048)}`],
  ...[`https://shop.example/${'é'.repeat(700)}`],
]

const ports = [
  ...['0', '1', '21', '22', '23', '25', '53', '80', '110', '389', '442', '444', '465', '587'],
  ...['2375', '3000', '3306', '4443', '5432', '6379', '6443', '8080', '8444', '9200', '9443'],
  ...['10250', '11211', '27017', '65535'],
]
const badPorts = ['65536', '99999999', '-1', '+443', '0x1bb', '443a', '４４３', '4 43', '443:443']

const unhelpful = '93.184.215.14'
const resolved: readonly (readonly string[])[] = [
  ...moreAddresses
    .map((it) => it.replace(/[[\]]/g, ''))
    .filter((it) => it.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(it))
    .map((it) => [it]),
  ...['127.0.0.1', '127.5.5.5', '::1', '0:0:0:0:0:0:0:1', '10.1.2.3', '169.254.169.254'].map(
    (it) => [it],
  ),
  // One bad address among good ones, wherever it stands.
  ...[
    ['127.0.0.1', unhelpful],
    [unhelpful, '127.0.0.1'],
    [unhelpful, '2606:4700::1111', '::1'],
  ],
  ...[
    [...Array<string>(20).fill(unhelpful), '10.0.0.1'],
    ['2606:4700::1111', 'fe80::1%eth0'],
  ],
  ...[['fe80::1%1'], ['::ffff:127.0.0.1'], ['::ffff:7f00:1'], ['2606:4700::1111', '::ffff:a00:1']],
  // What no resolver should say.
  ...[[''], ['localhost'], ['127.1'], ['0x7f000001'], ['2130706433'], ['[::1]'], ['shop.example']],
  ...[[unhelpful, '127.0.0.1:80'], [` ${unhelpful}`], [`${unhelpful}\0`], ['8.8.8.8/32']],
]

/**
 * Addresses that live mode must never connect to, and test mode only to this machine. `port` is one
 * where somebody listens on 127.0.0.1 and counts.
 */
export function hostileUrls(port: number): HostileUrl[] {
  const of = (rule: Rule, urls: readonly string[]): HostileUrl[] =>
    [...new Set(urls)].map((url) => ({ url, rule }))
  const ours = (rule: Rule, urls: readonly string[]): HostileUrl[] =>
    [...new Set(urls)].map((url) => ({ url, rule, is_loopback: true }))
  const there = `127.0.0.1:${port}`
  const inland = [...targets.slice(1).flatMap(spellings), ...targets.flatMap(embeddings)]
  return [
    ...ours(
      'address',
      loopbacks.map((it) => `https://${it}/hook`),
    ),
    ...ours(
      'port',
      loopbacks.map((it) => `https://${it}:${port}/`),
    ),
    ...ours(
      'scheme',
      loopbacks.map((it) => `http://${it}:${port}/`),
    ),
    ...ours(
      'name',
      localNames.map((it) => `https://${it}/`),
    ),
    ...ours(
      'name',
      deepLocalNames.map((it) => `https://${it}/`),
    ),
    ...ours(
      'scheme',
      [...localNames, ...deepLocalNames].map((it) => `http://${it}:${port}/`),
    ),
    ...of(
      'address',
      [...inland, ...moreAddresses].map((it) => `https://${it}/latest/meta-data/`),
    ),
    ...of(
      'scheme',
      inland.map((it) => `http://${it}:${port}/`),
    ),
    ...of(
      'name',
      names.map((it) => `https://${it}/`),
    ),
    ...of(
      'text',
      unreadable.map((it) => `https://${it}/`),
    ),
    ...of(
      'scheme',
      schemes.map((it) => `${it}://shop.example/`),
    ),
    ...of('text', withoutHost(there)),
    ...of('user', users(there)),
    ...of('text', texts(there)),
    ...of(
      'port',
      ports.map((it) => `https://shop.example:${it}/`),
    ),
    ...of(
      'text',
      badPorts.map((it) => `https://shop.example:${it}/`),
    ),
    ...resolved.map((resolves) => ({
      url: 'https://hooks.shop.example:8443/',
      rule: 'resolved' as const,
      resolves,
    })),
  ]
}
