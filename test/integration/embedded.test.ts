// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { descendantsOf } from '@halite/core'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Handles by kind that would keep the process alive. */
function handles(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length
}

/** Names of what must not outlive the daemons of a directory: locks, keys of local users, files half written. */
function leftIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.lock$|_key$|\.tmp$/.test(name),
  )
}

describe('two masters and ten minions in one process', () => {
  const fives = ['a1', 'a2', 'a3', 'a4', 'a5']
  const others = fives.map((id) => id.replace('a', 'b'))
  let first: Cluster
  let second: Cluster

  beforeAll(async () => {
    ;[first, second] = await Promise.all([
      startCluster({ minions: fives }),
      startCluster({ minions: others }),
    ])
  })
  afterAll(async () => {
    await Promise.all([first?.close(), second?.close()])
  })

  const pong = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, true]))

  test('all answer, each to its own master, at the same time', async () => {
    const [a, b] = await Promise.all([
      first.client.cmd('*', 'test.ping'),
      second.client.cmd('*', 'test.ping'),
    ])
    expect(a).toEqual(pong(fives))
    expect(b).toEqual(pong(others))
  })

  test('all run jobs in executors', async () => {
    const [a, b] = await Promise.all([
      first.client.cmd('*', 'cmd.run', ['echo first']),
      second.client.cmd('*', 'cmd.run', ['echo second']),
    ])
    expect(a).toEqual(Object.fromEntries(fives.map((id) => [id, 'first'])))
    expect(b).toEqual(Object.fromEntries(others.map((id) => [id, 'second'])))
  })

  test('hold no keys, jobs or events of each other', async () => {
    const jid = await first.client.cmdAsync('*', 'test.ping')
    expect(first.master.keys.accepted()).toEqual(fives)
    expect(second.master.keys.accepted()).toEqual(others)
    expect(first.master.fingerprint).not.toBe(second.master.fingerprint)
    await until('the job is stored', async () => {
      const returns = await first.client.connection.request('job_returns', { jid })
      return (returns as unknown[]).length === 5
    })
    expect(await second.client.connection.request('job_returns', { jid })).toEqual([])
  })

  test('the end of one does not disturb the other', async () => {
    await first.close()
    expect(await second.client.cmd('*', 'test.ping')).toEqual(pong(others))
    for (const id of others) expect(second.state(id)).toBe('up')
  })
})

describe('start and close', () => {
  test('leave no handle, child or lock behind', async (ctx) => {
    ctx.skip(process.platform !== 'linux', 'counts open files in /proc')
    const cycle = async () => {
      const cluster = await startCluster({ minions: 2 })
      await cluster.client.cmd('*', 'cmd.run', ['true'])
      await cluster.client.close()
      await Promise.all(cluster.minions.map((minion) => minion.close()))
      await cluster.master.close()
      expect(leftIn(cluster.directory)).toEqual([])
      await cluster.close()
    }
    await cycle()
    const before = { handles: handles(), files: openFiles() }
    await cycle()
    await until('executors are gone', () => executors().length === 0)
    await until('handles are gone', () => isNoMore(handles(), before.handles))
    await until('files are closed', () => openFiles() <= before.files)
  })

  test('may be closed twice, and closed without ever being started', async () => {
    const cluster = await startCluster({ minions: 1 })
    await cluster.minion('m1').close()
    await cluster.minion('m1').close()
    await cluster.master.close()
    await cluster.master.close()
    await cluster.close()
  })

  test('a master that cannot bind leaves nothing behind and can be started later', async () => {
    await using cluster = await startCluster({ minions: 0 })
    const { publish_port, ret_port } = cluster.masterOptions
    const second = startCluster({ minions: 0, master: { publish_port, ret_port } })
    await expect(second).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' })
    await cluster.restartMaster()
    expect(await cluster.client.connection.request('ping', {})).toHaveProperty('version')
  })

  test('a second master on the same directories is refused, and the first works on', async () => {
    await using cluster = await startCluster({ minions: ['web1'] })
    const second = startCluster({ minions: 0, master: { cachedir: cluster.masterOptions.cachedir } })
    await expect(second).rejects.toMatchObject({ code: 'ALREADY_RUNNING' })
    expect(await cluster.client.cmd('*', 'test.ping')).toEqual({ web1: true })
  })
})

/** Children of this process that are job executors. */
function executors(): number[] {
  return descendantsOf(process.pid).filter((pid) => commandOf(pid).includes('executor'))
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It ended meanwhile.
    return ''
  }
}

function isNoMore(now: Record<string, number>, before: Record<string, number>): boolean {
  return Object.entries(now).every(([kind, count]) => kind === 'Timeout' || count <= (before[kind] ?? 0))
}
