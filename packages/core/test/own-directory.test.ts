// SPDX-License-Identifier: Apache-2.0
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDirectoryFor, makeOwnDirectory } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const stranger = { uid: 65534, gid: 65534 }
const unsafe = expect.objectContaining({ code: 'DIRECTORY_UNSAFE' })
let root: string
let umask: number

beforeEach((ctx) => {
  ctx.skip(process.platform === 'win32', 'Windows has no owners and modes of this kind')
  root = mkdtempSync(join(tmpdir(), 'own-'))
  umask = process.umask(0)
})
afterEach(() => {
  process.umask(umask)
  rmSync(root, { recursive: true, force: true })
})

const modeOf = (path: string) => statSync(path).mode & 0o7777

describe('makeOwnDirectory', () => {
  test('makes it with its mode and its parents for all to read, whatever the umask', () => {
    makeOwnDirectory(join(root, 'a/b/c'), { mode: 0o750 })
    expect([modeOf(join(root, 'a')), modeOf(join(root, 'a/b/c'))]).toEqual([0o755, 0o750])
  })

  test('leaves the mode of one that exists, unless it is to be narrowed', () => {
    const path = join(root, 'a')
    mkdirSync(path, 0o755)
    makeOwnDirectory(path, { mode: 0o700 })
    expect(modeOf(path)).toBe(0o755)
    makeOwnDirectory(path, { mode: 0o700, narrow: true })
    expect(modeOf(path)).toBe(0o700)
  })

  test.each([0o777, 0o1777])(
    'refuses one that everybody may write (%o), and names mode and remedy',
    (mode) => {
      const path = join(root, 'a')
      mkdirSync(path)
      chmodSync(path, mode)
      expect(() => makeOwnDirectory(path, { mode: 0o750 })).toThrow(unsafe)
      expect(() => makeOwnDirectory(path, { mode: 0o750 })).toThrow(
        `directory ${path} can be written by everybody (mode ${mode.toString(8).padStart(4, '0')})`,
      )
    },
  )

  test('makes nothing below a directory that others may exchange', () => {
    mkdirSync(join(root, 'open'))
    chmodSync(join(root, 'open'), 0o777)
    expect(() => makeOwnDirectory(join(root, 'open/b/c'), { mode: 0o700 })).toThrow(unsafe)
    expect(existsSync(join(root, 'open/b'))).toBe(false)
  })

  test('refuses one of another user, with the owner', (ctx) => {
    ctx.skip(process.getuid?.() !== 0, 'only root can give a directory away')
    mkdirSync(join(root, 'a'))
    chownSync(join(root, 'a'), stranger.uid, stranger.gid)
    expect(() => makeOwnDirectory(join(root, 'a'), { mode: 0o700 })).toThrow('belongs to user 65534')
    expect(() => makeOwnDirectory(join(root, 'a/b'), { mode: 0o700, narrow: true })).toThrow(unsafe)
  })
})

describe('makeDirectoryFor', () => {
  beforeEach((ctx) => ctx.skip(process.getuid?.() !== 0, 'only root can give a directory away'))

  test('gives away what it makes, and not the parents', () => {
    makeDirectoryFor(join(root, 'a/b'), 0o700, stranger)
    expect([statSync(join(root, 'a')).uid, statSync(join(root, 'a/b')).uid]).toEqual([0, stranger.uid])
  })

  test('gives away nothing that was there, nor what a link leads to', () => {
    mkdirSync(join(root, 'ours'))
    symlinkSync('ours', join(root, 'link'))
    makeDirectoryFor(join(root, 'ours'), 0o700, stranger)
    makeDirectoryFor(join(root, 'link'), 0o700, stranger)
    expect(statSync(join(root, 'ours')).uid).toBe(0)
  })

  test('makes nothing where its user can interfere', () => {
    makeDirectoryFor(join(root, 'a'), 0o755, stranger)
    makeDirectoryFor(join(root, 'a/b'), 0o700, stranger)
    expect(existsSync(join(root, 'a/b'))).toBe(false)
  })
})
