// SPDX-License-Identifier: Apache-2.0
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  generateIdentity,
  loadIdentity,
  loadOptions,
  type MasterOptions,
  parseMinionId,
  rawPublicKey,
} from '@halite/core'
import { captureLog, ManualClock, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AuthDecision, KeyRules } from '../../src/keys/key-rules.ts'
import { KeyStore } from '../../src/keys/key-store.ts'

const web1 = parseMinionId('web1')
const newKey = () => rawPublicKey(generateIdentity().publicPem, 'test')

let root: string
let store: KeyStore
let decisions: AuthDecision[]
const captured = captureLog()

beforeEach(() => {
  root = temporaryDirectory('policy')
  store = new KeyStore(root, loadIdentity(join(root, 'master_ed25519')))
  decisions = []
})
afterEach(() => removeTemporaryDirectory(root))

function rules(overrides: Partial<MasterOptions> = {}, clock = new ManualClock()): KeyRules {
  const { options } = loadOptions('master', { configDir: root, overrides: { root_dir: root, ...overrides } })
  return new KeyRules({
    store,
    options,
    log: captured.log,
    clock,
    onDecision: (decision) => decisions.push(decision),
  })
}

describe('a key', () => {
  test('that is new waits, and is told as pending each time it asks', () => {
    const key = newKey()
    const policy = rules()
    expect([policy.decide(web1, key), policy.decide(web1, key)]).toEqual(['pending', 'pending'])
    expect(store.listAll()['minions_pre']).toEqual(['web1'])
    expect(decisions.map(({ act, result }) => ({ act, result }))).toEqual([
      { act: 'pend', result: true },
      { act: 'pend', result: true },
    ])
  })

  test('that is accepted is let in, and no other under its id', () => {
    const [key, other] = [newKey(), newKey()]
    store.directory('minions').add(web1, key)
    const policy = rules()
    expect(policy.decide(web1, key)).toBe('accepted')
    expect(policy.decide(web1, other)).toBe('denied')
    expect(store.isAccepted(web1, key)).toBe(true)
    expect(store.directory('minions_denied').get(web1)?.raw).toEqual(other)
    expect(decisions.at(-1)).toMatchObject({ act: 'denied', result: false })
  })

  test('that differs from the pending one is denied as well: the first who came waits', () => {
    const [first, second] = [newKey(), newKey()]
    const policy = rules()
    policy.decide(web1, first)
    expect(policy.decide(web1, second)).toBe('denied')
    expect(store.directory('minions_pre').get(web1)?.raw).toEqual(first)
  })

  test('that is rejected stays so, whatever is automatic', () => {
    const key = newKey()
    store.directory('minions_rejected').add(web1, key)
    expect(rules({ auto_accept: true }).decide(web1, key)).toBe('rejected')
    expect(rules({ auto_accept: true }).decide(web1, newKey())).toBe('rejected')
  })

  test('that was denied may come in once the other is deleted', () => {
    const [old, fresh] = [newKey(), newKey()]
    store.directory('minions').add(web1, old)
    const policy = rules()
    policy.decide(web1, fresh)
    store.delete({ minions: ['web1'] })
    expect(policy.decide(web1, fresh)).toBe('pending')
  })

  test('in the place of a key of Salt that we cannot read is denied, and that file is kept', () => {
    writeFileSync(join(root, 'minions', 'web1'), 'an RSA key of old')
    expect(rules().decide(web1, newKey())).toBe('denied')
    expect(store.print('web1')['minions']).toEqual({ web1: 'an RSA key of old' })
  })
})

describe('what is automatic', () => {
  test('auto_accept takes new keys and those that wait', () => {
    const [waiting, fresh] = [newKey(), newKey()]
    rules().decide(web1, waiting)
    const policy = rules({ auto_accept: true })
    expect(policy.decide(web1, waiting)).toBe('accepted')
    expect(policy.decide(parseMinionId('web2'), fresh)).toBe('accepted')
    expect(policy.decide(web1, fresh)).toBe('denied')
    expect(store.accepted()).toEqual(['web1', 'web2'])
    expect(store.listAll()['minions_pre']).toEqual([])
  })

  test.each([
    ['web1', 'accepted'],
    ['# a comment\n\n  web*  ', 'accepted'],
    ['web[0-9]+', 'accepted'],
    ['eb1', 'pending'],
    ['# web1', 'pending'],
    ['(', 'pending'],
  ])('autosign_file with %j: %s', (text, expected) => {
    const autosign_file = join(root, 'autosign.conf')
    writeFileSync(autosign_file, text, { mode: 0o600 })
    expect(rules({ autosign_file }).decide(web1, newKey())).toBe(expected)
  })

  test('a file that others may write signs nothing, and that is said', () => {
    const autosign_file = join(root, 'autosign.conf')
    writeFileSync(autosign_file, 'web1')
    chmodSync(autosign_file, 0o666)
    expect(rules({ autosign_file }).decide(web1, newKey())).toBe('pending')
    expect(captured.find('file is writable by others and ignored')?.fields['path']).toBe(autosign_file)
    expect(
      rules({ autosign_file, permissive_pki_access: true }).decide(parseMinionId('web1'), newKey()),
    ).toBe('denied')
  })

  test('autoreject_file wins over autosign_file and auto_accept', () => {
    const list = join(root, 'list.conf')
    writeFileSync(list, 'web*', { mode: 0o600 })
    const policy = rules({ autosign_file: list, autoreject_file: list, auto_accept: true })
    expect(policy.decide(web1, newKey())).toBe('rejected')
    expect(store.listAll()['minions_rejected']).toEqual(['web1'])
  })

  test('open_mode lets in whoever comes and takes over their key', () => {
    const [old, fresh] = [newKey(), newKey()]
    store.directory('minions').add(web1, old)
    expect(rules({ open_mode: true }).decide(web1, fresh)).toBe('accepted')
    expect(store.isAccepted(web1, fresh)).toBe(true)
  })
})

describe('limits', () => {
  test('pending keys', () => {
    const policy = rules({ max_pending_keys: 1 })
    const key = newKey()
    expect(policy.decide(web1, key)).toBe('pending')
    expect(policy.decide(parseMinionId('web2'), newKey())).toBe('full')
    expect(policy.decide(web1, key)).toBe('pending')
    expect(store.listAll()['minions_pre']).toEqual(['web1'])
  })

  test('denied keys', () => {
    const policy = rules({ max_pending_keys: 1 })
    for (const name of ['web1', 'web2']) store.directory('minions').add(parseMinionId(name), newKey())
    expect(policy.decide(web1, newKey())).toBe('denied')
    expect(policy.decide(parseMinionId('web2'), newKey())).toBe('full')
  })

  test('when there are too many pending keys, one that nobody has shown for long makes room', () => {
    const clock = new ManualClock()
    const policy = rules({ max_pending_keys: 2, pending_key_timeout: 3600 }, clock)
    const [web2, web3] = [parseMinionId('web2'), parseMinionId('web3')]
    const [key1, key2, key3] = [newKey(), newKey(), newKey()]
    expect([policy.decide(web1, key1), policy.decide(web2, key2)]).toEqual(['pending', 'pending'])
    clock.advance(3_000_000)
    expect(policy.decide(web2, key2)).toBe('pending')
    expect(policy.decide(web3, key3)).toBe('full')
    clock.advance(700_000)
    expect(policy.decide(web3, key3)).toBe('pending')
    expect(store.listAll()['minions_pre']).toEqual(['web2', 'web3'])
    expect(policy.decide(web1, key1)).toBe('full')
  })

  test('one address fills only its share, pending and denied, and gets it back', () => {
    const policy = rules({ max_pending_keys_per_address: 2 })
    const from = (name: string, address: string) => policy.decide(parseMinionId(name), newKey(), address)
    expect([from('a', '192.0.2.1:1000'), from('b', '192.0.2.1:2000')]).toEqual(['pending', 'pending'])
    expect([from('c', '192.0.2.1:3000'), from('c', '192.0.2.2:1000')]).toEqual(['full', 'pending'])
    expect(from('d', '[2001:db8::1]:1000')).toBe('pending')
    store.delete('a')
    expect(from('e', '192.0.2.1:4000')).toBe('pending')
    for (const name of ['x', 'y', 'z']) store.directory('minions').add(parseMinionId(name), newKey())
    expect([from('x', '192.0.2.1:1'), from('y', '192.0.2.1:2'), from('z', '192.0.2.1:3')]).toEqual([
      'denied',
      'denied',
      'full',
    ])
  })

  test('accepted keys (max_minions) with auto_accept', () => {
    const policy = rules({ auto_accept: true, max_minions: 1 })
    expect(policy.decide(web1, newKey())).toBe('accepted')
    expect(policy.decide(parseMinionId('web2'), newKey())).toBe('full')
  })
})
