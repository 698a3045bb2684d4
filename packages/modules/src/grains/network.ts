// SPDX-License-Identifier: Apache-2.0
import { defineGrain } from '@halite/loader'
import { byNumber } from './parts/addresses.ts'
import { type Interface, interfaces } from './parts/interfaces.ts'

export default defineGrain({
  name: 'network',
  doc: 'Network interfaces and the addresses of this host, loopback included.',
  provides: [...['ipv4', 'ipv6', 'ip_interfaces', 'ip4_interfaces', 'ip6_interfaces', 'hwaddr_interfaces']],
  collect: () => networkGrains(interfaces()),
})

/** The grains that follow from a list of interfaces; addresses sorted by value where the interface does not matter. */
export function networkGrains(all: readonly Interface[]) {
  const perInterface = <T>(of: (each: Interface) => T) =>
    Object.fromEntries(all.map((each) => [each.name, of(each)] as const))
  const unique = (addresses: readonly string[]) => [...new Set(addresses)].sort(byNumber)
  return {
    ipv4: unique(all.flatMap(({ ipv4 }) => ipv4)),
    ipv6: unique(all.flatMap(({ ipv6 }) => ipv6)),
    ip_interfaces: perInterface(({ ipv4, ipv6 }) => [...ipv4, ...ipv6]),
    ip4_interfaces: perInterface(({ ipv4 }) => ipv4),
    ip6_interfaces: perInterface(({ ipv6 }) => ipv6),
    hwaddr_interfaces: Object.fromEntries(
      all.flatMap(({ name, hwaddr }) => (hwaddr === undefined ? [] : [[name, hwaddr]])),
    ),
  }
}
