// SPDX-License-Identifier: Apache-2.0
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless, resultsOf, type ShortResult } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless().write({
    'roots/www/index.html': 'hi\n',
    'roots/www/a/t.j2': '{{ 1 + 1 }}\n',
    'w/.keep': '',
  })
})
afterEach(() => machine[Symbol.dispose]())

const at = (name: string) => machine.path(`w/${name}`)
const read = (name: string) => readFileSync(at(name), 'utf8')
const dayMs = 86_400_000

/** Runs one state whose name is a path below `w/`. */
async function single(fun: string, name: string, args: Record<string, unknown> = {}, isTest = false) {
  const items = Object.entries(args).map(([key, value]) => ({ [key]: value }))
  machine.write({ 'roots/one.sls': `#!json\n${JSON.stringify({ [at(name)]: { [`file.${fun}`]: items } })}` })
  const [row] = resultsOf(await machine.call('state.apply', ['one', { __kwarg__: true, test: isTest }]))
  if (row === undefined || typeof row === 'string') throw new Error(`no result: ${row}`)
  return row as ShortResult
}

describe('file.recurse', () => {
  test('a directory of the file server, then the same, then cleaned', async () => {
    const args = { source: 'salt://www', clean: true, template: 'jinja' }
    expect(await single('recurse', 'd', args, true)).toMatchObject({ result: null })
    expect(existsSync(at('d'))).toBe(false)
    expect(await single('recurse', 'd', args)).toMatchObject({
      result: true,
      comment: `Recursively updated ${at('d')}`,
      changes: {
        [at('d/index.html')]: { diff: 'New file' },
        [at('d/a')]: { [at('d/a')]: { directory: 'new' } },
      },
    })
    expect(read('d/a/t.j2')).toBe('2\n')
    machine.write({ 'w/d/extra': '' })
    expect(await single('recurse', 'd', args, true)).toMatchObject({
      result: null,
      comment: `#### removed ####\n${at('d/extra')}`,
    })
    expect(await single('recurse', 'd', args)).toMatchObject({ changes: { removed: [at('d/extra')] } })
    expect(await single('recurse', 'd', args)).toMatchObject({
      result: true,
      changes: {},
      comment: `The directory ${at('d')} is in the correct state`,
    })
  })

  test('clean removes a link and leaves alone what it leads to', async () => {
    machine.write({ 'w/other/kept': '' })
    mkdirSync(at('d'))
    symlinkSync(at('other'), at('d/link'))
    await single('recurse', 'd', { source: 'salt://www', clean: true })
    expect([existsSync(at('d/link')), readdirSync(at('other'))]).toEqual([false, ['kept']])
  })

  test('patterns, links, and what is refused', async () => {
    symlinkSync('../index.html', machine.path('roots/www/a/link'))
    const some = await single('recurse', 'd', { source: 'salt://www', include_pat: '*.html' })
    expect([some.result, readdirSync(at('d'))]).toEqual([true, ['index.html']])
    await single('recurse', 'l', { source: 'salt://www', keep_symlinks: true })
    expect(readlinkSync(at('l/a/link'))).toBe('../index.html')
    expect(await single('recurse', 'd', { source: 'salt://none' })).toMatchObject({
      result: false,
      comment: 'Recurse failed: none of the specified sources were found',
    })
    expect(await single('recurse', 'd', { source: '/etc' })).toMatchObject({
      result: false,
      comment: "Invalid source '/etc' (must be a salt:// URI)",
    })
  })
})

describe('file.serialize', () => {
  test('writes data, and merges them into what is there', async () => {
    const args = { dataset: { b: 1, a: ['x'] }, serializer: 'json' }
    expect(await single('serialize', 's', args)).toMatchObject({
      result: true,
      changes: { diff: 'New file' },
    })
    expect(read('s')).toBe('{\n  "a": [\n    "x"\n  ],\n  "b": 1\n}\n')
    const more = { dataset: { b: 2, c: {} }, formatter: 'json', merge_if_exists: true }
    expect(await single('serialize', 's', more)).toMatchObject({
      changes: { diff: { b: { new: 2, old: 1 }, c: { new: {}, old: '<_null_>' } } },
    })
    expect(await single('serialize', 's', more)).toMatchObject({ result: true, changes: {} })
    expect(JSON.parse(read('s'))).toEqual({ a: ['x'], b: 2, c: {} })
  })

  test('says what is wrong, and leaves the file alone', async () => {
    machine.write({ 'w/s': '{z:' })
    const args = { dataset: { a: 1 }, serializer: 'json', merge_if_exists: true }
    const broken = await single('serialize', 's', args)
    expect(broken.result).toBe(false)
    expect(broken.comment).toMatch(/^Failed to deserialize existing data: /)
    expect(read('s')).toBe('{z:')
    expect(await single('serialize', 's', { dataset: 1, serializer: 'nope' })).toMatchObject({
      result: false,
    })
  })
})

test('file.copy leaves what is there alone, unless it is forced', async () => {
  machine.write({ 'w/a': 'new', 'w/b': 'old' })
  const args = { source: at('a') }
  expect(await single('copy', 'b', args)).toMatchObject({
    result: true,
    changes: {},
    comment: `The target file "${at('b')}" exists and will not be overwritten`,
  })
  expect(await single('copy', 'b', { ...args, force: true })).toMatchObject({
    changes: { [at('b')]: at('a') },
  })
  expect(read('b')).toBe('new')
})

test('file.hardlink gives a file a second name', async () => {
  machine.write({ 'w/a': 'a', 'w/b': 'b' })
  expect(await single('hardlink', 'b', { target: at('a') })).toMatchObject({
    result: false,
    comment: `File exists where the hard link ${at('b')} should be`,
  })
  expect(await single('hardlink', 'b', { target: at('a'), force: true })).toMatchObject({
    result: true,
    changes: { forced: 'File for hard link was forcibly replaced', new: at('b') },
  })
  expect(lstatSync(at('b')).ino).toBe(lstatSync(at('a')).ino)
  expect(await single('hardlink', 'b', { target: at('a') })).toMatchObject({ result: true, changes: {} })
})

test('file.tidied removes what is old, and not what a link leads to', async () => {
  machine.write({ 'w/d/old': '', 'w/d/new': '', 'w/d/e/old': '', 'w/other/old': '' })
  const then = (Date.now() - 10 * dayMs) / 1000
  for (const name of ['d/old', 'd/e/old', 'other/old']) utimesSync(at(name), then, then)
  symlinkSync(at('other'), at('d/link'))
  const args = { age: 5, size: '1g', time_comparison: 'mtime', rmlinks: false }
  const removed = [at('d/e/old'), at('d/old')]
  expect(await single('tidied', 'd', args, true)).toMatchObject({ result: null, changes: { removed } })
  expect(await single('tidied', 'd', args)).toMatchObject({ result: true, changes: { removed } })
  expect([readdirSync(at('d')), readdirSync(at('other'))]).toEqual([['e', 'link', 'new'], ['old']])
  expect(await single('tidied', 'd', { ...args, matches: ['('] })).toMatchObject({ result: false })
})

test('file.pruned removes directories that are empty, and says which are not', async () => {
  mkdirSync(at('d/e/f'), { recursive: true })
  machine.write({ 'w/d/g/file': '' })
  expect(await single('pruned', 'd', { recurse: true })).toMatchObject({
    result: false,
    changes: { deleted: [at('d/e/f'), at('d/e')] },
  })
  expect(await single('pruned', 'd')).toMatchObject({ result: false })
  expect(readdirSync(at('d'))).toEqual(['g'])
})

test('file.retention_schedule keeps the latest, and the first of each day', async () => {
  const names = ['b-2020-01-01-01', 'b-2020-01-01-09', 'b-2020-01-02-03', 'b-2020-01-02-04', 'notes']
  for (const name of names) machine.write({ [`w/d/${name}`]: '' })
  const args = { retain: { most_recent: 1, first_of_day: 2 }, strptime_format: 'b-%Y-%m-%d-%H' }
  expect(await single('retention_schedule', 'd', args)).toMatchObject({
    result: true,
    changes: {
      retained: ['b-2020-01-02-04', 'b-2020-01-02-03', 'b-2020-01-01-01'],
      deleted: ['b-2020-01-01-09'],
    },
  })
  expect(readdirSync(at('d'))).not.toContain('b-2020-01-01-09')
})

test('file.decode writes what base64 stands for', async () => {
  const args = { encoded_data: Buffer.from([0, 255, 10]).toString('base64') }
  expect(await single('decode', 'f', args)).toMatchObject({ result: true, changes: { old: null } })
  expect([...readFileSync(at('f'))]).toEqual([0, 255, 10])
  expect(await single('decode', 'f', args)).toMatchObject({ result: true, changes: {} })
  expect(await single('decode', 'f', { encoded_data: '***' })).toMatchObject({ result: false })
})

test('file.cached and file.not_cached', async () => {
  writeFileSync(at('f'), 'x')
  expect(await single('cached', 'f')).toMatchObject({
    result: true,
    comment: `File ${at('f')} is present on the minion`,
  })
  expect(await single('cached', 'f', { source_hash: 'a'.repeat(64) })).toMatchObject({ result: false })
  expect(await single('not_cached', 'f')).toMatchObject({
    comment: `File ${at('f')} is a local path, no action taken`,
  })
})

test('file.mknod makes a pipe with its mode', async (ctx) => {
  ctx.skip(process.platform === 'win32', 'Windows has no pipes that are files')
  const args = { ntype: 'p', mode: '0640' }
  expect(await single('mknod', 'p', args)).toMatchObject({
    changes: { new: `Fifo pipe ${at('p')} created.` },
  })
  expect(lstatSync(at('p')).mode & 0o7777).toBe(0o640)
  expect(await single('mknod', 'p', args)).toMatchObject({
    changes: {},
    comment: `Fifo pipe ${at('p')} is in the correct state`,
  })
})
