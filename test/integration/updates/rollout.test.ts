// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { RunnerClient } from '@halite/client'
import { version } from '@halite/core'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Shown {
  readonly rollout: string
  readonly status: string
  readonly reason: string
  readonly failed: Readonly<Record<string, string>>
  readonly groups: readonly Readonly<Record<string, unknown>>[]
}
interface Result {
  readonly data: Shown
  readonly retcode: number
}

let cluster: Cluster
let runner: RunnerClient

beforeAll(async () => {
  cluster = await startCluster({
    minions: ['web1', 'web2', 'db1'],
    master: { timeout: 1, gather_job_timeout: 5 },
  })
  runner = new RunnerClient({ options: cluster.masterOptions })
})
afterAll(async () => {
  await runner?.close()
  await cluster?.close()
})

const roll = (to: string, kwarg: Readonly<Record<string, unknown>> = {}) =>
  runner.cmd('update.rollout', [to], { soak: 0, ...kwarg }) as Promise<Result>

describe('update.rollout, with minions that run from sources', () => {
  test('gives them no job for the version that they have', async () => {
    const { data, retcode } = await roll(version)
    expect({ retcode, status: data.status }).toEqual({ retcode: 0, status: 'done' })
    expect(data.groups.map(({ updated }) => updated)).toEqual([1, 1, 1])
  })

  test('halts after the first that cannot update, says why, and tells the bus', async () => {
    const tags: string[] = []
    cluster.master.events.subscribe(tags, 'salt/update/rollout/', (events) => {
      for (const { tag } of events) tags.push(tag.split('/').slice(4).join('/'))
    })
    const { data, retcode } = await roll('9.9', { groups: ['L@db1', '100%'] })
    expect({ retcode, status: data.status, failed: data.failed }).toEqual({
      retcode: 1,
      status: 'halted',
      failed: {
        db1: 'Minion is not running an Esky build. This minion runs from sources: update the clone with git, and build it.',
      },
    })
    expect(data.groups.map(({ group, pending }) => [group, pending])).toEqual([
      ['L@db1', 0],
      ['100%', 2],
    ])
    await until('the end is on the bus', () => tags.includes('halted'))
    expect(tags).toEqual(['start', 'group', 'progress', 'halted'])
    expect(await runner.cmd('update.status')).toEqual(data)
  })

  test('is stopped by another command while it waits, and resumed', { timeout: 60_000 }, async () => {
    const running = roll(version, { soak: 600 })
    await until('it waits', async () => {
      const shown = (await runner.cmd('update.status')) as Shown
      return shown.status === 'soaking'
    })
    await expect(roll(version)).rejects.toMatchObject({ code: 'ALREADY_RUNNING' })
    expect(await runner.cmd('update.stop', [], { reason: 'lunch' })).toMatchObject({ status: 'soaking' })
    const { data, retcode } = await running
    expect({ retcode, status: data.status, reason: data.reason }).toEqual({
      retcode: 1,
      status: 'stopped',
      reason: 'lunch',
    })
  })

  test('is interrupted when its runner is ended, and what it has come to is kept', {
    timeout: 60_000,
  }, async () => {
    const { jid } = await runner.cmdAsync('update.rollout', [version], { soak: 600 })
    const status = async () => ((await runner.cmd('update.status')) as Shown).status
    await until('it waits', async () => (await status()) === 'soaking')
    expect(await runner.cmd('jobs.stop_run', [jid])).toBe(true)
    await until('it is over', async () => (await status()) === 'interrupted')
    expect(((await runner.cmd('update.list')) as Shown[]).map(({ status }) => status)).toEqual([
      'done',
      'halted',
      'stopped',
      'interrupted',
    ])
  })
})

test('the story of updates: frozen minions, good and bad releases, roll-outs', {
  timeout: 900_000,
}, (ctx) => {
  ctx.skip(process.env['HALITE_TEST_UPDATES'] !== '1', 'takes minutes: npm run test:updates')
  const demo = join(import.meta.dirname, '../../../scripts/demo-update.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo], { encoding: 'utf8' })
  expect(status, `${stdout}\n${stderr}`).toBe(0)
  expect(stdout).toContain('no minion was lost')
})
