// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { messageOf } from '@halite/core'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { EditMachine } from './machine.ts'

const machine = new EditMachine()
beforeEach(() => machine.clear())
afterAll(() => machine[Symbol.dispose]())

const edits: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['replace', { pattern: 'a', repl: 'b' }],
  ['line', { mode: 'insert', location: 'end', content: 'x' }],
  ['blockreplace', { content: 'x', append_if_not_found: true }],
  ['comment_line', { regex: 'a' }],
  ['append', { args: 'x' }],
  ['prepend', { args: 'x' }],
  ['truncate', { length: 0 }],
  ['psed', { before: 'a', after: 'b' }],
]

describe('what is no file', () => {
  test.each(edits)('a pipe is not opened by file.%s', async (fun, args) => {
    execFileSync('mkfifo', [machine.path()])
    const { retcode, return: said } = await machine.call(fun, args)
    expect([retcode, said]).toEqual([1, expect.stringMatching(/no plain file|not a file|File not found/)])
    expect(machine.names()).toEqual(['f'])
  })

  test('a pipe is not opened by file.write, file.search, and states', async () => {
    execFileSync('mkfifo', [machine.path()])
    expect((await machine.call('write', { args: 'x' })).return).toMatch(/neither a file nor a device/)
    expect((await machine.call('search', { pattern: 'x' })).retcode).toBe(1)
    expect((await machine.call('contains', { text: 'x' })).return).toBe(false)
    for (const fun of ['append', 'prepend'])
      expect(await machine.state(fun, { text: 'x' })).toMatchObject({ result: false })
    expect(await machine.state('replace', { pattern: 'a', repl: 'b' })).toMatchObject({ result: false })
    expect(await machine.state('keyvalue', { key: 'a', value: 'b' })).toMatchObject({ result: false })
  })

  test.each(edits)('a directory is refused by file.%s', async (fun, args) => {
    const { retcode } = await machine.call(fun, args, '.')
    expect(retcode).toBe(1)
  })

  test('a device takes what is written', async () => {
    const { return: said } = await machine.call('write', { args: 'x' }, '../../../../../../dev/null')
    expect(said).toMatch(/^Wrote 1 lines/)
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
  })
})

describe('files that are more than a name', () => {
  test.each(edits)('file.%s edits what a link leads to, and leaves the link', async (fun, args) => {
    machine.write('a\na\n', 'real')
    chmodSync(machine.path('real'), 0o640)
    symlinkSync('real', machine.path())
    expect((await machine.call(fun, args)).retcode).toBe(0)
    expect(readlinkSync(machine.path())).toBe('real')
    expect(machine.read('real')).not.toBe('a\na\n')
    expect(statSync(machine.path('real')).mode & 0o777).toBe(0o640)
  })

  test.each(edits)('a file keeps its other names in file.%s', async (fun, args) => {
    machine.write('a\na\n')
    linkSync(machine.path(), machine.path('other'))
    expect((await machine.call(fun, args)).retcode).toBe(0)
    expect(machine.read('other')).toBe(machine.read())
    expect(machine.read()).not.toBe('a\na\n')
  })

  test('file.replace puts a link to the copy beside the link', async () => {
    machine.write('a\n', 'real')
    symlinkSync('real', machine.path())
    await machine.call('replace', { pattern: 'a', repl: 'b' })
    expect(machine.names()).toEqual(['f', 'f.bak', 'real', 'real.bak'])
    expect([readlinkSync(machine.path('f.bak')), machine.read('f.bak')]).toEqual(['real.bak', 'a\n'])
  })

  test('a link that leads nowhere is followed by file.write', async () => {
    symlinkSync('real', machine.path())
    await machine.call('write', { args: 'x' })
    expect(machine.read('real')).toBe('x\n')
  })
})

describe('bytes', () => {
  test('a binary file is refused', async () => {
    machine.write(Buffer.from([0x61, 0, 1, 2]))
    for (const [fun, args] of edits.filter(([name]) => name === 'replace' || name === 'comment_line')) {
      const { error } = await machine.call(fun, args)
      expect(messageOf(error)).toBe(`Cannot perform string replacements on a binary file: ${machine.path()}`)
    }
    expect(readFileSync(machine.path())).toEqual(Buffer.from([0x61, 0, 1, 2]))
  })

  test.each(edits)('what is no UTF-8 stays as it is in file.%s', async (fun, args) => {
    if (fun === 'truncate') return
    machine.write(Buffer.from('caf\xe9 a\n', 'latin1'))
    expect((await machine.call(fun, args)).retcode).toBe(0)
    expect(readFileSync(machine.path()).includes(0xe9)).toBe(true)
  })

  test('no character is cut in two', async () => {
    machine.write('é=1\n')
    const { return: said } = await machine.call('replace', { pattern: '.', repl: 'x', count: 1 })
    expect(said).toMatch(/stays as it is: the edit would cut characters of UTF-8 in two/)
    expect([machine.read(), machine.names()]).toEqual(['é=1\n', ['f']])
  })

  test('UTF-16 is edited as text', async () => {
    machine.write(Buffer.from('\ufeffa\r\nb\r\n', 'utf16le'))
    await machine.call('blockreplace', { content: 'x', append_if_not_found: true, append_newline: true })
    expect(readFileSync(machine.path(), 'utf16le')).toBe(
      '\ufeffa\r\nb\r\n#-- start managed zone --\r\nx\r\n#-- end managed zone --\r\n',
    )
  })
})

describe('input that means harm', () => {
  test('flags of sed run nothing', async () => {
    machine.write('a\n')
    for (const flags of ['e', 'w /tmp/x', 'g; 1e id']) {
      expect((await machine.call('sed', { before: 'a', after: 'id', flags })).return).toMatch(/are not taken/)
      expect((await machine.call('sed_contains', { text: 'a', flags })).return).toMatch(/are not taken/)
    }
  })

  test('quotes, slashes and dollars are no shell', async () => {
    machine.write(`it's $HOME/a\n`)
    await machine.call('sed', { before: `it's \\$HOME/a`, after: '$(id)/;b' })
    expect(machine.read()).toBe('$(id)/;b\n')
    const { return: found } = await machine.call('grep', { pattern: '$(id)' })
    expect(found).toMatchObject({ retcode: 0, stdout: '$(id)/;b' })
  })

  test('a pattern that backtracks for ever elsewhere', async () => {
    writeFileSync(machine.path(), `${'a'.repeat(100_000)}b\n`)
    expect((await machine.call('search', { pattern: '^(a+)+$' })).return).toBe(false)
  })
})
