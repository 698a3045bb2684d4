// SPDX-License-Identifier: Apache-2.0
import type { MinionOptions } from '@halite/core'
import { expect, test } from 'vitest'
import { masterAddresses } from '../src/master-address.ts'

const addresses = (master: unknown, master_port = 4506) =>
  masterAddresses({ master, master_port } as unknown as MinionOptions)

test.each([
  ['salt', 'salt', 4506],
  [' salt.example.com ', 'salt.example.com', 4506],
  ['10.0.0.1', '10.0.0.1', 4506],
  ['10.0.0.1:5506', '10.0.0.1', 5506],
  ['salt:65535', 'salt', 65_535],
  ['::1', '::1', 4506],
  ['fe80::1%eth0', 'fe80::1%eth0', 4506],
  ['[::1]', '::1', 4506],
  ['[2001:db8::7]:5506', '2001:db8::7', 5506],
])('%j', (master, host, port) => {
  expect(addresses(master)).toEqual([{ host, port }])
})

test('several masters, in their order, each with a port of its own or the common one', () => {
  expect(addresses(['a', 'b:1'], 7)).toEqual([
    { host: 'a', port: 7 },
    { host: 'b', port: 1 },
  ])
})

test('an empty list is refused', () => {
  expect(() => addresses([])).toThrow('master is an empty list')
})

test.each(['', '  ', 'two words', 'salt:0', 'salt:99999', 'tcp://salt'])('%j is refused', (master) => {
  expect(() => addresses(master)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})
