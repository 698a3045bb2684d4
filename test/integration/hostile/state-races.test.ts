// SPDX-License-Identifier: Apache-2.0
// States that root runs below directories of another user, who exchanges them for links meanwhile.
import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { isMap, parseMinionId, silentLog, valueAt, valuesOf } from '@halite/core'
import { createContext, keywordMap, Registry, runFunction } from '@halite/loader'
import { manifest } from '@halite/modules'
import { removeTemporaryDirectory, temporaryDirectory, until } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beOtherUser, otherUser, whyNoOtherUser } from './other-user.ts'

let directory: string
let home: string
let treasure: string

beforeEach((ctx) => {
  const why = whyNoOtherUser()
  ctx.skip(why !== undefined, why)
  directory = temporaryDirectory('state-races')
  chmodSync(directory, 0o755)
  home = join(directory, 'home')
  treasure = join(directory, 'treasure')
  mkdirSync(home)
  chownSync(home, otherUser.uid, otherUser.gid)
  mkdirSync(treasure)
  for (const name of ['f', 'g']) writeFileSync(join(treasure, name), 'of root', { mode: 0o600 })
})
afterEach(() => removeTemporaryDirectory(directory))

function treasureFacts(): unknown[] {
  const facts = (path: string) => {
    const { uid, gid, mode } = lstatSync(path)
    return [uid, gid, mode]
  }
  const names = readdirSync(treasure).sort()
  return [
    facts(treasure),
    ...names.map((name) => [
      name,
      ...facts(join(treasure, name)),
      readFileSync(join(treasure, name), 'utf8'),
    ]),
  ]
}

/** Runs a function as root, here, with keywords. */
async function call(fun: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
  const options = { id: 'm1', root_dir: directory, cachedir: join(directory, 'cache'), file_client: 'local' }
  const registry = new Registry(manifest, { grains: {}, options })
  const parts = { registry, id: parseMinionId('m1'), options, grains: {}, pillar: {}, log: silentLog }
  return (await runFunction(registry, createContext(parts), { fun, arg: [keywordMap(args)] })).return
}

/** Runs a state of `file` as root, here. */
async function state(fun: string, name: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
  const rows = await call('state.single', { fun: `file.${fun}`, name, ...args })
  return isMap(rows) ? valuesOf(rows)[0] : rows
}

/** Exchanges the directory `d` of the other user for a link to the treasure, and back, as fast as it can. */
async function exchangeDirectory() {
  const attacker = await beOtherUser(
    `const [home, target] = args, [real, aside, link] = ['d', 'aside', 'link'].map((name) => join(home, name))
     attempt(() => fs.mkdirSync(real))
     process.stdout.write('armed')
     for (;;) {
       attempt(() => fs.symlinkSync(target, link))
       attempt(() => fs.renameSync(real, aside))
       attempt(() => fs.renameSync(link, real))
       attempt(() => fs.renameSync(real, link))
       attempt(() => fs.renameSync(aside, real))
       attempt(() => fs.mkdirSync(join(real, 'sub')))
     }`,
    home,
    treasure,
  )
  await until('the attacker is armed', () => attacker.output.includes('armed'))
  return attacker
}

const rounds = 100
const owner = { user: otherUser.uid, group: otherUser.gid }

describe('a directory that is exchanged for a link while root works below it', () => {
  test.each([
    ['managed', 'd/f', { contents: 'x', ...owner, mode: '0666' }],
    ['managed', 'd/new', { contents: 'x' }],
    ['append', 'd/f', { text: 'x' }],
    ['directory', 'd', { ...owner, dir_mode: '0777', file_mode: '0666', recurse: ['user', 'group', 'mode'] }],
    ['directory', 'd/sub/below', { ...owner, makedirs: true }],
    ['touch', 'd/touched', {}],
    ['symlink', 'd/made', { target: '/nowhere', force: true }],
    ['absent', 'd/g', {}],
    ['directory', 'd/g', { force: true }],
  ])('leads file.%s of %s nowhere else', async (fun, name, args) => {
    const before = treasureFacts()
    await using _attacker = await exchangeDirectory()
    const results = new Set<unknown>()
    for (let round = 0; round < rounds; round += 1) {
      const row = await state(fun, join(home, name), args)
      results.add(isMap(row) ? valueAt(row, 'result') : row)
    }
    expect(treasureFacts()).toEqual(before)
    expect(results, 'it was never done').toContain(true)
  })
})

describe('a function that root calls below such a directory', () => {
  test.each([
    ['file.chown', { path: 'd/f', user: otherUser.uid, group: otherUser.gid }],
    ['file.set_mode', { path: 'd/f', mode: '0666' }],
    ['file.touch', { name: 'd/touched' }],
    ['file.mkdir', { dir_path: 'd/made/in' }],
    ['file.symlink', { src: '/nowhere', path: 'd/link', force: true }],
    ['file.remove', { path: 'd/g' }],
    ['file.copy', { src: 'own', dst: 'd/copy' }],
    ['file.rename', { src: 'd/f', dst: 'moved' }],
    ['hashutil.base64_decodefile', { instr: 'eA==', outfile: 'd/decoded' }],
    ['cp.get_file', { path: 'salt://f', dest: 'd/fetched', makedirs: true }],
    ['cp.recv', { files: { 'd/f': 'x' }, dest: 'd/received' }],
    ['archive.unzip', { zip_file: 'a.zip', dest: 'd/sub', trim_output: false }],
  ])('%s of %j is led nowhere else', async (fun, given) => {
    const own = join(directory, 'own')
    mkdirSync(own)
    writeFileSync(join(own, 'own'), 'own')
    await call('archive.zip', { zip_file: join(own, 'a.zip'), sources: join(own, 'own'), cwd: own })
    mkdirSync(join(directory, 'srv/salt'), { recursive: true })
    writeFileSync(join(directory, 'srv/salt/f'), 'fetched')
    const args = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key, typeof value === 'string' ? pathIn(value) : value]),
    )
    const before = treasureFacts()
    await using _attacker = await exchangeDirectory()
    for (let round = 0; round < rounds; round += 1) await call(fun, args)
    expect(treasureFacts()).toEqual(before)
  })

  function pathIn(value: string): string {
    if (/^(?:d|moved)(?:\/|$)/.test(value)) return join(home, value)
    return /^(?:own|a\.zip)$/.test(value) ? join(directory, 'own', value) : value
  }
})

describe('a link of another user', () => {
  test('is followed to what belongs to the same user', async () => {
    const real = join(home, 'real')
    writeFileSync(real, 'old')
    symlinkSync(real, join(home, 'link'))
    for (const [path, change] of [
      [real, chownSync],
      [join(home, 'link'), lchownSync],
    ] as const)
      change(path, otherUser.uid, otherUser.gid)
    expect(await state('managed', join(home, 'link'), { contents: 'new' })).toMatchObject({ result: true })
    expect(readFileSync(real, 'utf8')).toBe('new\n')
    expect(lstatSync(real).uid).toBe(otherUser.uid)
  })

  test('is not followed to what belongs to somebody else, and the error names both', async () => {
    symlinkSync(join(treasure, 'f'), join(home, 'link'))
    lchownSync(join(home, 'link'), otherUser.uid, otherUser.gid)
    const before = treasureFacts()
    const row = await state('managed', join(home, 'link'), { contents: 'new', mode: '0644' })
    expect(row).toMatchObject({
      result: false,
      comment: expect.stringContaining(`a link of user ${otherUser.uid} to what belongs to user 0`),
    })
    expect(treasureFacts()).toEqual(before)
  })

  test('that is of root is followed', async () => {
    symlinkSync(treasure, join(home, 'link'))
    expect(await state('managed', join(home, 'link/f'), { contents: 'new' })).toMatchObject({ result: true })
    expect(readFileSync(join(treasure, 'f'), 'utf8')).toBe('new\n')
  })
})
