// SPDX-License-Identifier: Apache-2.0
import { isIPv6 } from 'node:net'

/** The address of a TCP socket; an IPv6 address goes into brackets, where it does not stand in some already. */
export function tcpAddress(host: string, port: number): string {
  return `tcp://${isIPv6(host) ? `[${host}]` : host}:${port}`
}

/** Whether a socket needs IPv6: the option asks for it, or the address is one, whatever the option says. */
export function needsIpv6(options: { readonly address: string; readonly ipv6?: boolean }): boolean {
  return (options.ipv6 ?? false) || options.address.startsWith('tcp://[')
}
