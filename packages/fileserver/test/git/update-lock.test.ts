// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UpdateLock } from '../../src/git/update-lock.ts'

describe('the lock of an update', () => {
  let directory: string
  let path: string

  beforeEach(() => {
    directory = temporaryDirectory('halite-lock')
    path = join(directory, 'work/update.lk')
    mkdirSync(dirname(path))
  })
  afterEach(() => removeTemporaryDirectory(directory))

  const lock = (more: Partial<ConstructorParameters<typeof UpdateLock>[0]> = {}) =>
    new UpdateLock({ what: 'the remote', path, isGlobal: true, timeoutMs: 0, ...more })
  const owner = (pid: number, host = hostname()) => writeFileSync(path, `${pid}\n${host}\n`)

  test('is there while the work runs, and gone when it failed', async () => {
    await lock().hold(async () => expect(existsSync(path)).toBe(true))
    await expect(lock().hold(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(existsSync(path)).toBe(false)
  })

  test('keeps others out, who say who has it and what to do', async () => {
    owner(process.ppid)
    await expect(lock().hold(async () => 0)).rejects.toMatchObject({
      code: 'GIT_FAILED',
      message: expect.stringContaining(`the remote is locked by process ${process.ppid}`),
      hint: expect.stringContaining('clear_lock'),
    })
  })

  test('is waited for', async () => {
    const first = lock()
    let release: () => void = () => undefined
    const held = first.hold(() => new Promise<void>((resolve) => (release = resolve)))
    await expect.poll(() => existsSync(path)).toBe(true)
    owner(process.ppid)
    const second = lock({ timeoutMs: 30_000 }).hold(async () => 'mine')
    release()
    await held
    expect(await second).toBe('mine')
  })

  test.each([
    ['of a process that is gone', 999_999_999],
    ['of an earlier process that had our id, as in a container', process.pid],
  ])('%s is left over, and removed', async (_, pid) => {
    owner(pid)
    expect(await lock().hold(async () => 'mine')).toBe('mine')
  })

  test('of another host is believed while it is fresh', async () => {
    owner(1, 'elsewhere')
    await expect(lock().hold(async () => 0)).rejects.toThrow('by process 1 on elsewhere')
    utimesSync(path, new Date(0), new Date(0))
    expect(await lock().hold(async () => 'mine')).toBe('mine')
    owner(1, 'elsewhere')
    expect(await lock({ isGlobal: false }).hold(async () => 'mine')).toBe('mine')
  })

  test('set by a person stays until it is cleared', async () => {
    expect(await lock().set()).toBe(true)
    expect(await lock().set()).toBe(false)
    utimesSync(path, new Date(0), new Date(0))
    await expect(lock({ isGlobal: false }).hold(async () => 0)).rejects.toThrow('is locked by somebody')
    expect(await lock().clear()).toBe(true)
    expect(await lock().clear()).toBe(false)
    expect(await lock().hold(async () => 'mine')).toBe('mine')
  })

  test('without an owner, as after a full disk, counts as set by a person', async () => {
    writeFileSync(path, '')
    await expect(lock().hold(async () => 0)).rejects.toThrow('is locked')
  })
})
