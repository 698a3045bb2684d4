// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { networkGrains } from '../../src/grains/network.ts'
import { byNumber, isLoopback, parseHexIpv4, parseHexIpv6 } from '../../src/grains/parts/addresses.ts'
import { missingIpv4, parseIfInet6 } from '../../src/grains/parts/interfaces.ts'
import { parseIpv4Gateway, parseIpv6Gateway } from '../../src/grains/parts/routes.ts'

describe('addresses', () => {
  test('are ordered by value', () => {
    expect(['10.0.0.10', '127.0.0.1', '10.0.0.9'].sort(byNumber)).toEqual([
      '10.0.0.9',
      '10.0.0.10',
      '127.0.0.1',
    ])
    expect(['fe80::1', '::1', 'fd00::2', '2001:db8::'].sort(byNumber)).toEqual([
      '::1',
      '2001:db8::',
      'fd00::2',
      'fe80::1',
    ])
  })

  test('are read from the kernel', () => {
    expect(parseHexIpv4('0102000A')).toBe('10.0.2.1')
    expect(parseHexIpv6('fe8000000000000000fc00fffe000001')).toBe('fe80::fc:ff:fe00:1')
    expect(parseHexIpv6('00000000000000000000000000000001')).toBe('::1')
    expect(isLoopback('127.8.0.1')).toBe(true)
    expect(isLoopback('10.0.0.1')).toBe(false)
  })
})

const routeHeader = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT'

function routes(...rows: string[]): string {
  return [routeHeader, ...rows.map((row) => row.replaceAll(' ', '\t'))].join('\n')
}

describe('gateways', () => {
  test.each([
    ['an address', routes('eth0 00000000 010200C0 0003 0 0 0 00000000 0 0 0'), '192.0.2.1'],
    [
      'the lowest metric',
      routes(
        'wlan0 00000000 0102000A 0003 0 0 600 00000000 0 0 0',
        'eth0 00000000 0101000A 0003 0 0 100 00000000 0 0 0',
      ),
      '10.0.1.1',
    ],
    ['a link', routes('tun0 00000000 00000000 0001 0 0 0 00000000 0 0 0'), true],
    ['no default route', routes('eth0 000200C0 00000000 0001 0 0 0 00FFFFFF 0 0 0'), false],
    ['no file', '', false],
  ])('IPv4: %s', (_name, text, gateway) => {
    expect(parseIpv4Gateway(text)).toBe(gateway)
  })

  const none = '0'.repeat(32)
  const rest = '00000400 00000002 00000000 00000003'

  test.each([
    ['an address', `${none} 00 ${none} 00 fd000000000000000000000000000001 ${rest} eth0`, 'fd00::1'],
    ['a link', `${none} 00 ${none} 00 ${none} ${rest} tun0`, true],
    ['the reject route', `${none} 00 ${none} 00 ${none} ffffffff 00000001 00000000 00200200 lo`, false],
    ['no file', '', false],
  ])('IPv6: %s', (_name, text, gateway) => {
    expect(parseIpv6Gateway(text)).toBe(gateway)
  })
})

describe('interfaces', () => {
  test('IPv6 by interface', () => {
    const text = [
      'fd000000000000000000000000000002 04 40 00 82     eth0',
      '00000000000000000000000000000001 01 80 10 80       lo',
      'fe8000000000000000fc00fffe000001 04 40 20 80     eth0',
    ].join('\n')
    expect(Object.fromEntries(parseIfInet6(text))).toEqual({
      eth0: ['fd00::2', 'fe80::fc:ff:fe00:1'],
      lo: ['::1'],
    })
  })

  test('addresses of interfaces that do not run are found through their routes', () => {
    const trie = [
      'Main:',
      '  +-- 0.0.0.0/0 3 0 5',
      '     |-- 172.17.0.0',
      '        /16 link UNICAST',
      '     |-- 172.17.0.1',
      '        /32 host LOCAL',
      '     |-- 192.0.2.2',
      '        /32 host LOCAL',
      'Local:',
      '     |-- 172.17.0.1',
      '        /32 host LOCAL',
    ].join('\n')
    const found = missingIpv4({
      known: [{ ipv4: ['192.0.2.2'] }],
      trie,
      routes: routes(
        'eth0 00000000 010200C0 0003 0 0 0 00000000 0 0 0',
        'eth0 000200C0 00000000 0001 0 0 0 00FFFFFF 0 0 0',
        'docker0 000011AC 00000000 0001 0 0 0 0000FFFF 0 0 0',
      ),
    })
    expect(Object.fromEntries(found)).toEqual({ docker0: ['172.17.0.1'] })
  })

  test('grains', () => {
    const grains = networkGrains([
      { name: 'lo', ipv4: ['127.0.0.1'], ipv6: ['::1'], hwaddr: '00:00:00:00:00:00' },
      { name: 'eth0', ipv4: ['10.0.0.5'], ipv6: ['fe80::1'], hwaddr: '02:00:00:00:00:01' },
      { name: 'eth1', ipv4: ['10.0.0.5'], ipv6: [], hwaddr: undefined },
    ])
    expect(grains).toEqual({
      ipv4: ['10.0.0.5', '127.0.0.1'],
      ipv6: ['::1', 'fe80::1'],
      ip_interfaces: { lo: ['127.0.0.1', '::1'], eth0: ['10.0.0.5', 'fe80::1'], eth1: ['10.0.0.5'] },
      ip4_interfaces: { lo: ['127.0.0.1'], eth0: ['10.0.0.5'], eth1: ['10.0.0.5'] },
      ip6_interfaces: { lo: ['::1'], eth0: ['fe80::1'], eth1: [] },
      hwaddr_interfaces: { lo: '00:00:00:00:00:00', eth0: '02:00:00:00:00:01' },
    })
  })
})
