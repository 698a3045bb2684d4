// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machineOfJob } from '@halite/loader'
import { afterAll, expect, test } from 'vitest'

const { files } = machineOfJob
const folder = mkdtempSync(join(tmpdir(), 'halite-prompt-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the rest of the process gets its turn while files are looked at', async () => {
  let isTurn = false
  setTimeout(() => {
    isTurn = true
  }, 1)
  while (!isTurn) await files.stat(folder)
})

test('a pipe is read without holding the process up', async (ctx) => {
  ctx.skip(process.platform === 'win32', 'Windows has no pipes that are files')
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const reading = files.read(pipe)
  const writer = await open(pipe, 'w')
  await writer.writeFile('through a pipe')
  await writer.close()
  expect((await reading).toString()).toBe('through a pipe')
})

test('what has no size of its own is read to its end', async (ctx) => {
  ctx.skip(!existsSync('/proc/self/status'), 'there is no /proc')
  expect((await files.read('/proc/self/status')).length).toBeGreaterThan(0)
})

test('a content that is too large to be written at once is written', async () => {
  const path = join(folder, 'large')
  const data = Buffer.alloc(2 ** 20, 'x')
  await files.write(path, data, { durable: false })
  expect((await files.read(path)).equals(data)).toBe(true)
})

test('a write that fails leaves nothing behind', async () => {
  writeFileSync(join(folder, 'file'), '')
  const before = readdirSync(folder)
  await expect(files.write(join(folder, 'file/below'), 'x', { durable: false })).rejects.toThrow('ENOTDIR')
  await expect(files.write(folder, 'x', { durable: false })).rejects.toThrow()
  expect(readdirSync(folder)).toEqual(before)
})
