// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, generateIdentity, publicPemOf, rawPublicKey } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PinnedMaster } from '../src/master-key.ts'

const newKey = () => rawPublicKey(generateIdentity().publicPem, 'test')
const code = (wanted: string) => expect.objectContaining({ code: wanted })

let directory: string
let path: string

beforeEach(() => {
  directory = temporaryDirectory('pin')
  path = join(directory, 'minion_master_ed25519.pub')
})
afterEach(() => removeTemporaryDirectory(directory))

test('the first master that accepts us is pinned, and stays', () => {
  const key = newKey()
  new PinnedMaster(path, '').check(key, 'accepted')
  expect(readFileSync(path, 'utf8')).toBe(publicPemOf(key))
  expect(() => new PinnedMaster(path, '').check(key, 'accepted')).not.toThrow()
})

test.each(['pending', 'rejected', 'denied', 'full'] as const)(
  'a master that answers %s is not pinned, for anybody could',
  (status) => {
    new PinnedMaster(path, '').check(newKey(), status)
    expect(existsSync(path)).toBe(false)
  },
)

test('another key than the pinned one is refused, whatever it says, and the remedy names the file', () => {
  const [key, other] = [newKey(), newKey()]
  const pinned = new PinnedMaster(path, '')
  pinned.check(key, 'accepted')
  for (const status of ['accepted', 'pending', 'rejected'] as const) {
    expect(() => pinned.check(other, status)).toThrow(code('MASTER_KEY_CHANGED'))
  }
  expect(() => pinned.check(other, 'accepted')).toThrow(fingerprint(other))
  expect(() => pinned.check(other, 'accepted')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining(path) }),
  )
  expect(readFileSync(path, 'utf8')).toBe(publicPemOf(key))
})

test('master_finger decides before anything is pinned, in either case and with blanks around', () => {
  const [key, other] = [newKey(), newKey()]
  const pinned = new PinnedMaster(path, ` ${fingerprint(key).toUpperCase()} `)
  expect(() => pinned.check(other, 'pending')).toThrow(code('MASTER_FINGER_MISMATCH'))
  expect(() => pinned.check(other, 'accepted')).toThrow(code('MASTER_FINGER_MISMATCH'))
  expect(existsSync(path)).toBe(false)
  pinned.check(key, 'accepted')
  expect(existsSync(path)).toBe(true)
})

test('master_finger does not lift a pin', () => {
  const [key, other] = [newKey(), newKey()]
  new PinnedMaster(path, '').check(key, 'accepted')
  expect(() => new PinnedMaster(path, fingerprint(other)).check(other, 'accepted')).toThrow(
    code('MASTER_KEY_CHANGED'),
  )
})
