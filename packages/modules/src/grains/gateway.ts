// SPDX-License-Identifier: Apache-2.0
import { defineGrain } from '@halite/loader'
import { readText } from './parts/read.ts'
import { parseIpv4Gateway, parseIpv6Gateway } from './parts/routes.ts'

export default defineGrain({
  name: 'gateway',
  doc: 'The default gateways: an address, True for a default route without one, False for none.',
  provides: ['ip_gw', 'ip4_gw', 'ip6_gw'],
  needs: { platform: 'linux' },
  collect: () => {
    const ip4_gw = parseIpv4Gateway(readText('/proc/net/route') ?? '')
    const ip6_gw = parseIpv6Gateway(readText('/proc/net/ipv6_route') ?? '')
    return { ip_gw: ip4_gw !== false || ip6_gw !== false, ip4_gw, ip6_gw }
  },
})
