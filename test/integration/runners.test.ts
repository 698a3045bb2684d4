// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunnerClient } from '@halite/client'
import { isAlive, isRecord } from '@halite/core'
import type { Manifest } from '@halite/loader'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const modules = new URL('fixtures/cleaning-modules.mjs', import.meta.url).href

let cluster: Cluster
let runner: RunnerClient
let count = 0

beforeAll(async () => {
  const { manifest } = (await import(modules)) as { manifest: Manifest }
  cluster = await startCluster({ minions: ['m1'], manifest, executorManifest: modules })
  runner = new RunnerClient({ options: cluster.masterOptions })
})
afterAll(async () => {
  await runner?.close()
  await cluster?.close()
})

const lockFile = () => join(cluster.directory, `lock-${++count}`)
const pidIn = (path: string) => until('it runs', () => existsSync(path) && Number(readFileSync(path, 'utf8')))

async function runs(): Promise<Record<string, { fun: string; pid: number }>> {
  return (await runner.cmd('jobs.runs')) as Record<string, { fun: string; pid: number }>
}

describe('a runner', () => {
  test('runs in a process of its own, which is kept for the next one', async () => {
    const first = await runner.cmd('cleaning.pid')
    expect(first).not.toBe(process.pid)
    expect(await runner.cmd('cleaning.pid')).toBe(first)
  })

  test('that loops for ever delays neither jobs nor other runners, and can be ended', async () => {
    const path = lockFile()
    const { jid } = await runner.cmdAsync('cleaning.loop', [path])
    const pid = await pidIn(path)
    expect(await cluster.client.cmd('m1', 'test.ping')).toEqual({ m1: true })
    expect(await runner.cmd('manage.up')).toEqual(['m1'])
    expect((await runs())[jid]).toMatchObject({ fun: 'cleaning.loop', pid })
    expect(await runner.cmd('jobs.stop_run', [jid])).toBe(true)
    await until('its process is gone', () => !isAlive(pid))
    await until('it is over', async () => (await runs())[jid] === undefined)
    expect(await runner.cmd('jobs.stop_run', [jid])).toBe(false)
  })

  test('whose process is killed leaves nothing behind', async () => {
    const path = lockFile()
    await runner.cmdAsync('cleaning.hold', [path, 0])
    await pidIn(`${path}.child`)
    const child = Number(readFileSync(`${path}.child`, 'utf8'))
    process.kill(await pidIn(path), 'SIGKILL')
    await until('the lock file is gone', () => !existsSync(path))
    await until('the child is gone', () => !isAlive(child))
  })

  test('that is ended cleans up, and its children end with it', async () => {
    const path = lockFile()
    const { jid } = await runner.cmdAsync('cleaning.hold', [path, 300])
    await pidIn(`${path}.child`)
    const child = Number(readFileSync(`${path}.child`, 'utf8'))
    await runner.cmd('jobs.stop_run', [jid])
    await until('the lock file is gone', () => !existsSync(path))
    await until('the child is gone', () => !isAlive(child))
  })

  test('ends with the program that waits for it', async () => {
    const path = lockFile()
    const other = new RunnerClient({ options: cluster.masterOptions })
    const waiting = other.cmd('cleaning.hold', [path]).catch((error: Error) => error.message)
    const pid = await pidIn(path)
    await other.close()
    await until('its process is gone', () => !isAlive(pid))
    expect(existsSync(path)).toBe(false)
    await waiting
  })

  test('that takes its process down is an error that says so', async () => {
    await expect(runner.cmd('cleaning.exit')).rejects.toThrow(
      'the process that ran the job exited with code 7',
    )
    await expect(runner.cmd('cleaning.fails')).rejects.toThrow('the log of the master says why')
    expect(await runner.cmd('manage.up')).toEqual(['m1'])
  })

  test('keeps the code of an error it throws', async () => {
    await expect(runner.cmd('manage.status', [], { tgt_type: 'none' })).rejects.toMatchObject({
      code: 'TARGET_INVALID',
    })
  })

  test('tells its progress in events', async () => {
    const steps: unknown[] = []
    cluster.master.events.subscribe(steps, 'salt/run/', (events) => {
      for (const { tag, data } of events)
        if (tag.endsWith('/progress')) steps.push((data as { data: unknown }).data)
    })
    expect(await runner.cmd('cleaning.progress')).toBe('done')
    await until('both steps arrived', () => steps.length === 2)
    expect(steps).toEqual([{ step: 1 }, { step: 2 }])
  })

  test('fires events about updates, and nothing that passes for somebody else', async () => {
    const tags: string[] = []
    cluster.master.events.subscribe(tags, '', (events) => {
      for (const { tag, data } of events) if (isRecord(data) && 'said' in data) tags.push(tag)
    })
    expect(await runner.cmd('cleaning.fire', ['salt/update/rollout/1/done'])).toBe('fired')
    for (const tag of [
      'salt/job/20260101120000000000/ret/m1',
      'salt/auth',
      'salt/update/',
      'salt/update/a\nb',
      `salt/update/${'a'.repeat(600)}`,
      'minion/m1/update/confirmed',
    ])
      await expect(runner.cmd('cleaning.fire', [tag])).rejects.toMatchObject({ code: 'VALUE_MALFORMED' })
    await until('the event arrived', () => tags.length > 0)
    expect(tags).toEqual(['salt/update/rollout/1/done'])
  })

  test('lists more jobs than one answer of the master holds', { timeout: 60_000 }, async () => {
    for (let sent = 0; sent < 510; sent += 30) {
      await Promise.all(Array.from({ length: 30 }, () => cluster.client.cmdAsync('m1', 'test.ping')))
    }
    const listed = (await runner.cmd('jobs.list_jobs')) as Record<string, unknown>
    const ids = Object.keys(listed)
    expect(ids.length).toBeGreaterThanOrEqual(510)
    expect(ids).toEqual([...ids].sort())
  })
})
