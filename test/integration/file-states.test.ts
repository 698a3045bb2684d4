// SPDX-License-Identifier: Apache-2.0

import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless, resultsOf, type ShortResult } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless().write({
    'roots/hello.txt': 'hello\n',
    'roots/page.j2': '{{ greeting }} {{ who }}\n',
    'w/.keep': '',
  })
})
afterEach(() => machine[Symbol.dispose]())

const at = (name: string) => machine.path(`w/${name}`)
const read = (name: string) => readFileSync(at(name), 'utf8')
const modeOf = (name: string) => (lstatSync(at(name)).mode & 0o7777).toString(8)

/** Runs one state whose name is a path below `w/`. */
async function single(fun: string, name: string, args: Record<string, unknown> = {}, isTest = false) {
  const state = {
    [at(name)]: { [`file.${fun}`]: Object.entries(args).map(([key, value]) => ({ [key]: value })) },
  }
  machine.write({ 'roots/one.sls': `#!json\n${JSON.stringify(state)}` })
  const outcome = await machine.call('state.apply', ['one', { __kwarg__: true, test: isTest }])
  const [row] = resultsOf(outcome)
  if (row === undefined || typeof row === 'string') throw new Error(`no result: ${row}`)
  return row as ShortResult
}

describe('file.managed', () => {
  test('a new file, then the same, then another content', async () => {
    const args = { contents: 'one\ntwo', mode: '0640' }
    expect(await single('managed', 'f', args, true)).toMatchObject({
      result: null,
      changes: { newfile: at('f') },
    })
    expect(existsSync(at('f'))).toBe(false)
    expect(await single('managed', 'f', args)).toMatchObject({
      result: true,
      changes: { diff: 'New file', mode: '0640' },
    })
    expect([read('f'), modeOf('f')]).toEqual(['one\ntwo\n', '640'])
    expect(await single('managed', 'f', args)).toMatchObject({
      changes: {},
      comment: `File ${at('f')} is in the correct state`,
    })
    const diff = '--- \n+++ \n@@ -1,2 +1,2 @@\n one\n-two\n+three\n'
    expect(await single('managed', 'f', { contents: 'one\nthree' })).toMatchObject({ changes: { diff } })
    expect([read('f'), modeOf('f')]).toEqual(['one\nthree\n', '640'])
    expect(readdirSync(machine.path('w')).sort()).toEqual(['.keep', 'f'])
  })

  test('a template sees context, and defaults behind it', async () => {
    const args = {
      source: 'salt://page.j2',
      template: 'jinja',
      context: { who: 'you' },
      defaults: { who: 'me', greeting: 'hi' },
    }
    expect(await single('managed', 'p', args)).toMatchObject({ result: true })
    expect(read('p')).toBe('hi you\n')
    const undefinedName = await single('managed', 'q', { source: 'salt://page.j2', template: 'jinja' })
    expect(undefinedName.result).toBe(false)
    expect(undefinedName.comment).toContain("Jinja variable 'greeting' is undefined")
    expect(existsSync(at('q'))).toBe(false)
  })

  test('the first source that exists', async () => {
    expect(await single('managed', 'f', { source: ['salt://no', 'salt://hello.txt'] })).toMatchObject({
      result: true,
    })
    expect(read('f')).toBe('hello\n')
    expect(await single('managed', 'g', { source: ['salt://no', '/no/such'] })).toMatchObject({
      result: false,
      comment: 'Unable to manage file: none of the specified sources were found',
    })
  })

  test('a file with the wrong hash is refused; one in a list of hashes is taken', async () => {
    const source = machine.path('roots/hello.txt')
    const wrong = await single('managed', 'f', { source, source_hash: '0'.repeat(64) })
    expect(wrong).toMatchObject({ result: false, changes: {} })
    expect(wrong.comment).toContain('does not match actual checksum')
    expect(existsSync(at('f'))).toBe(false)
    const sum = createHash('sha256').update('hello\n').digest('hex')
    writeFileSync(machine.path('sums'), `${'1'.repeat(64)}  other.txt\n${sum}  hello.txt\n`)
    expect(await single('managed', 'f', { source, source_hash: machine.path('sums') })).toMatchObject({
      result: true,
    })
    expect(await single('managed', 'h', { source, source_hash: 'md5=12' })).toMatchObject({ result: false })
  })

  test('a file that has the hash of its source already is not fetched', async () => {
    writeFileSync(at('f'), 'hello\n')
    const sum = createHash('sha256').update('hello\n').digest('hex')
    const source = 'http://127.0.0.1:1/no/such'
    expect(await single('managed', 'f', { source, source_hash: sum })).toMatchObject({
      result: true,
      changes: {},
    })
    const other = await single('managed', 'g', { source, source_hash: sum })
    expect(other.result).toBe(false)
    expect(other.comment).toContain(source)
  })

  test('passwords in the URL of hashes are not told', async () => {
    const args = { source: 'http://u:secret@127.0.0.1:1/f', source_hash: 'http://u:secret@127.0.0.1:1/f.sha' }
    const { comment, result } = await single('managed', 'f', args)
    expect(result).toBe(false)
    expect(comment).toContain('f.sha')
    expect(comment).not.toContain('secret')
  })

  test('keep_source=False leaves the file of the server alone', async () => {
    await single('managed', 'f', { source: 'salt://hello.txt', keep_source: false })
    expect([read('f'), readFileSync(machine.path('roots/hello.txt'), 'utf8')]).toEqual(['hello\n', 'hello\n'])
  })

  test('a link is followed, or replaced', async () => {
    writeFileSync(at('target'), 'old\n')
    symlinkSync('target', at('link'))
    await single('managed', 'link', { contents: 'new' })
    expect([read('target'), lstatSync(at('link')).isSymbolicLink()]).toEqual(['new\n', true])
    await single('managed', 'link', { contents: 'own', follow_symlinks: false })
    expect([read('target'), read('link'), lstatSync(at('link')).isSymbolicLink()]).toEqual([
      'new\n',
      'own\n',
      false,
    ])
  })

  test('a command that refuses the content leaves the file alone', async () => {
    writeFileSync(at('f'), 'good\n')
    const refused = await single('managed', 'f', { contents: 'bad', check_cmd: 'grep -q good' })
    expect(refused).toMatchObject({ result: false, comment: 'check_cmd execution failed' })
    expect(read('f')).toBe('good\n')
    expect(readdirSync(machine.path('w')).sort()).toEqual(['.keep', 'f'])
    expect(await single('managed', 'f', { contents: 'good too', check_cmd: 'grep -q good' })).toMatchObject({
      result: true,
    })
  })

  test('what is replaced is kept', async () => {
    writeFileSync(at('f'), 'before\n')
    await single('managed', 'f', { contents: 'after', backup: 'minion' })
    const found = readdirSync(machine.directory, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.includes('file_backup') && /\/f_\w{3}_/.test(path),
    )
    expect(found).toHaveLength(1)
    expect(readFileSync(machine.path(found[0] as string), 'utf8')).toBe('before\n')
  })

  test('arguments that make no sense', async () => {
    expect((await single('managed', 'f', { contents: 'x', mode: '0999' })).comment).toContain(
      'Invalid mode 0999',
    )
    expect((await single('managed', 'f', { contents: 'x', source: 'salt://hello.txt' })).result).toBe(false)
    expect((await single('managed', 'f', { contents: 'ä', encoding: 'ascii' })).comment).toContain(
      "'ä' cannot be written",
    )
    expect((await single('managed', 'no/f', { contents: 'x' })).comment).toBe('Parent directory not present')
    expect(readdirSync(machine.path('w'))).toEqual(['.keep'])
  })
})

describe('file.directory', () => {
  test('is made with its parents, then in the correct state', async () => {
    const args = { makedirs: true, mode: '0750' }
    expect(await single('directory', 'a/b', args)).toMatchObject({
      changes: { [at('a/b')]: { directory: 'new' } },
    })
    expect([modeOf('a'), modeOf('a/b')]).toEqual(['750', '750'])
    expect(await single('directory', 'a/b', args)).toMatchObject({ changes: {}, result: true })
  })

  test('clean keeps what is excluded, and follows no link', async () => {
    machine.write({ 'w/d/old': 'x', 'w/d/kept.conf': 'x', 'outside/f': 'x' })
    symlinkSync(machine.path('outside'), at('d/link'))
    await single('directory', 'd', { clean: true, exclude_pat: '*.conf' }, true)
    expect(readdirSync(at('d')).sort()).toEqual(['kept.conf', 'link', 'old'])
    await single('directory', 'd', { clean: true, exclude_pat: '*.conf' })
    expect(readdirSync(at('d'))).toEqual(['kept.conf'])
    expect(readFileSync(machine.path('outside/f'), 'utf8')).toBe('x')
  })

  test('recurse sets modes below it, and not those behind links', async () => {
    machine.write({ 'w/d/sub/f': 'x', 'outside/f': 'x' })
    symlinkSync(machine.path('outside/f'), at('d/link'))
    await single('directory', 'd', { dir_mode: '0700', file_mode: '0600', recurse: ['mode'] })
    expect([modeOf('d'), modeOf('d/sub'), modeOf('d/sub/f')]).toEqual(['700', '700', '600'])
    expect((lstatSync(machine.path('outside/f')).mode & 0o777).toString(8)).toBe('644')
  })

  test('a file is in the way', async () => {
    writeFileSync(at('d'), 'x')
    expect(await single('directory', 'd')).toMatchObject({
      result: false,
      comment: `Specified location ${at('d')} exists and is a file`,
    })
    expect(await single('directory', 'd', { force: true })).toMatchObject({ result: true })
  })
})

describe('links, and what is there', () => {
  test('symlink', async () => {
    expect(await single('symlink', 'l', { target: '/one' })).toMatchObject({ changes: { new: at('l') } })
    expect(await single('symlink', 'l', { target: '/one' })).toMatchObject({ changes: {}, result: true })
    expect(await single('symlink', 'l', { target: '/two' })).toMatchObject({ result: true })
    writeFileSync(at('f'), 'x')
    expect(await single('symlink', 'f', { target: '/two' })).toMatchObject({ result: false })
    expect(read('f')).toBe('x')
    await single('symlink', 'f', { target: '/two', backupname: 'f.bak' })
    expect(read('f.bak')).toBe('x')
  })

  test('absent removes a link and not its target', async () => {
    machine.write({ 'w/d/f': 'x' })
    symlinkSync('d', at('l'))
    expect(await single('absent', 'l')).toMatchObject({ comment: `Removed file ${at('l')}` })
    expect(read('d/f')).toBe('x')
    expect(await single('absent', 'd')).toMatchObject({ comment: `Removed directory ${at('d')}` })
    expect(await single('absent', 'd')).toMatchObject({
      changes: {},
      comment: `File ${at('d')} is not present`,
    })
  })

  test('exists, missing, touch, rename', async () => {
    expect(await single('exists', 'f')).toMatchObject({ result: false })
    expect(await single('touch', 'f')).toMatchObject({ changes: { new: at('f') } })
    expect(await single('exists', 'f')).toMatchObject({ result: true })
    expect(await single('missing', 'f')).toMatchObject({ result: false })
    expect(await single('rename', 'g', { source: at('f') })).toMatchObject({
      changes: { [at('g')]: at('f') },
    })
    expect([existsSync(at('f')), existsSync(at('g'))]).toEqual([false, true])
    mkdirSync(at('d'))
    expect(await single('touch', 'd')).toMatchObject({ comment: `Updated times on directory ${at('d')}` })
  })
})

test.each([
  ['mknod', { ntype: 'p' }],
  ['decode', { encoded_data: 'eA==' }],
  ['serialize', { dataset: { a: 1 } }],
])('file.%s refuses a path that is not absolute', async (fun, args) => {
  for (const name of ['a', 'a/b']) {
    const keywords = { __kwarg__: true, ...args }
    const [row] = resultsOf(await machine.call('state.single', [`file.${fun}`, name, keywords]))
    expect(row).toMatchObject({ result: false, comment: `Specified file ${name} is not an absolute path` })
  }
})

test('file.accumulated sees its requisites, though state.single runs it alone', async () => {
  const keywords = { __kwarg__: true, filename: at('f'), text: 'x', require_in: [{ file: 'z' }] }
  const [row] = resultsOf(await machine.call('state.single', ['file.accumulated', 'a', keywords]))
  expect(row).toMatchObject({
    result: true,
    comment: `Accumulator a for file ${at('f')} was charged by text`,
  })
})
