// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeFileAtomic } from '@halite/core'
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

  it('leaves the old contents and no litter when it fails', () => {
    mkdirSync(join(dir, 'taken', 'child'), { recursive: true })
    expect(() => writeFileAtomic(join(dir, 'taken'), 'x')).toThrow()
    expect(() => writeFileAtomic(join(dir, 'none', 'file'), 'x')).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    )
    expect(readdirSync(dir)).toEqual(['taken'])
  })
})
