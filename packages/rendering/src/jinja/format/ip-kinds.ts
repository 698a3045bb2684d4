// SPDX-License-Identifier: Apache-2.0
import { type Interface, inside, parseNetwork } from './ip-address.ts'

/** Networks of each kind, by the registries that Python's `ipaddress` follows. */
const ranges: Readonly<Record<string, readonly string[]>> = {
  private: [
    ...[
      '0.0.0.0/8',
      '10.0.0.0/8',
      '127.0.0.0/8',
      '169.254.0.0/16',
      '172.16.0.0/12',
      '192.0.0.0/29',
      '192.0.0.170/31',
    ],
    ...[
      '192.0.2.0/24',
      '192.168.0.0/16',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '240.0.0.0/4',
    ],
    ...['255.255.255.255/32', '::1/128', '::/128', '::ffff:0:0/96', '100::/64', '2001::/23', '2001:2::/48'],
    ...['2001:db8::/32', '2001:10::/28', 'fc00::/7', 'fe80::/10'],
  ],
  loopback: ['127.0.0.0/8', '::1/128'],
  multicast: ['224.0.0.0/4', 'ff00::/8'],
  linkLocal: ['169.254.0.0/16', 'fe80::/10'],
  siteLocal: ['fec0::/10'],
  unspecified: ['0.0.0.0/32', '::/128'],
  reserved: [
    ...[
      '240.0.0.0/4',
      '::/8',
      '100::/8',
      '200::/7',
      '400::/6',
      '800::/5',
      '1000::/4',
      '4000::/3',
      '6000::/3',
    ],
    ...['8000::/3', 'a000::/3', 'c000::/3', 'e000::/4', 'f000::/5', 'f800::/6', 'fe00::/9'],
  ],
}

/** The options of Salt's address filters, and whether they hold for an address. */
export function kindsOf(address: Interface): ReadonlyMap<string, boolean> {
  const is = (kind: string) => (ranges[kind] ?? []).some((range) => holds(range, address))
  const [isPrivate, linkLocal, siteLocal] = [is('private'), is('linkLocal'), is('siteLocal')]
  return new Map([
    ['global', !isPrivate],
    ['public', !isPrivate],
    ['private', isPrivate],
    ...['link-local', 'linklocal', 'll', 'link_local'].map((name) => [name, linkLocal] as const),
    ...['loopback', 'lo'].map((name) => [name, is('loopback')] as const),
    ['multicast', is('multicast')],
    ['reserved', is('reserved')],
    ...['site-local', 'sl', 'site_local'].map((name) => [name, siteLocal] as const),
    ['unspecified', is('unspecified')],
  ])
}

function holds(range: string, address: Interface): boolean {
  const network = parseNetwork(range, true)
  return network !== undefined && inside(address, network)
}

/** An address as Python writes it, with its prefix where asked for. */
export function addressText(address: Interface | undefined, withPrefix: boolean): string | undefined {
  if (address === undefined) return undefined
  const text =
    address.version === 4
      ? dotted(address.value)
      : compressed(address.value) + (address.scope === '' ? '' : `%${address.scope}`)
  return withPrefix ? `${text}/${address.prefix}` : text
}

function dotted(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.')
}

/** The longest run of zeros, of two or more, becomes `::`. */
function compressed(value: bigint): string {
  const parts = Array.from({ length: 8 }, (_unused, index) =>
    ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
  )
  let [start, length] = [0, 0]
  for (let index = 0; index < 8; index++) {
    let run = 0
    while (parts[index + run] === '0') run++
    if (run > length) [start, length] = [index, run]
  }
  if (length < 2) return parts.join(':')
  return `${parts.slice(0, start).join(':')}::${parts.slice(start + length).join(':')}`
}
