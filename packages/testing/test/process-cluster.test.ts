// SPDX-License-Identifier: Apache-2.0
import { isAlive } from '@halite/core'
import { expect, test } from 'vitest'
import { startProcesses } from '../src/index.ts'

test('processes are started, talked to, killed and started again', async () => {
  const cluster = await startProcesses({ minions: ['web1'] })
  const pids = [cluster.master.pid, cluster.minion('web1').pid]
  try {
    await cluster.acceptAll()
    const { code, stdout } = await cluster.run('salt', '*', 'test.ping')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'web1:\n    True\n' })
    cluster.minion('web1').kill('SIGKILL')
    expect(await cluster.minion('web1').exited).toEqual({ code: null, signal: 'SIGKILL' })
    await cluster.minion('web1').start()
    await cluster.waitConnected()
    pids.push(cluster.minion('web1').pid)
    expect(cluster.master.log()).toContain('master started')
  } finally {
    await cluster.close()
  }
  expect(pids.filter(isAlive)).toEqual([])
})
