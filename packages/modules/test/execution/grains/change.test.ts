// SPDX-License-Identifier: Apache-2.0
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Logger, parseMinionId, parseYaml, silentLog } from '@halite/core'
import { createContext, type DaemonContext, keywordMap, Registry, runFunction } from '@halite/loader'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { manifest } from '../../../src/index.ts'

const registry = new Registry(manifest)
let directory: string
let asked: string[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'halite-grains-'))
  asked = []
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const daemon = (): DaemonContext => ({
  runningJobs: async () => [],
  signalJob: async () => '',
  refreshGrains: async () => void asked.push('grains'),
  refreshStaticGrains: async () => void asked.push('static grains'),
  refreshPillar: async () => asked.push('pillar') > 0,
  refreshModules: async () => void asked.push('modules'),
  restart: async () => false,
})

interface Surroundings {
  readonly grains?: Readonly<Record<string, unknown>>
  readonly options?: Readonly<Record<string, unknown>>
  readonly log?: Logger
}

function call(
  fun: string,
  arg: readonly unknown[],
  { grains = {}, options = {}, log = silentLog }: Surroundings = {},
) {
  const context = createContext({
    registry,
    id: parseMinionId('m1'),
    options: { config_dir: directory, ...options },
    grains,
    pillar: {},
    log,
    daemon: daemon(),
  })
  return runFunction(registry, context, { fun: `grains.${fun}`, arg })
}

function file(): string {
  return join(directory, 'grains')
}

function written(): unknown {
  return parseYaml(readFileSync(file(), 'utf8'), 'grains')
}

describe('setval and setvals', () => {
  test('write what is set, and let the daemon and the master know', async () => {
    expect((await call('setval', ['roles', ['web', 'db']])).return).toEqual({ roles: ['web', 'db'] })
    expect(written()).toEqual({ roles: ['web', 'db'] })
    expect(asked).toEqual(['static grains', 'pillar'])
  })

  test('leave the rest of the file, and its order, as they are', async () => {
    writeFileSync(file(), 'z: 1\na:\n  b: 0755\nlist: [1]\n')
    await call('setvals', [{ a2: 2, z: 3 }])
    expect(readFileSync(file(), 'utf8')).toBe('z: 3\na:\n  b: 755\nlist:\n- 1\na2: 2\n')
  })

  test('a colon is part of the name', async () => {
    await call('setval', ['a:b', 1])
    expect(written()).toEqual({ 'a:b': 1 })
  })

  test('None is a value, or with destructive the end of a grain', async () => {
    writeFileSync(file(), 'a: 1\nb: 2\n')
    await call('setval', ['a', null])
    expect(written()).toEqual({ a: null, b: 2 })
    await call('setval', ['a', null, keywordMap({ destructive: true })])
    expect(written()).toEqual({ b: 2 })
  })

  test('leave the pillar alone when told so', async () => {
    await call('setval', ['a', 1, keywordMap({ refresh_pillar: false })])
    expect(asked).toEqual(['static grains'])
  })

  test('a file that cannot be read is an error, and stays', async () => {
    writeFileSync(file(), 'a: [\n')
    expect(await call('setval', ['b', 1])).toMatchObject({
      return: expect.stringMatching(
        /^ERROR: Unable to read existing grains file: .*grains:1:4: did not find expected node content: `\[` is not closed/,
      ),
      retcode: 1,
    })
    expect(readFileSync(file(), 'utf8')).toBe('a: [\n')
    expect(asked).toEqual([])
  })

  test('keep permissions, and a link a link', async (ctx) => {
    ctx.skip(process.platform === 'win32', 'Windows has neither')
    mkdirSync(join(directory, 'elsewhere'))
    const real = join(directory, 'elsewhere/real')
    writeFileSync(real, 'a: 1\n', { mode: 0o600 })
    symlinkSync(real, file())
    await call('setval', ['b', 2])
    expect(lstatSync(file()).isSymbolicLink()).toBe(true)
    expect(statSync(real).mode & 0o777).toBe(0o600)
    expect(written()).toEqual({ a: 1, b: 2 })
  })

  test('many at once lose nothing', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => call('append', ['list', n])))
    expect((written() as { list: number[] }).list.sort((a, b) => a - b)).toEqual([...Array(20).keys()])
  })
})

describe('append and remove', () => {
  test('make a list, and make it longer', async () => {
    expect((await call('append', ['roles', 'web'])).return).toEqual({ roles: ['web'] })
    expect((await call('append', ['roles', 'db'])).return).toEqual({ roles: ['web', 'db'] })
    expect((await call('append', ['roles', ['a', 'b']])).return).toEqual({ roles: ['web', 'db', 'a', 'b'] })
  })

  test('inside a grain', async () => {
    const grains = { app: { name: 'x', ports: [80] } }
    expect((await call('append', ['app:ports', 443], { grains })).return).toEqual({
      app: { name: 'x', ports: [80, 443] },
    })
    expect(
      (await call('append', ['app/more', 1, keywordMap({ delimiter: '/' })], { grains })).return,
    ).toEqual({
      app: { name: 'x', ports: [80, 443], more: [1] },
    })
    expect((await call('remove', ['app:ports', 80], { grains })).return).toEqual({
      app: { name: 'x', ports: [443], more: [1] },
    })
  })

  test('what is there already stays', async () => {
    const grains = { roles: ['web'] }
    expect(await call('append', ['roles', 'web'], { grains })).toMatchObject({
      return: 'The val web was already in the list roles',
      retcode: 0,
    })
    expect((await call('remove', ['roles', 'db'], { grains })).return).toBe(
      'The val db was not in the list roles',
    )
    expect(asked).toEqual([])
  })

  test('a grain that is no list fails, unless it may become one', async () => {
    const grains = { os: 'Debian', none: null }
    const refused = { return: 'The key os is not a valid list', retcode: 1 }
    expect(await call('append', ['os', 'x'], { grains })).toMatchObject(refused)
    expect(await call('remove', ['os', 'x'], { grains })).toMatchObject(refused)
    const convert = keywordMap({ convert: true })
    expect((await call('append', ['os', 'x', convert], { grains })).return).toEqual({ os: ['Debian', 'x'] })
    expect((await call('append', ['none', 'x', convert], { grains })).return).toEqual({ none: ['x'] })
  })

  test('the first of several equal ones goes, maps by what they hold', async () => {
    const grains = { list: [{ a: 1 }, 2, { a: 1 }] }
    expect((await call('remove', ['list', { a: 1 }], { grains })).return).toEqual({ list: [2, { a: 1 }] })
  })
})

describe('set', () => {
  test('sets inside grains, and makes what is missing', async () => {
    expect((await call('set', ['apps:web:port', 2209])).return).toEqual({
      comment: '',
      changes: { apps: { web: { port: 2209 } } },
      result: true,
    })
    expect((await call('set', ['apps:web:name', 'x'])).return).toMatchObject({
      changes: { apps: { web: { port: 2209, name: 'x' } } },
    })
  })

  test('what is so already stays', async () => {
    expect((await call('set', ['a:b', [1]], { grains: { a: { b: [1] } } })).return).toEqual({
      comment: 'Grain is already set',
      changes: {},
      result: true,
    })
    expect(asked).toEqual([])
  })

  test.each([
    ['a', 1, { a: { b: 1 } }, "The key 'a' exists but is a dict or a list. Use 'force=True' to overwrite."],
    [
      'a',
      [1],
      { a: 1 },
      "The key 'a' exists and the given value is a dict or a list. Use 'force=True' to overwrite.",
    ],
    [
      'a:b:c',
      1,
      { a: 'x' },
      "The key 'a' value is 'x', which is different from the provided key 'b'. Use 'force=True' to overwrite.",
    ],
  ])('%s to %o is refused where %o is, without force', async (key, val, grains, comment) => {
    expect(await call('set', [key, val], { grains })).toMatchObject({
      return: { comment, changes: {}, result: false },
      retcode: 1,
    })
    expect(await call('set', [key, val, keywordMap({ force: true })], { grains })).toMatchObject({
      return: { result: true },
      retcode: 0,
    })
  })

  test('a value that is the key becomes a map of it; in lists the item does', async () => {
    expect((await call('set', ['a:b', 1], { grains: { a: 'b' } })).return).toMatchObject({
      changes: { a: { b: 1 } },
    })
    const grains = { l: ['x', 'b', { b: 0, c: 1 }] }
    expect((await call('set', ['l:b', 1, keywordMap({ force: true })], { grains })).return).toMatchObject({
      changes: { l: ['x', { b: 1 }, { b: 1, c: 1 }] },
    })
    expect((await call('set', ['n:b', 1], { grains: { n: ['x'] } })).return).toMatchObject({
      changes: { n: ['x', { b: 1 }] },
    })
  })
})

describe('delval and delkey', () => {
  const grains = { a: { b: 1, c: 2 }, top: 'x' }

  test('a value becomes None', async () => {
    expect((await call('delval', ['top'], { grains })).return).toEqual({
      comment: '',
      changes: { top: null },
      result: true,
    })
    expect(written()).toEqual({ top: null })
  })

  test('a key goes', async () => {
    writeFileSync(file(), 'top: x\nrest: 1\n')
    expect((await call('delkey', ['top'], { grains })).return).toMatchObject({ changes: { top: null } })
    expect(written()).toEqual({ rest: 1 })
    expect((await call('delkey', ['a:b'], { grains })).return).toMatchObject({ changes: { a: { c: 2 } } })
  })

  test('a map goes by force only', async () => {
    expect(await call('delkey', ['a'], { grains })).toMatchObject({ return: { result: false }, retcode: 1 })
    expect(await call('delkey', ['a', true], { grains })).toMatchObject({
      return: { result: true },
      retcode: 0,
    })
  })
})

test('what the configuration says counts before the file', async () => {
  writeFileSync(file(), 'list: [file]\n')
  const options = { grains: { list: ['configured'] } }
  expect((await call('append', ['list', 'x'], { options })).return).toEqual({ list: ['configured', 'x'] })
})

describe('a grain that the configuration sets too', () => {
  const options = { grains: { roles: ['a'], deep: { key: 'x' } }, conf_file: '/etc/salt/minion' }

  test.each([
    { fun: 'set', arg: ['roles', 'b', keywordMap({ force: true })] },
    { fun: 'set', arg: ['deep:key', 'y'] },
    { fun: 'delval', arg: ['roles', keywordMap({ force: true })] },
    { fun: 'delkey', arg: ['roles', keywordMap({ force: true })] },
  ])('is written, and grains.$fun says which value stays', async ({ fun, arg }) => {
    const result = await call(fun, arg, { options })
    const name = String(arg[0]).split(':')[0]
    expect(result.return).toMatchObject({
      result: true,
      comment: `The configuration (/etc/salt/minion) sets '${name}' too: its value stays in force until it is removed there.`,
    })
  })

  test.each([
    { fun: 'setval', arg: ['roles', ['b']], warnings: 1 },
    { fun: 'setvals', arg: [{ roles: ['b'], other: 1 }], warnings: 1 },
    { fun: 'append', arg: ['roles', 'b'], warnings: 1 },
    { fun: 'setval', arg: ['other', 1], warnings: 0 },
  ])('is a warning of grains.$fun $arg: $warnings', async ({ fun, arg, warnings }) => {
    const lines: string[] = []
    await call(fun, arg, { options, log: { ...silentLog, warning: (text) => void lines.push(text) } })
    expect(lines.filter((line) => line.includes("sets 'roles' too"))).toHaveLength(warnings)
    expect(lines).toHaveLength(warnings)
  })
})
