// SPDX-License-Identifier: Apache-2.0
import { parseHexIpv4, parseHexIpv6 } from './addresses.ts'

/** A gateway's address, true for a default route that needs none, false for no default route. */
export type Gateway = string | boolean

/** The default route with the lowest metric in `/proc/net/route`. */
export function parseIpv4Gateway(text: string): Gateway {
  const routes = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')
    .map(([, , gateway = '', , , , metric]) => ({ gateway, metric: Number(metric) }))
  const [best] = routes.sort((one, other) => one.metric - other.metric)
  if (best === undefined) return false
  return best.gateway === '00000000' ? true : parseHexIpv4(best.gateway)
}

/** The default route with the lowest metric in `/proc/net/ipv6_route`; the kernel's reject route on `lo` does not count. */
export function parseIpv6Gateway(text: string): Gateway {
  const routes = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([network, prefix, , , , , , , , name]) => isAny(network) && prefix === '00' && name !== 'lo')
    .map(([, , , , gateway, metric = '']) => ({ gateway, metric: Number.parseInt(metric, 16) }))
  const [best] = routes.sort((one, other) => one.metric - other.metric)
  if (best?.gateway === undefined) return false
  return isAny(best.gateway) ? true : parseHexIpv6(best.gateway)
}

function isAny(hex: string | undefined): boolean {
  return hex === '0'.repeat(32)
}
