// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fingerprint, loadIdentity, rawPublicKey } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let directory: string
let base: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'identity-'))
  base = join(directory, 'pki', 'minion', 'minion_ed25519')
})
afterEach(() => rmSync(directory, { recursive: true }))

const modeOf = (path: string) => statSync(path).mode & 0o777

test('an identity is made once and read after that', () => {
  const made = loadIdentity(base)
  const read = loadIdentity(base)
  expect([made.created, read.created]).toEqual([true, false])
  expect(read.publicRaw).toEqual(made.publicRaw)
  expect(read.fingerprint).toBe(fingerprint(made.publicRaw))
  expect(rawPublicKey(readFileSync(`${base}.pub`, 'utf8'), base)).toEqual(made.publicRaw)
})

test('the private key is for its owner alone', () => {
  loadIdentity(base)
  expect(modeOf(`${base}.pem`)).toBe(0o400)
  expect(modeOf(join(directory, 'pki', 'minion'))).toBe(0o700)
})

test('one that others can read is closed to them', () => {
  loadIdentity(base)
  chmodSync(`${base}.pem`, 0o644)
  loadIdentity(base)
  expect(modeOf(`${base}.pem`)).toBe(0o400)
})

test.each(['', 'not a key', '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n'])(
  'a file that holds %j is an error that names it, and is not overwritten',
  (text) => {
    loadIdentity(base)
    rmSync(`${base}.pem`)
    writeFileSync(`${base}.pem`, text, { mode: 0o600 })
    expect(() => loadIdentity(base)).toThrow(expect.objectContaining({ code: 'FILE_CORRUPT' }))
    expect(() => loadIdentity(base)).toThrow(`${base}.pem`)
    expect(readFileSync(`${base}.pem`, 'utf8')).toBe(text)
  },
)

test('a directory in its place is an error that names it', () => {
  expect(() => loadIdentity(join(directory, 'x'))).not.toThrow()
  const inTheWay = join(directory, 'dir')
  loadIdentity(join(inTheWay, 'sub.pem', 'inner'))
  expect(() => loadIdentity(join(inTheWay, 'sub'))).toThrow(join(inTheWay, 'sub.pem'))
})

describe('a file that somebody else may have put there', () => {
  beforeEach((ctx) => ctx.skip(process.platform === 'win32', 'Windows has no links and modes of this kind'))

  function anotherKey(mode: number): string {
    const other = join(directory, 'other')
    loadIdentity(other)
    chmodSync(`${other}.pem`, mode)
    return `${other}.pem`
  }

  test('keeps its mode behind a link, key or not', () => {
    mkdirSync(join(directory, 'pki', 'minion'), { recursive: true })
    const text = join(directory, 'text')
    writeFileSync(text, 'not a key')
    symlinkSync(text, `${base}.pem`)
    expect(() => loadIdentity(base)).toThrow(expect.objectContaining({ code: 'FILE_CORRUPT' }))
    expect(modeOf(text)).toBe(0o644 & ~process.umask())
    rmSync(`${base}.pem`)
    const key = anotherKey(0o644)
    symlinkSync(key, `${base}.pem`)
    expect(loadIdentity(base).created).toBe(false)
    expect(modeOf(key)).toBe(0o644)
  })

  test('keeps its mode when it has a second name', () => {
    mkdirSync(join(directory, 'pki', 'minion'), { recursive: true })
    const key = anotherKey(0o644)
    linkSync(key, `${base}.pem`)
    loadIdentity(base)
    expect(modeOf(key)).toBe(0o644)
  })

  test('is not waited for as a FIFO', () => {
    mkdirSync(join(directory, 'pki', 'minion'), { recursive: true })
    execFileSync('mkfifo', [`${base}.pem`])
    expect(() => loadIdentity(base)).toThrow(expect.objectContaining({ code: 'FILE_UNSAFE' }))
  })

  test('is not made where others may write', () => {
    mkdirSync(join(directory, 'pki'))
    chmodSync(join(directory, 'pki'), 0o777)
    expect(() => loadIdentity(base)).toThrow(expect.objectContaining({ code: 'DIRECTORY_UNSAFE' }))
  })

  test('is read, not changed, as the key of a minion that runs as another user', (ctx) => {
    ctx.skip(process.getuid?.() !== 0, 'only root can give a file away')
    const stranger = 65534
    loadIdentity(base)
    chmodSync(`${base}.pem`, 0o644)
    for (const path of [`${base}.pem`, join(directory, 'pki', 'minion')]) chownSync(path, stranger, stranger)
    expect(loadIdentity(base).created).toBe(false)
    expect(modeOf(`${base}.pem`)).toBe(0o644)
    renameSync(`${base}.pem`, join(directory, 'moved'))
    symlinkSync(join(directory, 'moved'), `${base}.pem`)
    expect(() => loadIdentity(base)).toThrow('is a symbolic link')
  })
})
