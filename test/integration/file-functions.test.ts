// SPDX-License-Identifier: Apache-2.0
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { toPlain } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless().write({
    'w/a/x.txt': 'foo\n',
    'w/a/b/y.TXT': 'bar\n',
    'w/a/b/big.bak': 'x'.repeat(5000),
  })
})
afterEach(() => machine[Symbol.dispose]())

const at = (name: string) => machine.path(`w/${name}`)

/** The return of a function; texts below the directory of the test without it. */
async function call(fun: string, args: readonly unknown[] = [], keywords: Record<string, unknown> = {}) {
  const outcome = await machine.call(`file.${fun}`, [...args, { __kwarg__: true, ...keywords }])
  const text = JSON.stringify(toPlain(outcome.return) ?? null).replaceAll(machine.path('w'), '')
  return JSON.parse(text) as unknown
}

describe('file.find', () => {
  const find = (keywords: Record<string, unknown>, path = '') => call('find', [at(path)], keywords)

  test.each([
    [{ name: '*.txt' }, ['/a/x.txt']],
    [{ iname: '*.txt' }, ['/a/b/y.TXT', '/a/x.txt']],
    [{ name: '{x,y}.[tT]*' }, ['/a/b/y.TXT', '/a/x.txt']],
    [{ regex: '.*\\.b' }, ['/a/b/big.bak']],
    [{ type: 'd', mindepth: 1 }, ['/a', '/a/b']],
    [{ type: 'f', size: '+4k' }, ['/a/b/big.bak']],
    [{ type: 'f', size: '-4' }, ['/a/b/y.TXT', '/a/x.txt']],
    [{ grep: 'fo+' }, ['/a/x.txt']],
    [{ mindepth: 1, maxdepth: 1 }, ['/a']],
    [{ name: 'x.txt', print: 'name,size,type' }, [['x.txt', 4, 'f']]],
    [{ name: 'x.txt', exec: 'echo "{}"' }, ['echo "/a/x.txt":\n/a/x.txt\n\n']],
    [{ size: 'much' }, 'error: invalid size: "much"'],
    [{ nope: 1 }, 'error: invalid option "nope"'],
    [{ regex: '(' }, 'error: invalid regular expression: "("'],
  ])('%j', async (keywords, found) => {
    expect(await find(keywords)).toEqual(found)
  })

  test('by age, as of Salt', async () => {
    const then = Date.now() / 1000 - 40 * 86_400
    utimesSync(at('a/x.txt'), then, then)
    expect(await find({ mtime: '30d', type: 'f' })).toEqual(['/a/x.txt'])
    expect(await find({ mtime: '-1d', type: 'f' })).toEqual(['/a/b/big.bak', '/a/b/y.TXT'])
  })

  test('what is found is removed, links as links, and with test nothing', async () => {
    machine.write({ 'w/other/y.TXT': '' })
    symlinkSync(at('other'), at('a/link'))
    expect(await find({ iname: 'y*', delete: 'f', test: true }, 'a')).toEqual(['/a/b/y.TXT'])
    expect(existsSync(at('a/b/y.TXT'))).toBe(true)
    expect(await find({ delete: 'a', mindepth: 1 }, 'a')).toEqual(['/a/b', '/a/link', '/a/x.txt'])
    expect([readdirSync(at('a')), readdirSync(at('other'))]).toEqual([[], ['y.TXT']])
  })

  test('names with line breaks and quotes are one word of a command', async () => {
    writeFileSync(at('a/b/it\'s "odd"\n'), '')
    expect(await find({ regex: 'it', exec: "printf '[%s]' {}" })).toEqual([
      'printf \'[%s]\' /a/b/it\'s "odd"\n:\n[/a/b/it\'s "odd"\n]\n\n',
    ])
  })
})

test('a sparse file of 10 GB is searched and measured, not read into memory', async () => {
  writeFileSync(at('sparse'), 'head')
  truncateSync(at('sparse'), 10 * 2 ** 30)
  expect(await call('find', [at('sparse')], { grep: 'head', print: 'size' })).toEqual([10 * 2 ** 30])
  expect(await call('diskusage', [at('sparse')])).toBe(10 * 2 ** 30)
})

test('links in circles lead nowhere', async () => {
  symlinkSync('two', at('one'))
  symlinkSync('one', at('two'))
  expect(await call('file_exists', [at('one')])).toBe(false)
  expect(await call('readlink', [at('one')])).toBe('two')
  expect(await call('stats', [at('one')])).toMatchObject({ type: 'link' })
  expect(await call('remove', [at('one')])).toBe(true)
  expect(readdirSync(machine.path('w')).sort()).toEqual(['a', 'two'])
})

test('a mode is set on a file that may not be read, and on none by a link that took its place', async () => {
  chmodSync(at('a/x.txt'), 0o000)
  expect(await call('set_mode', [at('a/x.txt'), '0640'])).toBe('0640')
  expect(await call('set_mode', [at('a/x.txt'), '9'])).toBe('Invalid Mode 9')
  expect(await call('set_mode', [at('none'), '0640'])).toBe('ERROR: /none: File not found')
})

test('copies keep their mode, and links in a directory stay links', async () => {
  machine.write({ 'w/secret': 's' })
  chmodSync(at('secret'), 0o600)
  symlinkSync(at('secret'), at('a/b/link'))
  expect(await call('copy', [at('a'), at('c')], { recurse: true })).toBe(true)
  expect(lstatSync(at('c/b/link')).isSymbolicLink()).toBe(true)
  expect(readFileSync(at('c/b/y.TXT'), 'utf8')).toBe('bar\n')
  expect(await call('copy', [at('a'), at('c')])).toMatch(
    /^ERROR executing 'file.copy': Cannot copy overwriting/,
  )
  expect(await call('copy', [at('secret'), at('open')])).toBe(true)
  expect(lstatSync(at('open')).mode & 0o777).toBe(0o600)
})

test('directories that are empty are removed, and what could not be is named', async () => {
  mkdirSync(at('e/f'), { recursive: true })
  expect(await call('rmdir', [at('e')])).toBe(false)
  expect(await call('rmdir', [at('e')], { recurse: true, verbose: true })).toEqual({
    deleted: ['/e/f', '/e'],
    errors: [],
    result: true,
  })
  expect(await call('rmdir', [at('a')], { verbose: true })).toMatchObject({
    errors: [['/a', "[Errno 39] Directory not empty: '/a'"]],
    result: false,
  })
})

test('what is not there, not absolute or not ours to make is an error that says so', async () => {
  expect(await call('stats', [at('none')])).toBe('ERROR: Path not found: /none')
  expect(await call('readdir', ['a'])).toBe("ERROR executing 'file.readdir': Dir path must be absolute.")
  expect(await call('rename', [at('none'), at('x')])).toBe("ERROR: Could not rename '/none' to '/x'")
  expect(await call('remove', ['/'])).toBe('ERROR: Refusing to remove /')
  expect(await call('touch', [at('none/x')])).toBe('ERROR: No such file or directory')
  expect(await call('makedirs', ['rel/x'])).toMatch(/'rel\/x' would result in an infinite loop/)
  expect(await call('get_sum', [at('none')])).toBe('File not found')
})

test('copies that states keep are listed, restored and removed', async () => {
  await call('manage_file', [at('a/x.txt'), '', {}, null, {}, null, null, null, null, 'base', 'minion'], {
    contents: 'new\n',
  })
  expect(await call('list_backups', [at('a/x.txt')])).toMatchObject({ 0: { Size: 4 } })
  expect(await call('restore_backup', [at('a/x.txt'), 0])).toMatchObject({ result: true })
  expect(readFileSync(at('a/x.txt'), 'utf8')).toBe('foo\n')
  expect(await call('delete_backup', [at('a/x.txt'), 7])).toEqual({
    result: false,
    comment: "backup_id '7' does not exist for /a/x.txt",
  })
  expect(await call('delete_backup', [at('a/x.txt'), 0])).toMatchObject({ result: true })
})

test('what would change of a file is said', async () => {
  renameSync(at('a/b/y.TXT'), at('new'))
  const none = [null, null, null, null]
  const args = [at('a/x.txt'), at('new'), ...none, '0600', null, null, null, null, 'base']
  expect(await call('check_managed_changes', args)).toEqual({
    diff: '--- \n+++ \n@@ -1 +1 @@\n-foo\n+bar\n',
    mode: '0600',
  })
  expect(await call('check_perms', [at('new'), {}, null, null, '0600'])).toMatchObject([
    { changes: { mode: '0600' }, result: true },
    { lmode: '0644', cmode: '0600' },
  ])
})
