// SPDX-License-Identifier: Apache-2.0

/** The first name on the line of a hosts file that holds `name`: what hosts(5) calls the canonical one. */
export function canonicalName(name: string, hosts: string): string | undefined {
  return entriesOf(hosts).find(({ names }) => names.includes(name))?.names[0]
}

/** The names a hosts file gives an address: of each of its lines the first, and further ones with a domain. */
export function namesOfAddress(address: string, hosts: string): string[] {
  return entriesOf(hosts)
    .filter((entry) => entry.address === address)
    .flatMap(({ names: [first = '', ...aliases] }) => [
      first,
      ...aliases.filter((name) => name.includes('.')),
    ])
}

/** Host and domain of a full name; the domain is empty where there is no dot. */
export function splitName(fqdn: string): { host: string; domain: string } {
  const dot = fqdn.indexOf('.')
  return dot === -1 ? { host: fqdn, domain: '' } : { host: fqdn.slice(0, dot), domain: fqdn.slice(dot + 1) }
}

interface HostsEntry {
  readonly address: string
  readonly names: readonly string[]
}

function entriesOf(hosts: string): HostsEntry[] {
  return hosts
    .split('\n')
    .map((line) => (line.split('#')[0] ?? '').trim().split(/\s+/))
    .map(([address = '', ...names]) => ({ address, names }))
    .filter(({ names }) => names.length > 0)
}
