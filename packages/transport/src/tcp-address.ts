// SPDX-License-Identifier: Apache-2.0
import { isIPv6 } from 'node:net'

/** The address of a TCP socket; an IPv6 address goes into brackets, where it does not stand in some already. */
export function tcpAddress(host: string, port: number): string {
  return `tcp://${isIPv6(host) ? `[${host}]` : host}:${port}`
}

const place = /^tcp:\/\/(?:\[([^\]]+)\]|([^:]+)):(\d+)$/

/** Host and port of what `tcpAddress` makes: a URL has no place for the zone of `fe80::1%eth0`. Throws for any other text. */
export function tcpPlace(address: string): { readonly host: string; readonly port: number } {
  const [, ipv6, name, port] = place.exec(address) ?? []
  const host = ipv6 ?? name
  if (host === undefined) throw new Error(`${address} is not an address of TCP`)
  return { host, port: Number(port) }
}

/** Whether a socket needs IPv6: the option asks for it, or the address is one, whatever the option says. */
export function needsIpv6(options: { readonly address: string; readonly ipv6?: boolean }): boolean {
  return (options.ipv6 ?? false) || options.address.startsWith('tcp://[')
}
