// SPDX-License-Identifier: Apache-2.0
import { compileTarget } from '@halite/targeting'
import { describe, expect, it } from 'vitest'
import { selectsData, thrownBy } from './select.ts'

const grains = {
  ipv4: ['10.0.1.5', '127.0.0.1', 'not an address', 7],
  ipv6: ['::1', '2001:DB8:0:0::7', 'fe80::1%eth0', '::ffff:192.0.2.1'],
}

describe('addresses and networks', () => {
  it.each([
    '10.0.1.5',
    '10.0.1.5/32',
    '10.0.1.0/24',
    '10.0.0.0/8',
    '0.0.0.0/0',
    '10.0.1.0/255.255.255.0',
    '10.0.1.0/0.0.0.255',
    '::1',
    '2001:db8::7',
    '2001:db8::/32',
    'fe80::/10',
    'fe80::1%eth0',
    '::ffff:c000:201',
    '::/0',
  ])('%s selects', (tgt) => {
    expect(selectsData('ipcidr', tgt, grains)).toBe(true)
  })

  it.each([
    '10.0.1.6',
    '10.0.2.0/24',
    '192.0.2.1',
    '2001:db8::8',
    '2001:db9::/32',
    'fe80::1',
    'fe80::1%eth1',
  ])('%s does not select', (tgt) => {
    expect(selectsData('ipcidr', tgt, grains)).toBe(false)
  })

  it('takes a single address that is not in a list', () => {
    expect(selectsData('ipcidr', '10.0.0.0/8', { ipv4: '10.1.2.3' })).toBe(true)
    expect(selectsData('ipcidr', '10.0.0.0/8', {})).toBe(false)
  })

  it('waits for grains that are not known', () => {
    const target = compileTarget({ tgt: '10.0.0.0/8', tgtType: 'ipcidr' })
    expect(target.evaluate({ id: 'm1' })).toBe('unknown')
    expect(target.needs).toEqual({ grains: true, pillar: false })
  })

  it.each([
    '',
    'bogus',
    '10.0.1',
    '10.0.1.05',
    '10.0.1.5/24',
    '10.0.1.0/33',
    '10.0.1.0/',
    '10.0.1.0/255.0.255.0',
    '10.0.1.0/24/1',
    '2001:db8::/129',
    '2001:db8::/255.0.0.0',
    ' 10.0.1.5',
  ])('refuses %j', (tgt) => {
    expect(thrownBy(() => selectsData('ipcidr', tgt, grains))).toMatchObject({ code: 'TARGET_INVALID' })
  })
})
