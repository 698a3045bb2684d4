// SPDX-License-Identifier: Apache-2.0
import { type ProcessCluster, startProcesses, until } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await startProcesses({ minions: ['m1'] })
  await cluster.acceptAll()
}, 60_000)
afterAll(() => cluster?.close())

test.each(['1', '5'])(
  'a minion killed just before a job is said to be lost, and since when: -t %s',
  async (seconds) => {
    await until(
      'm1 hears publications',
      async () => {
        return (await cluster.run('salt-run', 'manage.up', '--out=json')).stdout.includes('m1')
      },
      30_000,
    )
    cluster.minion('m1').kill('SIGKILL')
    await cluster.minion('m1').exited
    const { stdout, code } = await cluster.run('salt', '*', 'test.ping', '-t', seconds)
    expect(code).toBe(1)
    expect(stdout).toContain('Minion did not return.')
    expect(stdout).toMatch(/[Tt]he connection was lost(?: \d+ s ago|, last seen \d+ s ago)/)
    expect(stdout).not.toContain('did not acknowledge')
    await cluster.minion('m1').start()
  },
  60_000,
)
