// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockDirectory } from '@halite/core'
import { afterEach, beforeEach, expect, test } from 'vitest'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'))
  path = join(directory, '.salt-master.lock')
})
afterEach(() => rmSync(directory, { recursive: true }))

const running = expect.objectContaining({ code: 'ALREADY_RUNNING' })

/** A process that has ended: its pid, which nobody has now. */
async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid ?? 0
}

test('a directory is held by one at a time, and free again after release', () => {
  const lock = lockDirectory(directory, 'salt-master')
  expect(() => lockDirectory(directory, 'salt-master')).toThrow(running)
  expect(() => lockDirectory(directory, 'salt-master')).toThrow(
    `salt-master is already running on ${directory} (pid ${process.pid})`,
  )
  lock.release()
  expect(existsSync(path)).toBe(false)
  lockDirectory(directory, 'salt-master').release()
})

test('programs of another kind do not mind each other', () => {
  lockDirectory(directory, 'salt-master')
  expect(() => lockDirectory(directory, 'salt-minion')).not.toThrow()
})

test('the directory is made when it is missing', () => {
  lockDirectory(join(directory, 'a', 'b'), 'salt-master').release()
  expect(existsSync(join(directory, 'a', 'b'))).toBe(true)
})

test('what a process that is gone left behind is taken over', async () => {
  writeFileSync(path, JSON.stringify({ pid: await endedPid(), started: '1' }))
  lockDirectory(directory, 'salt-master')
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid })
})

test('a pid that another process has by now is not taken for the holder', (ctx) => {
  ctx.skip(process.platform !== 'linux', 'when a process started is read from /proc')
  writeFileSync(path, JSON.stringify({ pid: process.pid, started: '1' }))
  expect(() => lockDirectory(directory, 'salt-master')).not.toThrow()
})

test.each(['', '{', 'null', '[]', '{"pid":"1"}', '{"pid":1}'])(
  'a lock file that holds %j holds nothing',
  (text) => {
    writeFileSync(path, text)
    expect(() => lockDirectory(directory, 'salt-master')).not.toThrow()
  },
)
