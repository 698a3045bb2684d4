// SPDX-License-Identifier: Apache-2.0
import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { lookUpHost } from '@halite/core'
import { defineGrain } from '@halite/loader'
import { byNumber, isLoopback } from './parts/addresses.ts'
import { canonicalName, namesOfAddress, splitName } from './parts/host-names.ts'
import { readHosts } from './parts/hosts-file.ts'
import { interfaces } from './parts/interfaces.ts'

export default defineGrain({
  name: 'fqdns',
  doc: "What the name services say of this host: its full name, that name's addresses, the names of its addresses.",
  provides: ['fqdn', 'host', 'domain', 'fqdn_ip4', 'fqdn_ip6', 'fqdns'],
  slow: true,
  collect: async ({ options, signal }) => {
    // its queries hold no thread of the process, and can be called off
    const resolver = new Resolver({ timeout: 2000, tries: 2 })
    const cancel = () => resolver.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    try {
      const fqdn = await fullName(resolver, hostname(), signal)
      const [addresses, fqdns] = await Promise.all([
        addressesOf(fqdn, signal),
        options['enable_fqdns_grains'] === false ? [] : ownNames(resolver),
      ])
      const fqdn_ip4 = addresses.filter((address) => isIP(address) === 4)
      const fqdn_ip6 = addresses.filter((address) => isIP(address) === 6)
      return { fqdn, ...splitName(fqdn), fqdn_ip4, fqdn_ip6, fqdns }
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  },
})

/** The hosts file decides, as for every resolver; then a name of the first address that is a longer form. */
async function fullName(resolver: Resolver, name: string, signal: AbortSignal): Promise<string> {
  const canonical = canonicalName(name, readHosts())
  if (canonical !== undefined || name.includes('.')) return canonical ?? name
  const [address] = await addressesOf(name, signal)
  const names = address === undefined ? [] : await namesOf(resolver, address)
  return names.find((longer) => longer.startsWith(`${name}.`)) ?? name
}

async function addressesOf(name: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await lookUpHost(name, signal)
  } catch {
    return [] // no such name: no addresses
  }
}

/** The names of all addresses that others can reach, without doubles, sorted. */
async function ownNames(resolver: Resolver): Promise<string[]> {
  const addresses = interfaces().flatMap(({ ipv4, ipv6 }) => [...ipv4, ...ipv6])
  const reachable = addresses.filter((address) => !isLoopback(address) && !address.startsWith('fe80:'))
  const names = await Promise.all(reachable.sort(byNumber).map((address) => namesOf(resolver, address)))
  return [...new Set(names.flat())].sort()
}

async function namesOf(resolver: Resolver, address: string): Promise<string[]> {
  const local = namesOfAddress(address, readHosts())
  if (local.length > 0) return local
  try {
    return await resolver.reverse(address)
  } catch {
    return [] // nobody answers, or nobody knows
  }
}
