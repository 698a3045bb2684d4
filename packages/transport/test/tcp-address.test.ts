// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { tcpAddress, tcpPlace } from '../src/tcp-address.ts'

test.each(['salt', '127.0.0.1', '127.1', '::1', '2001:db8::7', 'fe80::1%eth0', '::ffff:10.0.0.1'])(
  'the host %s is found again in its address',
  (host) => {
    expect(tcpPlace(tcpAddress(host, 4506))).toEqual({ host, port: 4506 })
  },
)

test.each(['', 'ipc:///x', 'tcp://', 'tcp://[::1', 'tcp://salt', 'tcp://a:b:1'])(
  '%j is not an address',
  (address) => {
    expect(() => tcpPlace(address)).toThrow('is not an address of TCP')
  },
)
