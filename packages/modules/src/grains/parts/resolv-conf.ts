// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net'

/** The `dns` grain; lists in the order of the file. */
export interface ResolvConf {
  readonly nameservers: readonly string[]
  readonly ip4_nameservers: readonly string[]
  readonly ip6_nameservers: readonly string[]
  readonly sortlist: readonly string[]
  readonly domain: string
  readonly search: readonly string[]
  readonly options: readonly string[]
}

/**
 * Parses a resolv.conf(5). Of `domain` and `search` the last line counts. Servers that are no address are left out.
 */
export function parseResolvConf(text: string): ResolvConf {
  const lines = text.split('\n').map((line) => (line.split(/[#;]/)[0] ?? '').trim().split(/\s+/))
  const wordsOf = (keyword: string) =>
    lines.filter(([first]) => first === keyword).map(([, ...words]) => words)
  const nameservers = wordsOf('nameserver').flatMap(([address]) => (address === undefined ? [] : [address]))
  const search = wordsOf('search').at(-1) ?? []
  return {
    nameservers: nameservers.filter((address) => familyOf(address) !== 0),
    ip4_nameservers: nameservers.filter((address) => familyOf(address) === 4),
    ip6_nameservers: nameservers.filter((address) => familyOf(address) === 6),
    sortlist: wordsOf('sortlist').flat(),
    domain: wordsOf('domain').at(-1)?.[0] ?? '',
    search,
    options: wordsOf('options').flat(),
  }
}

/** 4, 6, or 0 for no address; a link-local server may name its interface (`fe80::1%eth0`). */
function familyOf(address: string): number {
  return isIP(address.split('%')[0] ?? '')
}
