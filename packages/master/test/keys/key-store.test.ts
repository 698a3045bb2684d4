// SPDX-License-Identifier: Apache-2.0
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import {
  fingerprint,
  generateIdentity,
  loadIdentity,
  parseMinionId,
  publicPemOf,
  rawPublicKey,
} from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type KeyChange, KeyStore, openKeyStore } from '../../src/keys/key-store.ts'

let pki: string
let changes: KeyChange[]
let store: KeyStore

beforeEach(() => {
  pki = temporaryDirectory('keys')
  changes = []
  store = new KeyStore(pki, loadIdentity(join(pki, 'master_ed25519')), (some) => changes.push(...some))
})
afterEach(() => removeTemporaryDirectory(pki))

const id = parseMinionId
const newKey = () => rawPublicKey(generateIdentity().publicPem, 'test')
const filesIn = (state: string) => readdirSync(join(pki, state)).sort()

describe('moving keys', () => {
  beforeEach(() => {
    for (const name of ['web1', 'web2', 'db1']) store.directory('minions_pre').add(id(name), newKey())
  })

  test('accept takes pending keys that match, moves their files and tells', () => {
    expect(store.accept('web*')).toEqual({ minions: ['web1', 'web2'] })
    expect(store.accepted()).toEqual(['web1', 'web2'])
    expect([filesIn('minions'), filesIn('minions_pre')]).toEqual([['web1', 'web2'], ['db1']])
    expect(changes).toEqual([
      { id: 'web1', from: 'minions_pre', to: 'minions' },
      { id: 'web2', from: 'minions_pre', to: 'minions' },
    ])
  })

  test('that fails at one key is reported for those before it, so that their sessions end', () => {
    store.accept('*')
    mkdirSync(join(pki, 'minions_rejected', 'web2'))
    changes = []
    expect(() => store.reject('web*', { includeAccepted: true })).toThrow()
    expect(store.accepted()).toEqual(['db1', 'web2'])
    expect(changes).toEqual([{ id: 'web1', from: 'minions', to: 'minions_rejected' }])
  })

  test('several globs with commas between', () => {
    expect(store.accept('db1, web2')).toEqual({ minions: ['db1', 'web2'] })
  })

  test('ids by state take exactly those', () => {
    store.directory('minions_denied').add(id('web1'), newKey())
    expect(store.delete({ minions_denied: ['web1'] })).toEqual({ minions_denied: ['web1'] })
    expect(filesIn('minions_pre')).toContain('web1')
  })

  test('nothing that matches changes nothing', () => {
    expect(store.accept('nope')).toEqual({})
    expect(store.reject('nope')).toEqual({})
    expect(store.delete('nope')).toEqual({})
    expect(changes).toEqual([])
  })

  test('reject leaves accepted keys alone unless told', () => {
    store.accept('web1')
    expect(store.reject('web*')).toEqual({ minions_rejected: ['web2'] })
    expect(store.reject('web*', { includeAccepted: true })).toEqual({ minions_rejected: ['web1'] })
    expect(store.accepted()).toEqual([])
  })

  test('accepting a denied key in place of the accepted one shuts the old one out first', () => {
    const [old, other] = [newKey(), newKey()]
    store.directory('minions').add(id('app'), old)
    store.directory('minions_denied').add(id('app'), other)
    store.accept('app', { includeDenied: true })
    expect(store.isAccepted(id('app'), other)).toBe(true)
    expect(store.isAccepted(id('app'), old)).toBe(false)
    expect(changes).toEqual([
      { id: 'app', from: 'minions', to: undefined },
      { id: 'app', from: 'minions_denied', to: 'minions' },
    ])
  })

  test('delete takes every state', () => {
    store.accept('web1')
    store.reject('web2')
    store.delete('*')
    expect(store.listAll()).toEqual({
      minions: [],
      minions_denied: [],
      minions_pre: [],
      minions_rejected: [],
    })
  })
})

describe('files that change behind our back', () => {
  test('a key that was removed is told, and no longer accepted', () => {
    const key = newKey()
    store.directory('minions').add(id('web1'), key)
    rmSync(join(pki, 'minions', 'web1'))
    store.refresh()
    expect(store.isAccepted(id('web1'), key)).toBe(false)
    expect(changes).toEqual([{ id: 'web1', from: 'minions', to: undefined }])
  })

  test('a key that was put in is told and accepted', () => {
    const key = newKey()
    writeFileSync(join(pki, 'minions', 'web1'), publicPemOf(key))
    store.refresh()
    expect(store.isAccepted(id('web1'), key)).toBe(true)
    expect(changes).toEqual([{ id: 'web1', from: 'minions_pre', to: 'minions' }])
  })

  test('a key that was exchanged counts as removed', () => {
    const [old, other] = [newKey(), newKey()]
    store.directory('minions').add(id('web1'), old)
    writeFileSync(join(pki, 'new'), publicPemOf(other))
    renameSync(join(pki, 'new'), join(pki, 'minions', 'web1'))
    store.refresh()
    expect(store.isAccepted(id('web1'), old)).toBe(false)
    expect(changes).toContainEqual({ id: 'web1', from: 'minions', to: undefined })
  })

  test('what is no key of ours is listed, kept, and matches nobody', () => {
    writeFileSync(
      join(pki, 'minions', 'salted'),
      '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n',
    )
    expect(store.listAll()['minions']).toEqual(['salted'])
    expect(store.isAccepted(id('salted'), newKey())).toBe(false)
    expect(store.finger('salted')).toEqual({ minions: { salted: 'not an Ed25519 key' } })
    expect(filesIn('minions')).toEqual(['salted'])
  })

  test('directories, files half written and names that are no ids are passed over', () => {
    mkdirSync(join(pki, 'minions', 'a directory'))
    writeFileSync(join(pki, 'minions', 'bad\nname'), 'x')
    writeFileSync(join(pki, 'minions', '.half.tmp'), 'x')
    store.refresh()
    expect(store.accepted()).toEqual([])
  })
})

describe('changes that are hard to see', () => {
  test('a file removed in the very moment the store wrote another is found by verify', () => {
    const [web1, web2] = [newKey(), newKey()]
    store.directory('minions').add(id('web1'), web1)
    store.directory('minions').add(id('web2'), web2)
    const { atime, mtime } = statSync(join(pki, 'minions'))
    rmSync(join(pki, 'minions', 'web1'))
    // The clock of the file system did not move on.
    utimesSync(join(pki, 'minions'), atime, mtime)
    store.verify()
    expect(store.isAccepted(id('web1'), web1)).toBe(false)
    expect(store.isAccepted(id('web2'), web2)).toBe(true)
    expect(changes).toEqual([{ id: 'web1', from: 'minions', to: undefined }])
  })

  test('verify tells nothing when only the store itself wrote', () => {
    for (const name of ['web1', 'web2']) store.directory('minions').add(id(name), newKey())
    store.accept('*')
    store.delete('web2')
    changes.length = 0
    store.verify()
    store.verify()
    expect(changes).toEqual([])
    expect(store.accepted()).toEqual(['web1'])
  })

  test('a file whose contents were exchanged is read again, the others are not', () => {
    const keys = Array.from({ length: 5 }, newKey)
    for (const [n, key] of keys.entries()) store.directory('minions').add(id(`web${n}`), key)
    const held = keys.map((_, n) => store.directory('minions').get(id(`web${n}`)))
    const other = newKey()
    writeFileSync(join(pki, 'minions', 'web3'), publicPemOf(other))
    writeFileSync(join(pki, 'minions', 'web9'), publicPemOf(newKey()))
    store.refresh()
    expect(store.isAccepted(id('web3'), other)).toBe(true)
    for (const n of [0, 1, 2, 4]) expect(store.directory('minions').get(id(`web${n}`))).toBe(held[n])
    expect(changes).toContainEqual({ id: 'web3', from: 'minions', to: undefined })
  })

  test('a symbolic link is listed, is not followed, and matches nobody', (ctx) => {
    ctx.skip(process.platform === 'win32', 'links need a privilege on Windows')
    const key = newKey()
    writeFileSync(join(pki, 'elsewhere'), publicPemOf(key))
    symlinkSync(join(pki, 'elsewhere'), join(pki, 'minions', 'web1'))
    store.refresh()
    expect(store.accepted()).toEqual(['web1'])
    expect(store.isAccepted(id('web1'), key)).toBe(false)
  })

  test('when a directory cannot be read nothing is taken away, and it is read later', () => {
    const [kept, fresh] = [newKey(), newKey()]
    store.directory('minions').add(id('web1'), kept)
    renameSync(join(pki, 'minions'), join(pki, 'away'))
    expect(() => store.refresh()).toThrow(expect.objectContaining({ code: 'ENOENT' }))
    expect(store.isAccepted(id('web1'), kept)).toBe(true)
    expect(changes).toEqual([])
    renameSync(join(pki, 'away'), join(pki, 'minions'))
    writeFileSync(join(pki, 'minions', 'web2'), publicPemOf(fresh))
    store.verify()
    expect(store.isAccepted(id('web2'), fresh)).toBe(true)
    expect(changes).toEqual([{ id: 'web2', from: 'minions_pre', to: 'minions' }])
  })
})

describe('after a power failure', () => {
  test.each([
    ['is empty', ''],
    ['holds zeros', '\0'.repeat(113)],
  ])('a key file that %s is as if there was none: the minion comes again', (_what, text) => {
    for (const state of ['minions', 'minions_pre', 'minions_denied'])
      writeFileSync(join(pki, state, 'web1'), text)
    const key = newKey()
    const after = openKeyStore({ pki_dir: pki })
    expect(Object.values(after.listAll()).flat()).toEqual([])
    after.directory('minions').add(id('web1'), key)
    expect(openKeyStore({ pki_dir: pki }).isAccepted(id('web1'), key)).toBe(true)
  })

  test('an empty file still rejects', () => {
    writeFileSync(join(pki, 'minions_rejected', 'web1'), '')
    expect(store.listAll()['minions_rejected']).toEqual(['web1'])
  })

  test('a file that was never renamed into place is no key', () => {
    writeFileSync(join(pki, 'minions', '.0123456789abcdef.tmp'), publicPemOf(newKey()))
    expect(openKeyStore({ pki_dir: pki }).accepted()).toEqual([])
  })
})

describe('durable', () => {
  test('resolves after changes, also when their files are gone by then', async () => {
    for (const name of ['web1', 'web2', 'web3']) store.directory('minions_pre').add(id(name), newKey())
    store.accept('*')
    const first = store.durable()
    store.delete('web1')
    await Promise.all([first, store.durable()])
    expect(filesIn('minions')).toEqual(['web2', 'web3'])
    await store.durable()
  })

  test('rejects when the disk fails, and again until it worked', async (ctx) => {
    ctx.skip(process.platform === 'win32', 'links need a privilege on Windows')
    store.directory('minions_pre').add(id('web1'), newKey())
    store.accept('web1')
    // A link that leads to itself cannot be opened, by nobody.
    renameSync(join(pki, 'minions'), join(pki, 'away'))
    symlinkSync(join(pki, 'minions'), join(pki, 'minions'))
    await expect(store.durable()).rejects.toMatchObject({ code: 'ELOOP' })
    await expect(store.durable()).rejects.toMatchObject({ code: 'ELOOP' })
    rmSync(join(pki, 'minions'))
    renameSync(join(pki, 'away'), join(pki, 'minions'))
    await store.durable()
  })

  test('without a master it is so when the call returns', () => {
    store.directory('minions_pre').add(id('web1'), newKey())
    const files = openKeyStore({ pki_dir: pki })
    files.accept('web1')
    files.delete('web1')
    expect(filesIn('minions')).toEqual([])
  })

  test('key files have the mode they had, temporary ones are gone', (ctx) => {
    ctx.skip(process.platform === 'win32', 'Windows has no permission bits')
    store.directory('minions').add(id('web1'), newKey())
    expect(lstatSync(join(pki, 'minions', 'web1')).mode & 0o777).toBe(0o644)
    expect(statSync(join(pki, 'minions')).mode & 0o777).toBe(0o700)
    expect(filesIn('minions')).toEqual(['web1'])
  })
})

describe('what is shown', () => {
  test('fingerprints and PEM by state and id', () => {
    const key = newKey()
    store.directory('minions').add(id('web1'), key)
    expect(store.finger('web1')).toEqual({ minions: { web1: fingerprint(key) } })
    expect(store.print('*')).toEqual({ minions: { web1: publicPemOf(key) } })
    expect(store.print('nope')).toEqual({})
  })

  test("the master's own, the same after another start", () => {
    expect(openKeyStore({ pki_dir: pki }).master()).toEqual(store.master())
  })
})

describe('a new key', () => {
  test('replaces a file that somebody has put there meanwhile', () => {
    const key = newKey()
    writeFileSync(join(pki, 'minions_pre', 'web1'), '')
    store.directory('minions_pre').add(id('web1'), key)
    expect(store.directory('minions_pre').pem('web1')).toBe(publicPemOf(key))
    expect(filesIn('minions_pre')).toEqual(['web1'])
  })

  test('is not written through a link', () => {
    const target = join(pki, 'elsewhere')
    symlinkSync(target, join(pki, 'minions_pre', 'web1'))
    expect(() => store.directory('minions_pre').add(id('web1'), newKey())).toThrow(/link/)
    expect(lstatSync(target, { throwIfNoEntry: false })).toBeUndefined()
  })
})
