// SPDX-License-Identifier: Apache-2.0
import { EventClient } from '@halite/client'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster({ minions: ['m1', 'm2'] })
})
afterAll(() => cluster?.close())

const ask = (tgt: string, fun: string, arg: readonly unknown[] = []) => cluster.client.cmd(tgt, fun, arg)

describe('events of a job', () => {
  test.each([
    [
      'event.send',
      ['my/tag', { a: 1 }],
      'my/tag',
      expect.objectContaining({ a: 1, __pub_fun: 'event.send' }),
    ],
    ['event.fire_master', ['text', 'my/tag'], 'my/tag', 'text'],
    // The master's own names stay its own.
    ['event.fire_master', [{}, 'salt/auth'], 'salt/auth', {}],
    ['event.fire_master', [{}, '../m2/x'], '../m2/x', {}],
  ])('%s %o arrives below the name of the minion', async (fun, arg, tag, data) => {
    await using events = new EventClient({ options: cluster.masterOptions })
    const feed = events.events('')
    await feed.ready
    expect(await ask('m1', fun, arg)).toEqual({ m1: true })
    const heard: unknown[] = []
    for await (const event of feed) {
      if (event.tag.startsWith('minion/')) heard.push(event)
      if (heard.length === 1) break
    }
    expect(heard).toEqual([
      {
        tag: `minion/m1/${tag}`,
        data: expect.objectContaining({ id: 'm1', cmd: '_minion_event', tag, data }),
      },
    ])
  })

  test('one that is too large for the wire is refused, and the minion lives', async () => {
    expect(await ask('m1', 'event.fire_master', [{}, 'x'.repeat(300)])).toEqual({ m1: false })
    expect(await ask('m1', 'test.ping')).toEqual({ m1: true })
  })
})

test('grains that many jobs change at once are all there, on the minion and on the master', async () => {
  const names = Array.from({ length: 6 }, (_, n) => `r${n}`)
  await Promise.all(names.map((name) => ask('m1', 'grains.append', ['roles', name])))
  const { m1 } = (await ask('m1', 'grains.get', ['roles'])) as { m1: string[] }
  expect(m1.sort()).toEqual(names)
  expect(await cluster.client.cmd('roles:r3', 'test.ping', [], { tgtType: 'grain' })).toEqual({ m1: true })
})

test('a job sees the jobs beside it, and can end them all but itself', async () => {
  const sleeping = cluster.client.cmd('m2', 'cmd.run', ['sleep 60'])
  const running = async () => {
    const { m2 } = (await ask('m2', 'saltutil.running')) as { m2: { fun: string }[] }
    return m2.map(({ fun }) => fun)
  }
  await until('the job runs', async () => (await running()).includes('cmd.run'))
  const { m2: seen } = (await ask('m2', 'test.cross_test', ['saltutil.is_running', ['cmd.*']])) as {
    m2: { fun: string }[]
  }
  expect(seen.map(({ fun }) => fun)).toEqual(['cmd.run'])
  expect(await ask('m2', 'saltutil.kill_all_jobs')).toEqual({
    m2: [expect.stringMatching(/^Signal 9 sent to job \d{20} at pid \d+$/)],
  })
  expect(await sleeping).toEqual({ m2: expect.stringContaining('was ended by SIGKILL') })
  expect(await running()).toEqual([])
})

test('refresh functions answer from the daemon', async () => {
  expect(await ask('*', 'saltutil.refresh_modules')).toEqual({ m1: true, m2: true })
  expect(await ask('*', 'saltutil.refresh_grains')).toEqual({ m1: true, m2: true })
  expect(await ask('*', 'event.fire', [{}, 'pillar_refresh'])).toEqual({ m1: true, m2: true })
})
