// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs'
import { systemCodeOf } from '@halite/core'
import { toolPath } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless, resultsOf, type ShortResult } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless().write({ 'roots/.keep': '', 'w/.keep': '' })
})
afterEach(() => machine[Symbol.dispose]())

const at = (name: string) => machine.path(`w/${name}`)
const read = (name: string) => readFileSync(at(name), 'utf8')

type Args = Readonly<Record<string, unknown>>

/** Applies states: id → function → arguments. */
async function applied(
  states: Readonly<Record<string, Readonly<Record<string, Args>>>>,
  keywords: Args = {},
) {
  const listed = Object.entries(states).map(([id, functions]) => {
    const calls = Object.entries(functions).map(([fun, args]) => {
      return [fun, Object.entries(args).map(([key, value]) => ({ [key]: value }))] as const
    })
    return [id, Object.fromEntries(calls)] as const
  })
  const outcome = await machine.apply(`#!json\n${JSON.stringify(Object.fromEntries(listed))}`, keywords)
  return resultsOf(outcome).filter((row) => typeof row !== 'string') as readonly ShortResult[]
}

describe('texts from templates', () => {
  test('of one source and of several, put at both ends and into a block', async () => {
    machine.write({ 'roots/a.j2': '{{ who }} {{ more }}\n', 'roots/b': 'second\n', 'w/f': 'middle\n' })
    const words = { context: { who: 'last' }, defaults: { who: 'x', more: 'one' } }
    const block = { source: 'salt://b', content: 'first ', append_if_not_found: true }
    const rows = await applied({
      append: { 'file.append': { name: at('f'), sources: ['salt://a.j2', 'salt://b'], ...words } },
      prepend: { 'file.prepend': { name: at('new/g'), source: 'salt://b', makedirs: true } },
      block: { 'file.blockreplace': { name: at('f'), ...block } },
      none: { 'file.append': { name: at('f'), source: 'salt://missing' } },
      both: { 'file.append': { name: at('f'), source: 'salt://a.j2', sources: ['salt://b'] } },
      order: { 'file.blockreplace': { name: at('nowhere'), source: 'salt://a.j2', sources: ['salt://b'] } },
      whole: { 'file.not_cached': { name: 'a/./b' } },
    })
    expect(rows.map(({ result }) => result)).toEqual([true, true, true, false, false, false, true])
    expect(rows.slice(3).map(({ comment }) => comment)).toEqual([
      'Failed to load template file salt://missing',
      'source and sources are mutually exclusive',
      'source and sources are mutually exclusive',
      `File ${process.cwd()}/a/b is a local path, no action taken`,
    ])
    expect(read('f')).toBe(
      'middle\nlast one\nsecond\n#-- start managed zone --\nfirst second\n#-- end managed zone --\n',
    )
    expect(read('new/g')).toBe('second\n')
  })

  test('and texts that were accumulated', async () => {
    machine.write({ 'w/f': '' })
    const wanted = { filename: at('f'), text: ['two', 'three'], require_in: [{ file: 'block' }] }
    await applied({
      block: { 'file.blockreplace': { name: at('f'), content: 'one', append_if_not_found: true } },
      texts: { 'file.accumulated': wanted },
    })
    expect(read('f')).toBe('#-- start managed zone --\none\ntwo\nthree\n#-- end managed zone --\n')
  })
})

describe('file.patch', () => {
  const patch = '--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n one\n-two\n+{{ word }}\n'
  const state = (more: Args = {}, name = 'f') => ({
    p: {
      'file.patch': {
        name: at(name),
        source: 'salt://p',
        template: 'jinja',
        context: { word: 'zwei' },
        ...more,
      },
    },
  })

  test('is planned, applied once, and found to be applied', async () => {
    machine.write({ 'roots/p': patch, 'w/f': 'one\ntwo\n' })
    expect(await applied(state(), { test: true })).toMatchObject([
      { result: null, comment: 'The patch would be applied' },
    ])
    expect(read('f')).toBe('one\ntwo\n')
    const [row] = await applied(state())
    expect(row).toMatchObject({
      result: true,
      comment: 'Patch successfully applied',
      changes: { retcode: 0 },
    })
    expect(read('f')).toBe('one\nzwei\n')
    expect(await applied(state())).toMatchObject([
      { result: true, comment: 'Patch was already applied', changes: {} },
    ])
    expect(readdirSync(machine.path('w'))).toEqual(['.keep', 'f'])
  })

  test('says why it is not applied, and keeps what is rejected where it is asked to', async () => {
    machine.write({ 'roots/p': patch, 'w/f': 'other\nlines\n' })
    const [row] = await applied(state({ reject_file: at('rejects') }))
    expect(row).toMatchObject({ result: false, changes: {} })
    expect(row?.comment).toMatch(
      /^Patch would not apply cleanly, no changes made\..*\n\n {14}-{10}\n {14}pid:/,
    )
    expect(read('rejects')).toContain('-two\n')
    expect(read('f')).toBe('other\nlines\n')
    expect(await applied(state({ options: '-o x --reject-file=y' }))).toMatchObject([
      { result: false, comment: 'The following CLI options are not allowed: -o, --reject-file=y' },
    ])
  })

  test('of a directory', async () => {
    machine.write({ 'roots/p': patch.replaceAll('/f', '/sub/f'), 'w/d/sub/f': 'one\ntwo\n' })
    expect(await applied(state({ strip: 1 }, 'd'))).toMatchObject([{ result: true }])
    expect(read('d/sub/f')).toBe('one\nzwei\n')
  })
})

test('a state that is checked by a command after it, and one that others watch', async () => {
  machine.write({ 'w/f': 'a = 1\n' })
  const wanted = { key: 'a ', value: ' 2', check_cmd: [`grep -q 3 ${at('f')}`] }
  const rows = await applied({
    f: { 'file.keyvalue': { name: at('f'), ...wanted } },
    g: { 'cmd.run': { name: `touch ${at('seen')}`, onchanges: [{ file: 'f' }] } },
  })
  expect(rows[0]).toMatchObject({ result: false })
  expect([read('f'), existsSync(at('seen'))]).toEqual(['a = 2\n', false])
})

/** It may be over. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (systemCodeOf(error) !== 'ESRCH') throw error
  }
}

test('an edit that is killed leaves the old file or the new one', async () => {
  const before = 'some words on a line\n'.repeat(200_000)
  machine.write({ 'w/f': before })
  machine.saltCall(['test.true'])
  const words = [
    '--local',
    '-c',
    machine.path('conf'),
    'file.replace',
    at('f'),
    'words',
    'letters',
    'backup=False',
  ]
  const child = spawn(process.execPath, [toolPath('salt-call'), ...words], {
    stdio: 'ignore',
    detached: true,
  })
  const ended = once(child, 'exit')
  const watcher = watch(machine.path('w'), () => killGroup(child.pid ?? 0))
  await ended
  watcher.close()
  expect([before, before.replaceAll('words', 'letters')]).toContain(read('f'))
})
