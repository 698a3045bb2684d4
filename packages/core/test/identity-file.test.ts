// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fingerprint, loadIdentity, rawPublicKey } from '@halite/core'
import { afterEach, beforeEach, expect, test } from 'vitest'

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
