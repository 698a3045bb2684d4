// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Hasher } from '../../src/client/hasher.ts'

const mebibyte = 1024 * 1024
/** As the product has it: a thread of its own, from the compiled package. */
const entry = new URL('../../dist/client/file-hasher.js', import.meta.url)

let directory: string
let handle: FileHandle | undefined

beforeEach(() => {
  directory = temporaryDirectory('hasher')
})
afterEach(async () => {
  await handle?.close()
  handle = undefined
  removeTemporaryDirectory(directory)
})

const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe.each([
  ['in a thread', entry],
  ['in this thread', undefined],
])('%s', (_, where) => {
  const hasher = new Hasher(where)
  afterAll(() => hasher.close())

  test('what is written piece by piece has its hash, views and small pieces too', async () => {
    const path = join(directory, 'file')
    const content = randomBytes(12 * mebibyte + 7)
    handle = await open(path, 'wx+')
    const file = hasher.write(handle, 'sha256')
    for (let at = 0; at < content.length; at += mebibyte) {
      // As an answer of a master: a few bytes stand in front.
      const frame = Buffer.concat([Buffer.alloc(9), content.subarray(at, at + mebibyte)])
      await file.write(frame.subarray(9))
    }
    expect(await file.digest()).toBe(sum(content))
    expect(readFileSync(path).equals(content)).toBe(true)
  })

  test('a view of bytes that hold more is copied: the others stay', async () => {
    const all = Buffer.alloc(2 * mebibyte, 'a')
    handle = await open(join(directory, 'file'), 'wx+')
    const file = hasher.write(handle, 'sha256')
    await file.write(all.subarray(0, mebibyte))
    expect(await file.digest()).toBe(sum(Buffer.alloc(mebibyte, 'a')))
    expect(all.length).toBe(2 * mebibyte)
  })

  test('a disk that is full rejects with the code of the system, at a write or at the end', async (ctx) => {
    ctx.skip(!existsSync('/dev/full'), 'there is no /dev/full')
    handle = await open('/dev/full', 'r+')
    const file = hasher.write(handle, 'sha256')
    const writing = async () => {
      for (let count = 0; count < 16; count += 1) await file.write(randomBytes(mebibyte))
      return file.digest()
    }
    await expect(writing()).rejects.toMatchObject({ code: 'ENOSPC' })
    await file.drop()
  })

  test('a file that is there is hashed', async () => {
    const path = join(directory, 'file')
    const content = randomBytes(3 * mebibyte)
    writeFileSync(path, content)
    expect(await hasher.hashFile(path, 'sha256')).toBe(sum(content))
  })
})

test('when the thread ends, what waits for it is told, and the next file starts another', async () => {
  const hasher = new Hasher(entry)
  handle = await open(join(directory, 'file'), 'wx+')
  const file = hasher.write(handle, 'sha256')
  await file.write(randomBytes(mebibyte))
  const digest = file.digest()
  await Promise.all([expect(digest).rejects.toMatchObject({ code: 'FILE_UNREADABLE' }), hasher.close()])
  const next = hasher.write(handle, 'sha256')
  await next.write(Buffer.alloc(mebibyte))
  expect(await next.digest()).toBe(sum(Buffer.alloc(mebibyte)))
  await hasher.close()
})
