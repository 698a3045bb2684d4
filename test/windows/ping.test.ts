// SPDX-License-Identifier: Apache-2.0
import { type ProcessCluster, startProcesses } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WindowsMachine } from './wine/machine.ts'
import { useWindows } from './wine/use-windows.ts'

const kit = useWindows()
let machine: WindowsMachine
let cluster: ProcessCluster

beforeAll(async () => {
  if (kit === undefined) return
  cluster = await startProcesses({ minions: [] })
  machine = WindowsMachine.make(kit, { id: 'win1', master: '127.0.0.1', master_port: cluster.ports.ret })
})

afterAll(async () => {
  await machine?.close()
  await cluster?.close()
})

test('salt-call.cmd answers as on Linux', async () => {
  const script = 'C:\\Program Files\\Salt Project\\Salt\\bin\\salt-call.cmd'
  const { stdout, code } = await machine.run(script, '--local', 'test.ping')
  expect({ stdout, code }).toEqual({ stdout: 'local:\n    True\n', code: 0 })
})

test('a master on Linux and a minion on Windows', async () => {
  await machine.startMinion()
  await cluster.waitPending(['win1'])
  await cluster.run('salt-key', '-y', '-a', 'win1')
  await cluster.waitConnected(['win1'])
  const { stdout, code } = await cluster.run('salt', 'win*', 'test.ping')
  expect({ stdout, code }).toEqual({ stdout: 'win1:\n    True\n', code: 0 })
})

test('a minion that is interrupted ends by itself and leaves no pid file', async () => {
  expect(await machine.stopMinion()).toBe(0)
  expect(() => machine.read('C:\\salt\\var\\run\\salt-minion.pid')).toThrow('ENOENT')
})
