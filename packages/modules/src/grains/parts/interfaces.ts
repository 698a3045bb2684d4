// SPDX-License-Identifier: Apache-2.0
import { networkInterfaces } from 'node:os'
import { parseHexIpv4, parseHexIpv6 } from './addresses.ts'
import { namesIn, readText } from './read.ts'

/** A network interface; addresses in the system's order. */
export interface Interface {
  readonly name: string
  readonly ipv4: readonly string[]
  readonly ipv6: readonly string[]
  /** Hardware address, or undefined if it has none. */
  readonly hwaddr: string | undefined
}

/**
 * All interfaces, those that are down or have no address included. Node lists only what is up and running, so on Linux
 * the kernel's files fill the gaps: a bridge without a member keeps its address there.
 */
export function interfaces(): Interface[] {
  const running = runningInterfaces()
  if (process.platform !== 'linux') return running
  const ipv4 = missingIpv4({
    known: running,
    trie: readText('/proc/net/fib_trie') ?? '',
    routes: readText('/proc/net/route') ?? '',
  })
  const ipv6 = parseIfInet6(readText('/proc/net/if_inet6') ?? '')
  return namesIn('/sys/class/net')
    .filter((name) => readText(`/sys/class/net/${name}/ifindex`) !== undefined)
    .map((name) => {
      const known = running.find((each) => each.name === name)
      return {
        name,
        ipv4: [...(known?.ipv4 ?? []), ...(ipv4.get(name) ?? [])],
        ipv6: [...new Set([...(known?.ipv6 ?? []), ...(ipv6.get(name) ?? [])])],
        hwaddr: readText(`/sys/class/net/${name}/address`)?.trim() || undefined,
      }
    })
}

function runningInterfaces(): Interface[] {
  return Object.entries(networkInterfaces()).map(([name, addresses = []]) => ({
    name,
    ipv4: addresses.filter(({ family }) => family === 'IPv4').map(({ address }) => address),
    ipv6: addresses.filter(({ family }) => family === 'IPv6').map(({ address }) => address),
    hwaddr: addresses[0]?.mac,
  }))
}

/** Interface → IPv6 addresses, from `/proc/net/if_inet6`, which lists them in no particular order. */
export function parseIfInet6(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [hex, , , , , name] = line.trim().split(/\s+/)
    if (hex === undefined || name === undefined) continue
    found.set(name, [...(found.get(name) ?? []), parseHexIpv6(hex)])
  }
  return found
}

/**
 * Interface → own IPv4 addresses that `known` lacks. `/proc/net/fib_trie` lists all of them, without their interface;
 * that is the one whose route in `/proc/net/route` covers the address.
 */
export function missingIpv4(from: {
  known: readonly Pick<Interface, 'ipv4'>[]
  trie: string
  routes: string
}): Map<string, string[]> {
  const known = new Set(from.known.flatMap(({ ipv4 }) => ipv4))
  const subnets = connectedSubnets(from.routes)
  const found = new Map<string, string[]>()
  for (const address of localAddresses(from.trie)) {
    const subnet = subnets.find(({ network, mask }) => (ipv4Number(address) & mask) >>> 0 === network)
    if (known.has(address) || subnet === undefined) continue
    found.set(subnet.name, [...(found.get(subnet.name) ?? []), address])
  }
  return found
}

function localAddresses(trie: string): Set<string> {
  return new Set([...trie.matchAll(/\|-- (\S+)\n\s+\/32 host LOCAL/g)].map(([, address = '']) => address))
}

interface Subnet {
  readonly name: string
  readonly network: number
  readonly mask: number
}

/** Routes without a gateway, the narrowest first. */
function connectedSubnets(routes: string): Subnet[] {
  const rows = routes.split('\n').slice(1)
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , gateway]) => gateway === '00000000')
    .map(([name = '', network = '', , , , , , mask = '']) => ({
      name,
      network: ipv4Number(parseHexIpv4(network)),
      mask: ipv4Number(parseHexIpv4(mask)),
    }))
    .sort((one, other) => other.mask - one.mask)
}

function ipv4Number(address: string): number {
  return address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0)
}
