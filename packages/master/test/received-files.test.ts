// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseMinionId } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ReceivedFiles, type ReceiveLimits } from '../src/received-files.ts'

const m1 = parseMinionId('m1')

describe('files that minions send', () => {
  let directory: string
  let limits: ReceiveLimits
  let received: ReceivedFiles

  beforeEach(() => {
    directory = temporaryDirectory('halite-received')
    limits = { cachedir: directory, file_recv: true, file_recv_max_size: 1, file_recv_free_bytes: 0 }
    received = new ReceivedFiles(() => limits)
  })
  afterEach(async () => {
    await received.close()
    removeTemporaryDirectory(directory)
  })

  const placeOf = (path: string) => join(directory, 'minions/m1/files', path)
  const send = (path: readonly string[], bytes: Buffer, { loc = 0, size = bytes.length, id = m1 } = {}) =>
    received.receive(id, { path: [...path], size, loc, data: bytes })
  const unfinished = () => {
    const path = join(directory, 'minions/m1/receiving')
    return existsSync(path) ? readdirSync(path) : []
  }

  test('lie below the directory of their minion, whole', async () => {
    const content = randomBytes(1000)
    await send(['etc', 'conf'], content.subarray(0, 600), { size: 1000 })
    expect(existsSync(placeOf('etc/conf'))).toBe(false)
    await send(['etc', 'conf'], content.subarray(600), { loc: 600, size: 1000 })
    expect(readFileSync(placeOf('etc/conf')).equals(content)).toBe(true)
    expect(unfinished()).toEqual([])
  })

  test('may be empty, and are replaced', async () => {
    await send(['a'], Buffer.from('one'))
    await send(['a'], Buffer.alloc(0))
    expect(readFileSync(placeOf('a'), 'utf8')).toBe('')
  })

  test('are not taken unless that is allowed', async () => {
    limits = { ...limits, file_recv: false }
    await expect(send(['a'], Buffer.from('one'))).rejects.toMatchObject({ code: 'REQUEST_DENIED' })
    expect(existsSync(placeOf('a'))).toBe(false)
  })

  test('are not larger than allowed, nor than announced', async () => {
    const part = Buffer.alloc(1000)
    await expect(send(['a'], part, { size: 1024 * 1024 + 1 })).rejects.toMatchObject({
      code: 'REQUEST_DENIED',
    })
    await expect(send(['a'], part, { size: 999 })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    limits = { ...limits, file_recv_free_bytes: Number.MAX_SAFE_INTEGER }
    await expect(send(['a'], part)).rejects.toMatchObject({ code: 'REQUEST_DENIED' })
    expect(unfinished()).toEqual([])
  })

  test.each([
    [['..', 'm2', 'files', 'a']],
    [['a', '..', '..', 'b']],
    [['../../b']],
    [['..\\b']],
    [['/etc/passwd']],
    [['', 'etc']],
    [['.']],
    [['a\0b']],
    [[]],
  ])('have no place at %j', async (path) => {
    await expect(send(path, Buffer.from('x'))).rejects.toMatchObject({ code: 'PATH_UNSAFE' })
    expect(existsSync(join(directory, 'minions/m2'))).toBe(false)
  })

  test('go through no link', async () => {
    mkdirSync(placeOf(''), { recursive: true })
    mkdirSync(join(directory, 'outside'))
    symlinkSync(join(directory, 'outside'), placeOf('link'))
    await expect(send(['link', 'a'], Buffer.from('x'))).rejects.toMatchObject({ code: 'PATH_UNSAFE' })
    expect(readdirSync(join(directory, 'outside'))).toEqual([])
  })

  test('do not replace a directory, nor go below a file', async () => {
    await send(['a'], Buffer.from('x'))
    await send(['d', 'b'], Buffer.from('x'))
    await expect(send(['a', 'b'], Buffer.from('x'))).rejects.toMatchObject({ code: 'STORE_FAILED' })
    await expect(send(['d'], Buffer.from('x'))).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(unfinished()).toEqual([])
  })

  test('come in order: a part that follows none ends the file', async () => {
    const part = Buffer.alloc(10)
    await expect(send(['a'], part, { loc: 10, size: 30 })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    await send(['a'], part, { size: 30 })
    await expect(send(['a'], part, { loc: 20, size: 30 })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    await expect(send(['a'], part, { loc: 10, size: 30 })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    expect(unfinished()).toEqual([])
  })

  test('that are not completed stay few, and go with the next process', async () => {
    for (let index = 0; index < 20; index += 1) await send([`f${index}`], Buffer.alloc(10), { size: 20 })
    expect(unfinished().length).toBeLessThanOrEqual(4)
    writeFileSync(join(directory, 'minions/m1/receiving/old'), 'x')
    await received.close()
    received = new ReceivedFiles(() => limits)
    await send(['a'], Buffer.from('x'))
    expect(unfinished()).toEqual([])
  })

  test('of one minion are not those of another', async () => {
    await send(['a'], Buffer.alloc(10), { size: 20 })
    await expect(
      send(['a'], Buffer.alloc(10), { loc: 10, size: 20, id: parseMinionId('m2') }),
    ).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })
})
