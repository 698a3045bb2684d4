// SPDX-License-Identifier: Apache-2.0
import { type ProcessCluster, startProcesses } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await startProcesses({
    minions: ['m1', 'm2'],
    masterConfig: {
      show_jid: true,
      show_timeout: false,
      cli_summary: true,
      batch_safe_limit: 2,
      batch_safe_size: 1,
      timeout: 1,
      gather_job_timeout: 1,
    },
  })
  await cluster.acceptAll()
})
afterAll(() => cluster?.close())

test('show_jid and cli_summary print what their names say', async () => {
  const { stdout, stderr } = await cluster.run('salt', 'm1', 'test.ping')
  expect(`${stdout}${stderr}`).toMatch(/^jid: \d{20}$/m)
  expect(`${stdout}${stderr}`).toMatch(/^# of minions returned:\s+1$/m)
})

test('from batch_safe_limit minions on salt goes round in groups of batch_safe_size', async () => {
  const { stdout, stderr, code } = await cluster.run('salt', '*', 'test.ping')
  expect([code, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('switching to batch execution')])
  const one = await cluster.run('salt', 'm1', 'test.ping')
  expect(`${one.stdout}${one.stderr}`).not.toContain('switching to batch execution')
})

test('without show_timeout minions that did not return are not named, and the exit code says that there are', async () => {
  await cluster.minion('m2').stop()
  const { stdout, stderr, code } = await cluster.run('salt', 'm2', 'test.ping')
  expect(`${stdout}${stderr}`).not.toMatch(/^m2:/m)
  expect(code).toBe(2)
})
