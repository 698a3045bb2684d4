// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { findProgram } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AptMachine, aptProblem } from './fixtures/apt-root.ts'

const problem = aptProblem() ?? (findProgram('gpg') === undefined ? 'needs gpg' : undefined)

let apt: AptMachine
let key: { readonly armoured: string; readonly id: string; readonly fingerprint: string }

beforeEach(({ skip }) => {
  if (problem !== undefined) skip(problem)
  apt = new AptMachine([{ name: 'app', version: '1.0' }])
  mkdirSync(apt.path('etc/apt/keyrings'), { recursive: true })
  key = makeKey('Repository <repo@example.com>')
})
afterEach(() => {
  if (apt === undefined) return
  stopGpg()
  apt[Symbol.dispose]()
})

const home = () => apt.machine.path('gpg')

function gpg(...words: string[]): string {
  return execFileSync('gpg', ['--homedir', home(), '--batch', '--quiet', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function stopGpg(): void {
  execFileSync('gpgconf', ['--homedir', home(), '--kill', 'all'])
}

function makeKey(uid: string): typeof key {
  mkdirSync(home(), { recursive: true, mode: 0o700 })
  gpg('--passphrase', '', '--quick-gen-key', uid, 'ed25519', 'sign', '0')
  const records = gpg('--with-colons', '--list-keys', uid).split('\n')
  const fingerprint = records.find((line) => line.startsWith('fpr'))?.split(':')[9] ?? ''
  return { armoured: gpg('--armor', '--export', uid), id: fingerprint.slice(-16), fingerprint }
}

/** Signs what the repository offers, so that apt reads it only with the key. */
function signRepository(): void {
  const packages = readFileSync(join(apt.repository, 'Packages'))
  const sum = createHash('sha256').update(packages).digest('hex')
  const release = `Date: ${new Date().toUTCString()}\nSHA256:\n ${sum} ${packages.length} Packages\n`
  writeFileSync(join(apt.repository, 'Release'), release)
  gpg(
    '--armor',
    '--output',
    join(apt.repository, 'Release.gpg'),
    '--detach-sign',
    join(apt.repository, 'Release'),
  )
  writeFileSync(apt.path('etc/apt/sources.list'), '')
}

const keyring = (name: string) => apt.path(`etc/apt/keyrings/${name}`)

describe('a repository is added together with its key', () => {
  test('from a file, as packets or armoured by the name that signed-by gives', async () => {
    signRepository()
    const source = apt.machine.path('repo.asc')
    writeFileSync(source, key.armoured)
    for (const name of ['repo.gpg', 'repo.asc']) {
      const line = `deb [signed-by=${keyring(name)}] file:${apt.repository} ./`
      expect(await apt.call('pkg.mod_repo', [line], { key_url: source, aptkey: false })).toHaveProperty([
        line,
      ])
      expect(await apt.call('pkg.latest_version', ['app'])).toBe('1.0')
      await apt.call('pkg.del_repo', [line])
    }
    expect(readFileSync(keyring('repo.gpg')).subarray(0, 1)).not.toEqual(Buffer.from('-'))
    expect(readFileSync(keyring('repo.asc'), 'utf8')).toBe(key.armoured)
  })

  test('as text, for every repository', async () => {
    signRepository()
    const line = `deb file:${apt.repository} ./`
    expect(await apt.call('pkg.mod_repo', [line])).toMatch(/not signed|NO_PUBKEY/)
    expect(await apt.call('pkg.mod_repo', [line], { key_text: key.armoured })).toHaveProperty([line])
    expect(await apt.call('pkg.latest_version', ['app'])).toBe('1.0')
    expect(Object.keys((await apt.call('pkg.get_repo_keys')) as object)).toEqual([key.id])
  })

  test('a key that cannot be had leaves the repository out', async () => {
    const line = `deb [signed-by=${keyring('repo.gpg')}] file:${apt.repository} ./`
    const before = readFileSync(apt.path('etc/apt/sources.list'), 'utf8')
    const broken = apt.machine.path('broken.asc')
    writeFileSync(broken, 'Not found')
    expect(await apt.call('pkg.mod_repo', [line], { key_url: broken })).toMatch(/not an OpenPGP key/)
    expect(await apt.call('pkg.mod_repo', [line], { key_url: '/no/such/file' })).toMatch(
      /Could not add key: \/no\/such/,
    )
    expect(await apt.call('pkg.mod_repo', [line], { keyid: key.id })).toMatch(/both keyserver and keyid/)
    expect(await apt.call('pkg.mod_repo', ['deb file:/x ./'], { key_text: 'x', aptkey: false })).toMatch(
      /missing 'signedby'/,
    )
    expect(readFileSync(apt.path('etc/apt/sources.list'), 'utf8')).toBe(before)
    expect(existsSync(keyring('repo.gpg'))).toBe(false)
  })
})

describe('keys', () => {
  test('are added, shown as Salt shows them, and removed', async () => {
    const source = apt.machine.path('example.asc')
    writeFileSync(source, key.armoured)
    expect(await apt.call('pkg.add_repo_key', [source], { aptkey: false, keyfile: 'example.gpg' })).toBe(true)
    expect(await apt.call('pkg.get_repo_keys', [], { aptkey: false })).toEqual({
      [key.id]: {
        algorithm: 22,
        bits: 255,
        capability: 'scSC',
        date_creation: expect.any(Number),
        date_expiration: null,
        keyid: key.id,
        validity: '-',
        fingerprint: key.fingerprint,
        uid: 'Repository <repo@example.com>',
        uid_hash: expect.stringMatching(/^[0-9A-F]{40}$/),
      },
    })
    expect(await apt.call('pkg.del_repo_key', [], { keyid: 'FFFFFFFF', aptkey: false })).toBe(false)
    expect(await apt.call('pkg.del_repo_key', [], { keyid: key.id, aptkey: false })).toBe(key.id)
    expect(readdirSync(apt.path('etc/apt/keyrings'))).toEqual([])
    expect(await apt.call('pkg.get_repo_keys', [], { aptkey: false, keydir: '/no/such' })).toBe(false)
  })

  test('one of several in a file is not removed with the others', async () => {
    const other = makeKey('Other <other@example.com>')
    writeFileSync(keyring('two.asc'), gpg('--armor', '--export'))
    expect(await apt.call('pkg.del_repo_key', [], { keyid: other.id, aptkey: false })).toMatch(/1 other keys/)
    expect(existsSync(keyring('two.asc'))).toBe(true)
  })

  test('come from a key server, once', async ({ skip }) => {
    if (findProgram('dirmngr') === undefined) skip('needs dirmngr')
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end(key.armoured)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const keyserver = `hkp://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      const add = () =>
        apt.call('pkg.add_repo_key', [], { keyserver, keyid: key.id, keyfile: 'served.gpg', aptkey: false })
      expect([await add(), await add()]).toEqual([true, true])
      expect(asked.filter((url) => url.includes('op=get'))).toHaveLength(1)
      expect(Object.keys((await apt.call('pkg.get_repo_keys', [], { aptkey: false })) as object)).toEqual([
        key.id,
      ])
    } finally {
      server.close()
    }
  })

  test.each([
    [{ path: '/x', keyfile: '../../passwd' }, /cannot be the name of a key file/],
    [{ path: '/x', keyfile: '-o' }, /cannot be the name of a key file/],
    [{ keyserver: '--export', keyid: '01234567' }, /is not a key server/],
    [{ keyserver: 'hkp://host', keyid: '--help' }, /is not an id or fingerprint/],
    [{ keyid: '01234567' }, /No keyserver specified/],
    [{ path: '/x', keydir: 'relative' }, /not an absolute path/],
    [{}, /takes at least 1 argument/],
  ])('%j is refused', async (keywords, message) => {
    writeFileSync(apt.machine.path('x'), key.armoured)
    const path = 'path' in keywords ? { path: apt.machine.path('x') } : {}
    expect(await apt.call('pkg.add_repo_key', [], { aptkey: false, ...keywords, ...path })).toMatch(message)
    expect(readdirSync(apt.path('etc/apt/keyrings'))).toEqual([])
  })
})
