// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless, resultsOf, type ShortResult } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless().write({
    'src/app/a.txt': 'hello\n',
    'src/app/sub/b.txt': 'there\n',
    'src/top.txt': 'top\n',
    'roots/.keep': '',
    'w/.keep': '',
  })
})
afterEach(() => machine[Symbol.dispose]())

const at = (name: string) => machine.path(name)

/** Packs below `src/` by a program; undefined when it is missing. */
function pack(argv: readonly string[]): boolean {
  const [program = '', ...args] = argv
  return spawnSync(program, args, { cwd: at('src') }).status === 0
}

async function extracted(args: Record<string, unknown>, isTest = false): Promise<ShortResult> {
  const list = Object.entries(args).map(([key, value]) => ({ [key]: value }))
  machine.write({
    'roots/one.sls': `#!json\n${JSON.stringify({ [at('w/out')]: { 'archive.extracted': list } })}`,
  })
  const [row] = resultsOf(await machine.call('state.apply', ['one', { __kwarg__: true, test: isTest }]))
  return row as ShortResult
}

describe.each([
  ['tar', ['tar', 'cf', '../roots/a.tar', 'app'], 'a.tar'],
  ['gzip', ['tar', 'czf', '../roots/a.tgz', 'app'], 'a.tgz'],
  ['xz', ['tar', 'cJf', '../roots/a.tar.xz', 'app'], 'a.tar.xz'],
  ['zip', ['zip', '-qr', '../roots/a.zip', 'app'], 'a.zip'],
])('archive.extracted of %s', (_, argv, file) => {
  test('extracts what is missing, and then nothing', async (context) => {
    context.skip(!pack(argv), `${argv[0]} cannot pack it`)
    const args = { source: `salt://${file}` }
    const first = await extracted(args)
    expect(first).toMatchObject({
      result: true,
      comment: `salt://${file} extracted to ${at('w/out')}/, due to absence of one or more files/dirs`,
      changes: { directories_created: [`${at('w/out')}/`] },
    })
    expect(readFileSync(at('w/out/app/sub/b.txt'), 'utf8')).toBe('there\n')
    expect(await extracted(args)).toMatchObject({
      changes: {},
      result: true,
      comment: 'All files in archive are already present',
    })
  })
})

describe('archive.extracted', () => {
  beforeEach(() => {
    pack(['tar', 'czf', '../roots/a.tgz', 'app'])
    pack(['tar', 'czf', '../roots/bomb.tgz', 'app', 'top.txt'])
  })

  test('says with test=True what it would do', async (context) => {
    context.skip(!existsSync(at('roots/a.tgz')), 'needs tar')
    const local = await extracted({ source: at('roots/a.tgz') }, true)
    expect(local).toMatchObject({
      result: null,
      changes: {},
      comment: `Archive ${at('roots/a.tgz')} would be extracted to ${at('w/out')}/, due to absence of one or more files/dirs`,
    })
    expect((await extracted({ source: 'salt://a.tgz' }, true)).comment).toContain('would be cached')
    expect(existsSync(at('w/out'))).toBe(false)
  })

  test('compares the hash, and keeps it where it decides alone', async (context) => {
    context.skip(!existsSync(at('roots/a.tgz')), 'needs tar')
    const digest = createHash('sha256')
      .update(readFileSync(at('roots/a.tgz')))
      .digest('hex')
    const wrong = await extracted({ source: at('roots/a.tgz'), source_hash: `sha256=${'0'.repeat(64)}` })
    expect(wrong).toMatchObject({ result: false })
    expect(wrong.comment).toContain('does not match the desired source_hash')
    const args = { source: at('roots/a.tgz'), source_hash: digest, source_hash_update: true }
    expect((await extracted(args)).result).toBe(true)
    const skipped = await extracted({ ...args, skip_files_list_verify: true })
    expect(skipped.comment).toContain('existing source sum is the same as the expected one')
    machine.write({ 'src/app/a.txt': 'changed\n' })
    pack(['tar', 'czf', '../roots/a.tgz', 'app'])
    const next = createHash('sha256')
      .update(readFileSync(at('roots/a.tgz')))
      .digest('hex')
    const updated = await extracted({ ...args, source_hash: next })
    expect(updated.comment).toContain('due to source_hash update')
    expect(readFileSync(at('w/out/app/a.txt'), 'utf8')).toBe('changed\n')
  })

  test('wants one directory on top unless it need not be', async (context) => {
    context.skip(!existsSync(at('roots/bomb.tgz')), 'needs tar')
    const refused = await extracted({ source: 'salt://bomb.tgz' })
    expect(refused.comment).toContain('Archive does not have a single top-level directory.')
    expect(await extracted({ source: 'salt://bomb.tgz', enforce_toplevel: false })).toMatchObject({
      result: true,
    })
    expect(readdirSync(at('w/out')).sort()).toEqual(['app', 'top.txt'])
  })

  test('is not done when if_missing is there, and clears what is in the way', async (context) => {
    context.skip(!existsSync(at('roots/a.tgz')), 'needs tar')
    const present = await extracted({ source: 'salt://a.tgz', if_missing: at('w/.keep') })
    expect(present.comment).toBe(`Path ${at('w/.keep')} exists`)
    machine.write({ 'w/out/app/a.txt/x': 'a directory' })
    const blocked = await extracted({ source: 'salt://a.tgz' })
    expect(blocked.comment).toContain("To proceed with extraction, set 'force' to True.")
    expect(await extracted({ source: 'salt://a.tgz', force: true })).toMatchObject({ result: true })
    expect(lstatSync(at('w/out/app/a.txt')).isFile()).toBe(true)
    machine.write({ 'w/out/app/stale': 'x' })
    const cleaned = await extracted({ source: 'salt://a.tgz', clean: true, overwrite: true, trim_output: 1 })
    expect(cleaned.changes).toMatchObject({ removed: [`${at('w/out')}/app/`], extracted_files: ['app'] })
    expect(existsSync(at('w/out/app/stale'))).toBe(false)
  })

  test('hands options to tar', async (context) => {
    context.skip(!existsSync(at('roots/a.tgz')), 'needs tar')
    const args = { source: 'salt://a.tgz', options: '--strip-components=1', enforce_toplevel: false }
    expect(await extracted(args)).toMatchObject({ result: true })
    expect(readdirSync(at('w/out')).sort()).toEqual(['a.txt', 'sub'])
    expect((await extracted(args)).changes).toEqual({})
  })

  test.each([
    [{ source: 'salt://a.xyz' }, 'Could not guess archive_format'],
    [{ source: 'salt://a.tgz', archive_format: '7z' }, "Invalid archive_format '7z'"],
    [{ source: 'salt://a.tgz', password: 'x' }, "The 'password' argument is only supported for zip archives"],
    [{ source: '/no/such.tgz' }, "Source file '/no/such.tgz' does not exist"],
    [{ source: 'salt://a.tgz', user: 'no-such-user' }, 'User no-such-user does not exist'],
    [
      { source: 'salt://a.tgz', enforce_ownership_on: '/etc' },
      "Value for 'enforce_ownership_on' must be within",
    ],
    [{ source: 'salt://a.tgz', clean: true, clean_parent: true }, "Only one of 'clean' and 'clean_parent'"],
  ])('%j is refused', async (args, message) => {
    const { result, comment } = await extracted(args)
    expect(result).toBe(false)
    expect(comment).toContain(message)
  })
})

test('archive.zip and unzip keep modes, without any program', async () => {
  machine.write({ 'src/run.sh': '#!/bin/sh\n' })
  spawnSync('chmod', ['755', at('src/run.sh')])
  const zip = ['archive.zip', [at('w/z.zip'), 'app,run.sh', { __kwarg__: true, cwd: at('src') }]] as const
  const { return: names } = await machine.call(...zip)
  expect(names).toEqual(['app/', 'app/a.txt', 'app/sub/', 'app/sub/b.txt', 'run.sh'])
  const { return: listed } = await machine.call('archive.list', [at('w/z.zip')])
  expect(listed).toEqual(names)
  await machine.call('archive.unzip', [at('w/z.zip'), at('w/un')])
  expect(statSync(at('w/un/run.sh')).mode & 0o777).toBe(0o755)
  expect(readFileSync(at('w/un/app/a.txt'), 'utf8')).toBe('hello\n')
})
