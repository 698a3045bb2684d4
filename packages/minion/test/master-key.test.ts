// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, generateIdentity, publicPemOf, rawPublicKey } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PinnedMaster, pinnedFingerprints, pinPaths } from '../src/master-key.ts'

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

describe('several masters', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((host) => ({ host, port: 4506 })) as [Address, Address, Address]
  type Address = { host: string; port: number }

  /** The pins of a minion with these masters, by host. */
  function pins(...masters: Address[]): Record<string, PinnedMaster> {
    const paths = pinPaths(directory, masters)
    return Object.fromEntries(
      masters.map(({ host }, index) => [host, new PinnedMaster(paths[index] ?? '', '', paths)]),
    )
  }
  const check = (pin: PinnedMaster | undefined, key: Buffer) => pin?.check(key, 'accepted')
  const files = () => readdirSync(directory).sort()

  test('each have a pin of their own, whatever their order', () => {
    const [ka, kb] = [newKey(), newKey()]
    const first = pins(a, b)
    check(first['a'], ka)
    check(first['b'], kb)
    expect(files()).toEqual(['minion_master_ed25519.a_4506.pub', 'minion_master_ed25519.b_4506.pub'])
    const turned = pins(b, a)
    check(turned['a'], ka)
    check(turned['b'], kb)
    expect(() => check(turned['a'], newKey())).toThrow(code('MASTER_KEY_CHANGED'))
    expect([turned['a']?.fingerprint, turned['b']?.fingerprint]).toEqual([ka, kb].map(fingerprint))
  })

  test('are known by their key when their addresses change', () => {
    const [ka, kb] = [newKey(), newKey()]
    check(pins(a, b)['a'], ka)
    check(pins(a, b)['b'], kb)
    check(pins(a, c)['c'], kb)
    expect(files()).toEqual(['minion_master_ed25519.a_4506.pub', 'minion_master_ed25519.c_4506.pub'])
    // Two that have changed places: no pin is lost.
    const swapped = pins(a, c)
    check(swapped['a'], kb)
    check(swapped['c'], ka)
    check(swapped['a'], ka)
  })

  test('that were pinned by their place are found by their key, in any order', () => {
    const [ka, kb] = [newKey(), newKey()]
    for (const [name, key] of [
      ['', ka],
      ['.1', kb],
    ] as const)
      writeFileSync(join(directory, `minion_master_ed25519${name}.pub`), publicPemOf(key))
    const turned = pins(b, a)
    // Each old pin waits for its master: nobody else is new.
    expect(() => check(turned['b'], newKey())).toThrow(code('MASTER_KEY_CHANGED'))
    check(turned['b'], kb)
    expect(() => check(turned['a'], newKey())).toThrow(code('MASTER_KEY_CHANGED'))
    check(turned['a'], ka)
    expect(files()).toEqual(['minion_master_ed25519.a_4506.pub', 'minion_master_ed25519.b_4506.pub'])
    expect(pinnedFingerprints(directory)).toEqual(new Set([ka, kb].map(fingerprint)))
  })

  test('a master that comes beside the first one is new, and only it', () => {
    const [ka, kb] = [newKey(), newKey()]
    check(new PinnedMaster(path, ''), ka)
    const both = pins(b, a)
    check(both['b'], kb)
    expect(() => check(both['a'], newKey())).toThrow(code('MASTER_KEY_CHANGED'))
    check(both['a'], ka)
    expect(existsSync(path)).toBe(false)
    // And back to one, which keeps its key.
    check(pins(a)['a'], ka)
    expect(readFileSync(path, 'utf8')).toBe(publicPemOf(ka))
    expect(() => check(pins(a)['a'], kb)).toThrow(code('MASTER_KEY_CHANGED'))
  })

  test('the pin of a master that is gone vouches for nobody who has a pin', () => {
    const [ka, kb] = [newKey(), newKey()]
    check(pins(a, b)['a'], ka)
    check(pins(a, b)['b'], kb)
    check(pins(a)['a'], ka)
    expect(() => check(pins(a)['a'], kb)).toThrow(code('MASTER_KEY_CHANGED'))
  })

  test('an address is no path', () => {
    const [file = ''] = pinPaths(directory, [{ host: '../../x', port: 1 }, a])
    expect(file).toBe(join(directory, 'minion_master_ed25519...-.._x_1.pub'.replace('-', '_')))
  })
})
