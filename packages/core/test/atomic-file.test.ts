// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFile, writeFileAtomic, writeFileAtomicAsync } from '@halite/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'halite-atomic-'))
})

afterEach(() => {
  rmSync(dir, { recursive: true })
})

describe('writeFileAtomic', () => {
  it('writes text and bytes, replaces, and leaves nothing behind', () => {
    const path = join(dir, 'file')
    writeFileAtomic(path, 'é', { durable: false })
    expect(readFileSync(path, 'utf8')).toBe('é')
    writeFileAtomic(path, Buffer.alloc(300_000, 7))
    expect(readFileSync(path)).toEqual(Buffer.alloc(300_000, 7))
    expect(readdirSync(dir)).toEqual(['file'])
  })

  it('gives the mode from the first moment, also over an open file', (ctx) => {
    ctx.skip(process.platform === 'win32', 'Windows has no permission bits')
    const path = join(dir, 'key')
    writeFileAtomic(path, 'public')
    writeFileAtomic(path, 'private', { mode: 0o400 })
    expect(statSync(path).mode & 0o777).toBe(0o400)
  })

  it('replaces a symbolic link instead of following it', () => {
    const target = join(dir, 'target')
    writeFileAtomic(target, 'kept')
    symlinkSync(target, join(dir, 'link'))
    writeFileAtomic(join(dir, 'link'), 'new')
    expect(readFileSync(target, 'utf8')).toBe('kept')
    expect(readFileSync(join(dir, 'link'), 'utf8')).toBe('new')
  })

  it('leaves the old contents and no temporary file when it fails', () => {
    mkdirSync(join(dir, 'taken', 'child'), { recursive: true })
    expect(() => writeFileAtomic(join(dir, 'taken'), 'x')).toThrow()
    expect(() => writeFileAtomic(join(dir, 'none', 'file'), 'x')).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    )
    expect(readdirSync(dir)).toEqual(['taken'])
  })
})

describe('writeFileAtomicAsync', () => {
  it('writes, replaces with the mode asked for, and leaves nothing behind', async () => {
    const path = join(dir, 'file')
    await writeFileAtomicAsync(path, 'é', { durable: false })
    expect(readFileSync(path, 'utf8')).toBe('é')
    await writeFileAtomicAsync(path, Buffer.alloc(300_000, 7), { mode: 0o600 })
    expect(readFileSync(path)).toEqual(Buffer.alloc(300_000, 7))
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dir)).toEqual(['file'])
  })

  it('shows nothing but whole contents to a reader', async () => {
    const path = join(dir, 'file')
    const contents = [Buffer.alloc(200_000, 1), Buffer.alloc(300_000, 2)] as const
    writeFileAtomic(path, contents[0])
    let isDone = false
    const writing = (async () => {
      for (let n = 0; n < 20; n += 1)
        await writeFileAtomicAsync(path, contents[n % 2] as Buffer, { durable: false })
      isDone = true
    })()
    while (!isDone) {
      const seen = readFileSync(path)
      expect(contents.some((whole) => whole.equals(seen))).toBe(true)
      await new Promise(setImmediate)
    }
    await writing
  })

  it('leaves the old contents and no temporary file when it fails', async () => {
    mkdirSync(join(dir, 'taken', 'child'), { recursive: true })
    await expect(writeFileAtomicAsync(join(dir, 'taken'), 'x')).rejects.toThrow()
    await expect(writeFileAtomicAsync(join(dir, 'none', 'file'), 'x')).rejects.toMatchObject({
      code: 'ENOENT',
    })
    expect(readdirSync(dir)).toEqual(['taken'])
  })
})

describe('createFile', () => {
  it('writes a new file and returns its stats', () => {
    const path = join(dir, 'new')
    const stats = createFile(path, 'é')
    expect(readFileSync(path, 'utf8')).toBe('é')
    expect([stats.size, stats.ino]).toEqual([2, statSync(path).ino])
    expect(readdirSync(dir)).toEqual(['new'])
  })

  it('neither replaces a file nor follows a link, dangling or not', (ctx) => {
    ctx.skip(process.platform === 'win32', 'symbolic links need a privilege on Windows')
    const held = join(dir, 'held')
    createFile(held, 'first')
    symlinkSync(held, join(dir, 'link'))
    symlinkSync(join(dir, 'nowhere'), join(dir, 'dangling'))
    for (const name of ['held', 'link', 'dangling'])
      expect(() => createFile(join(dir, name), 'second')).toThrow('EEXIST')
    expect(readFileSync(held, 'utf8')).toBe('first')
    expect(readdirSync(dir).sort()).toEqual(['dangling', 'held', 'link'])
  })
})
