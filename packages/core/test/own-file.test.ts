// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openForWriting, readPlainFile, withOwnFile } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const stranger = 65534
const unsafe = expect.objectContaining({ code: 'FILE_UNSAFE' })
let root: string
let ours: string
let shared: string

beforeEach((ctx) => {
  ctx.skip(process.platform === 'win32', 'Windows has no owners and modes of this kind')
  root = mkdtempSync(join(tmpdir(), 'own-file-'))
  ours = join(root, 'ours')
  shared = join(root, 'shared')
  mkdirSync(ours)
  mkdirSync(shared)
  chmodSync(shared, 0o1777)
  writeFileSync(join(root, 'victim'), 'untouched')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const victim = () => readFileSync(join(root, 'victim'), 'utf8')

function append(path: string): void {
  const descriptor = openForWriting(path, { mode: 0o640, append: true })
  writeSync(descriptor, 'line\n')
  closeSync(descriptor)
}

describe('openForWriting', () => {
  test('makes and appends to a file, in our directories and in shared ones', () => {
    for (const directory of [ours, shared]) {
      append(join(directory, 'file'))
      append(join(directory, 'file'))
      expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('line\nline\n')
    }
  })

  test('follows a link of ours, and writes to a device', () => {
    symlinkSync(join(root, 'victim'), join(ours, 'link'))
    append(join(ours, 'link'))
    expect(victim()).toBe('untouchedline\n')
    append('/dev/null')
  })

  test('follows no link in a shared directory', () => {
    symlinkSync(join(root, 'victim'), join(shared, 'link'))
    symlinkSync(join(root, 'made'), join(shared, 'dangling'))
    expect(() => append(join(shared, 'link'))).toThrow(unsafe)
    expect(() => append(join(shared, 'dangling'))).toThrow('is a symbolic link')
    expect([victim(), existsSync(join(root, 'made'))]).toEqual(['untouched', false])
  })

  test('refuses a second name of a file in a shared directory', () => {
    linkSync(join(root, 'victim'), join(shared, 'name'))
    expect(() => append(join(shared, 'name'))).toThrow('has a second name')
    expect(victim()).toBe('untouched')
  })

  test('does not wait for a FIFO, with or without a reader', () => {
    for (const directory of [ours, shared]) {
      const fifo = join(directory, 'fifo')
      execFileSync('mkfifo', [fifo])
      expect(() => append(fifo)).toThrow(unsafe)
      const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
      expect(() => append(fifo)).toThrow('is no plain file')
      closeSync(reader)
    }
  })

  test('makes nothing below a directory that others may exchange', () => {
    const open = join(root, 'open')
    mkdirSync(join(open, 'logs'), { recursive: true })
    chmodSync(open, 0o777)
    expect(() => append(join(open, 'logs', 'file'))).toThrow(
      expect.objectContaining({ code: 'DIRECTORY_UNSAFE' }),
    )
    expect(existsSync(join(open, 'logs', 'file'))).toBe(false)
  })

  test('uses the directory of another user, but not what that user put there', (ctx) => {
    ctx.skip(process.getuid?.() !== 0, 'only root can give a directory away')
    writeFileSync(join(ours, 'theirs'), '')
    for (const path of [ours, join(ours, 'theirs')]) chownSync(path, stranger, stranger)
    append(join(ours, 'file'))
    expect(() => append(join(ours, 'theirs'))).toThrow(`belongs to user ${stranger}`)
    symlinkSync(join(root, 'victim'), join(ours, 'link'))
    expect(() => append(join(ours, 'link'))).toThrow(unsafe)
    expect(victim()).toBe('untouched')
  })
})

describe('reading', () => {
  const read = (path: string) => withOwnFile(path, ({ descriptor }) => readFileSync(descriptor, 'utf8'))

  test('goes through our links, and through no others', () => {
    symlinkSync(join(root, 'victim'), join(ours, 'link'))
    symlinkSync(join(root, 'victim'), join(shared, 'link'))
    expect(read(join(ours, 'link'))).toBe('untouched')
    expect(() => read(join(shared, 'link'))).toThrow(unsafe)
    expect(() => readPlainFile(join(ours, 'link'), 100)).toThrow(unsafe)
  })

  test('does not wait for a FIFO, and reads no device', () => {
    execFileSync('mkfifo', [join(ours, 'fifo')])
    for (const path of [join(ours, 'fifo'), '/dev/zero']) {
      expect(() => read(path)).toThrow(unsafe)
      expect(() => readPlainFile(path, 100)).toThrow(unsafe)
    }
  })

  test('is bounded', () => {
    expect(readPlainFile(join(root, 'victim'), 9)).toBe('untouched')
    expect(() => readPlainFile(join(root, 'victim'), 8)).toThrow('has 9 bytes')
  })

  test('refuses what belongs to others, except the owner of the directory where that is allowed', (ctx) => {
    ctx.skip(process.getuid?.() !== 0, 'only root can give a file away')
    const path = join(ours, 'file')
    writeFileSync(path, 'x')
    chownSync(path, stranger, stranger)
    expect(() => read(path)).toThrow(`belongs to user ${stranger}`)
    chownSync(ours, stranger, stranger)
    expect(() => read(path)).toThrow(unsafe)
    expect(withOwnFile(path, ({ stats }) => stats.uid, { allowDirectoryOwner: true })).toBe(stranger)
  })
})
