// SPDX-License-Identifier: Apache-2.0
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { findProgram } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { commitFile, git, ownGit } from './fixtures/git-home.ts'
import { Masterless, resultsOf, type ShortResult } from './fixtures/masterless.ts'

let machine: Masterless
let first: string
beforeEach((context) => {
  context.skip(findProgram('git') === undefined, 'needs git')
  machine = new Masterless().write({ 'upstream/.keep': '', 'w/.keep': '' })
  ownGit(machine.directory)
  git(upstream(), 'init', '-q')
  first = commitFile(upstream(), 'a.txt', 'one\n')
})
afterEach(() => {
  vi.unstubAllEnvs()
  machine?.[Symbol.dispose]()
})

const at = (name: string) => machine.path(name)
const upstream = () => at('upstream')
const target = () => at('w/app')
const head = (directory = target()) => git(directory, 'rev-parse', 'HEAD')
const text = (name: string) => readFileSync(at(`w/app/${name}`), 'utf8')

type Arguments = Readonly<Record<string, unknown>>

async function state(fun: string, args: Arguments, isTest = false): Promise<ShortResult> {
  const outcome = await machine.call('state.single', [fun, { __kwarg__: true, ...args, test: isTest }])
  const [row] = resultsOf(outcome)
  if (typeof row !== 'object') throw new Error(String(row))
  return row
}

const latest = (args: Arguments = {}, isTest = false) =>
  state('git.latest', { name: upstream(), target: target(), ...args }, isTest)
const detached = (args: Arguments = {}, isTest = false) =>
  state('git.detached', { name: upstream(), target: target(), ...args }, isTest)
const cloned = (args: Arguments = {}, isTest = false) =>
  state('git.cloned', { name: upstream(), target: target(), ...args }, isTest)

describe('git.latest', () => {
  test('clones, and then has nothing to do', async () => {
    const change = `${upstream()} => ${target()}`
    expect(await latest({}, true)).toMatchObject({
      result: null,
      comment: `Repository ${upstream()} would be cloned to ${target()}`,
      changes: { new: change },
    })
    expect(existsSync(target())).toBe(false)
    expect(await latest()).toMatchObject({
      result: true,
      comment: `${upstream()} cloned to ${target()}`,
      changes: { new: change, revision: { old: null, new: first } },
    })
    expect(text('a.txt')).toBe('one\n')
    const settled = { result: true, changes: {}, comment: `Repository ${target()} is up-to-date` }
    expect(await latest()).toMatchObject(settled)
    expect(await latest({}, true)).toMatchObject(settled)
  })

  test('follows a branch that moves', async () => {
    await latest({ rev: 'main' })
    const second = commitFile(upstream(), 'a.txt', 'two\n')
    const [from, to] = [first.slice(0, 7), second.slice(0, 7)]
    expect(await latest({ rev: 'main' }, true)).toMatchObject({
      result: null,
      comment: `Remote 'origin' would be fetched. Repository would be updated from ${from} to ${to}.`,
      changes: { revision: { old: first, new: second } },
    })
    expect(head()).toBe(first)
    expect(await latest({ rev: 'main' })).toMatchObject({
      result: true,
      comment: `${upstream()} was fetched, resulting in updated refs. Repository was fast-forwarded to origin/main (${to}).`,
      changes: { revision: { old: first, new: second } },
    })
    expect(text('a.txt')).toBe('two\n')
    expect((await latest({ rev: 'main' })).changes).toEqual({})
  })

  test('keeps local changes unless force_reset allows to lose them', async () => {
    await latest({ rev: 'main' })
    machine.write({ 'w/app/a.txt': 'mine\n' })
    const kept = await latest({ rev: 'main' })
    expect(kept).toMatchObject({ result: true, changes: {} })
    expect(kept.comment).toContain('is up-to-date, but with uncommitted changes.')
    const second = commitFile(upstream(), 'a.txt', 'two\n')
    const refused = await latest({ rev: 'main' })
    expect(refused.result).toBe(false)
    expect(refused.comment).toContain('but there are uncommitted changes')
    expect([text('a.txt'), head()]).toEqual(['mine\n', first])
    const forced = { rev: 'main', force_reset: true }
    expect((await latest(forced, true)).result).toBe(null)
    expect(text('a.txt')).toBe('mine\n')
    const done = await latest(forced)
    expect(done).toMatchObject({
      result: true,
      changes: { revision: { old: first, new: second } },
    })
    expect(done.comment).toContain('Uncommitted changes were discarded')
    expect(text('a.txt')).toBe('two\n')
    expect((await latest(forced)).changes).toEqual({})
    machine.write({ 'w/app/a.txt': 'mine\n' })
    expect((await latest(forced, true)).result).toBe(null)
    expect((await latest(forced)).changes).toEqual({ 'forced update': true })
    expect(text('a.txt')).toBe('two\n')
  })

  test('with remote-changes loses local changes only where the remote has moved', async () => {
    await latest({ rev: 'main' })
    const args = { rev: 'main', force_reset: 'remote-changes' }
    machine.write({ 'w/app/a.txt': 'mine\n' })
    expect((await latest(args)).changes).toEqual({})
    expect(text('a.txt')).toBe('mine\n')
    commitFile(upstream(), 'b.txt', 'new\n')
    expect((await latest(args)).result).toBe(true)
    expect([text('a.txt'), text('b.txt')]).toEqual(['one\n', 'new\n'])
  })

  test('keeps local commits unless force_reset allows to lose them', async () => {
    await latest({ rev: 'main' })
    const mine = commitFile(target(), 'mine.txt', 'mine\n')
    const second = commitFile(upstream(), 'a.txt', 'two\n')
    const refused = await latest({ rev: 'main' })
    expect(refused.result).toBe(false)
    expect(refused.comment).toContain('this is not a fast-forward merge')
    expect(head()).toBe(mine)
    expect((await latest({ rev: 'main', force_reset: true })).result).toBe(true)
    expect(head()).toBe(second)
  })

  test('checks out tags, annotated ones too, and commits', async () => {
    git(upstream(), 'tag', '-a', 'v1', '-m', 'Version 1')
    const second = commitFile(upstream(), 'a.txt', 'two\n')
    expect(await latest({ rev: 'v1' })).toMatchObject({
      result: true,
      changes: { revision: { old: null, new: first } },
    })
    expect((await latest({ rev: 'v1' })).changes).toEqual({})
    expect(await latest({ rev: second })).toMatchObject({ changes: { revision: { new: second } } })
    expect((await latest({ rev: second.slice(0, 10) })).changes).toEqual({})
  })

  test('makes a branch of its own, and brings and removes tags', async () => {
    git(upstream(), 'tag', 'old')
    await latest({ rev: 'main', branch: 'deploy' })
    expect(git(target(), 'rev-parse', '--abbrev-ref', 'HEAD', 'deploy@{upstream}')).toBe(
      'deploy\norigin/main',
    )
    git(upstream(), 'tag', '-d', 'old')
    git(upstream(), 'tag', 'new')
    const { changes } = await latest({ rev: 'main', branch: 'deploy' })
    expect(changes).toEqual({ new_tags: ['new'], deleted_tags: ['old'] })
    expect(git(target(), 'tag')).toBe('new')
  })

  test('with update_head=False fetches, and leaves what is checked out', async () => {
    await latest({ rev: 'main' })
    const second = commitFile(upstream(), 'a.txt', 'two\n')
    const { result, changes, comment } = await latest({ rev: 'main', update_head: false })
    expect([result, changes]).toEqual([true, {}])
    expect(comment).toContain('HEAD has not been updated locally.')
    expect([head(), git(target(), 'rev-parse', 'origin/main')]).toEqual([first, second])
  })

  test('changes to another branch, with local changes only where force_checkout allows it', async () => {
    await latest({ rev: 'main', branch: 'main' })
    git(upstream(), 'checkout', '-q', '-b', 'dev')
    const dev = commitFile(upstream(), 'a.txt', 'dev\n')
    const args = { rev: 'dev', branch: 'dev', force_reset: true }
    machine.write({ 'w/app/a.txt': 'mine\n' })
    const refused = await latest(args)
    expect(refused.result).toBe(false)
    expect(refused.comment).toContain("Set 'force_checkout' to True to discard them and proceed.")
    expect(text('a.txt')).toBe('mine\n')
    expect((await latest({ ...args, force_checkout: true })).result).toBe(true)
    expect([head(), text('a.txt'), git(target(), 'branch', '--show-current')]).toEqual([dev, 'dev\n', 'dev'])
    expect(git(target(), 'rev-parse', 'main')).toBe(first)
    expect((await latest(args)).changes).toEqual({})
  })

  test('brings submodules where they are asked for', async () => {
    git(at('w'), 'init', '-q', 'library')
    commitFile(at('w/library'), 'lib.txt', 'lib\n')
    git(upstream(), 'submodule', '--quiet', 'add', at('w/library'), 'lib')
    git(upstream(), 'commit', '-q', '-m', 'the library')
    expect((await latest()).result).toBe(true)
    expect(readdirSync(at('w/app/lib'))).toEqual([])
    expect((await latest({ target: at('w/whole'), submodules: true })).result).toBe(true)
    expect(readFileSync(at('w/whole/lib/lib.txt'), 'utf8')).toBe('lib\n')
  })

  test('says of a remote without commits that there is nothing yet', async () => {
    git(at('w'), 'init', '-q', '--bare', 'empty.git')
    const args = { name: at('w/empty.git') }
    expect((await latest(args)).result).toBe(true)
    expect(await latest(args)).toMatchObject({ result: true, changes: {} })
    await latest({ target: at('w/full') })
    const refused = await latest({ ...args, target: at('w/full') })
    expect(refused.comment).toContain('Remote repository is empty')
  })

  test('turns to another remote', async () => {
    await latest({ rev: 'main' })
    git(at('w'), 'clone', '-q', upstream(), 'moved')
    const moved = { name: at('w/moved'), rev: 'main' }
    const comment = `Remote 'origin' changed from ${upstream()} to ${at('w/moved')}`
    expect((await latest(moved)).comment).toContain(comment)
    expect(git(target(), 'remote', 'get-url', 'origin')).toBe(at('w/moved'))
    // Its branches are fetched by the next run, as they are under Salt.
    expect((await latest(moved)).comment).toContain('was fetched, resulting in updated refs')
    expect((await latest(moved)).comment).toBe(`Repository ${target()} is up-to-date`)
  })

  test('clears a directory only with force_clone', async () => {
    machine.write({ 'w/app/precious': 'x' })
    const refused = await latest()
    expect(refused.result).toBe(false)
    expect(refused.comment).toContain("Set the 'force_clone' option to True")
    const planned = await latest({ force_clone: true }, true)
    expect(planned).toMatchObject({ result: null, changes: { 'forced clone': true } })
    expect(readdirSync(target())).toEqual(['precious'])
    expect((await latest({ force_clone: true })).result).toBe(true)
    expect(existsSync(at('w/app/precious'))).toBe(false)
  })

  test('keeps a bare repository and a shallow one', async () => {
    await latest({ bare: true })
    const second = commitFile(upstream(), 'a.txt', 'two\n')
    expect((await latest({ mirror: true, target: at('w/mirror') })).result).toBe(true)
    expect(git(at('w/mirror'), 'rev-parse', 'main')).toBe(second)
    const url = `file://${upstream()}`
    await latest({ name: url, rev: 'main', depth: 1, target: at('w/shallow') })
    expect(git(at('w/shallow'), 'rev-list', '--count', 'HEAD')).toBe('1')
  })

  test.each([
    [{ rev: 'no-such' }, "No revision matching 'no-such' exists in the remote repository"],
    [{ name: '/no/such/repository' }, 'Failed to check remote refs: '],
    [{ rev: '--upload-pack=x' }, "The revision '--upload-pack=x' begins with '-'"],
    [{ branch: '-f' }, "The branch '-f' begins with '-'"],
    [{ remote: '--mirror' }, "The remote '--mirror' begins with '-'"],
    [{ name: '--upload-pack=x' }, "The URL '--upload-pack=x' is refused"],
    [{ name: 'ext::sh -c id' }, "The URL 'ext::sh -c id' is refused"],
    [{ target: 'relative' }, "target 'relative' is not an absolute path"],
    [{ force_reset: 'sometimes' }, "'force_reset' must be one of True, False, or 'remote-changes'"],
    [{ bare: true, rev: 'main' }, "'rev' is not compatible with the 'mirror' and 'bare' arguments"],
    [{ identity: 'relative' }, "identity 'relative' is not an absolute path"],
    [{ https_user: 'ann', https_pass: 'x' }, 'Basic Auth only supported for HTTPS'],
  ])('%j is refused', async (args, message) => {
    const { result, comment, changes } = await latest(args)
    expect(result).toBe(false)
    expect(comment).toContain(message)
    expect(changes).toEqual({})
    expect(existsSync(target())).toBe(false)
  })
})

test.each(['latest', 'detached', 'cloned'])(
  'git.%s keeps a password out of arguments and comments',
  async (fun) => {
    const lines = [
      '#!/bin/sh',
      `printf '%s\\n' "$@" >> ${at('arguments')}`,
      'echo "no access with s3cr3t" >&2',
    ]
    machine.write({ 'bin/git': `${lines.join('\n')}\nexit 128\n` })
    chmodSync(at('bin/git'), 0o755)
    vi.stubEnv('PATH', `${at('bin')}:${process.env['PATH']}`)
    const name = 'https://ann:s3cr3t@example.org/app.git'
    const rev = fun === 'cloned' ? {} : { rev: 'main' }
    const { result, comment, changes } = await state(`git.${fun}`, { name, target: target(), ...rev })
    expect(result).toBe(false)
    expect(comment).toContain('no access with **********')
    expect(readFileSync(at('arguments'), 'utf8')).toContain('https://example.org/app.git\n')
    for (const shown of [comment, JSON.stringify(changes), readFileSync(at('arguments'), 'utf8')])
      expect(shown).not.toContain('s3cr3t')
  },
)

describe('git.present', () => {
  test('makes a bare repository once', async () => {
    const args = { name: at('w/bare.git') }
    expect(await state('git.present', args, true)).toMatchObject({
      result: null,
      comment: 'New bare repository would be created',
    })
    expect(existsSync(at('w/bare.git'))).toBe(false)
    expect(await state('git.present', args)).toMatchObject({
      result: true,
      comment: `Initialized bare repository in ${at('w/bare.git')}`,
      changes: { new: at('w/bare.git') },
    })
    expect(git(at('w/bare.git'), 'rev-parse', '--is-bare-repository')).toBe('true')
    expect(await state('git.present', args)).toMatchObject({ result: true, changes: {} })
  })

  test('clears a directory only with force', async () => {
    machine.write({ 'w/app/precious': 'x' })
    const args = { name: target(), bare: false }
    expect((await state('git.present', args)).comment).toContain("Set the 'force' option to True")
    expect((await state('git.present', { ...args, force: true }, true)).result).toBe(null)
    expect(readdirSync(target())).toEqual(['precious'])
    expect(await state('git.present', { ...args, force: true })).toMatchObject({
      result: true,
      changes: { 'forced init': true, new: target() },
    })
    expect(readdirSync(target())).toEqual(['.git'])
  })

  test('wants an absolute path', async () => {
    const { result, comment } = await state('git.present', { name: '-x', force: true })
    expect([result, comment]).toEqual([false, "'-x' is not an absolute path"])
  })
})

describe('git.detached', () => {
  test('checks out a tag, a commit and a branch, each once', async () => {
    git(upstream(), 'tag', '-a', 'v1', '-m', 'Version 1')
    const second = commitFile(upstream(), 'a.txt', 'two\n')
    expect((await detached({ rev: 'v1' }, true)).result).toBe(null)
    expect(existsSync(target())).toBe(false)
    expect(await detached({ rev: 'v1' })).toMatchObject({
      result: true,
      changes: { HEAD: { old: null, new: first } },
    })
    expect(git(target(), 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('HEAD')
    expect(await detached({ rev: first })).toMatchObject({
      result: true,
      changes: {},
      comment: 'Already checked out at correct revision',
    })
    expect(await detached({ rev: second }, true)).toMatchObject({
      result: null,
      comment: `Commit ID ${second} would be checked out at ${target()}`,
      changes: { HEAD: { old: first, new: second } },
    })
    expect(head()).toBe(first)
    expect((await detached({ rev: 'main' })).changes).toEqual({ HEAD: { old: first, new: second } })
    expect((await detached({ rev: 'main' })).changes).toEqual({})
  })

  test('loses local changes only where it may', async () => {
    await detached({ rev: 'main' })
    machine.write({ 'w/app/a.txt': 'mine\n' })
    const second = commitFile(upstream(), 'a.txt', 'two\n')
    expect((await detached({ rev: second })).result).toBe(false)
    expect(text('a.txt')).toBe('mine\n')
    expect((await detached({ rev: second, force_checkout: true })).result).toBe(true)
    expect(text('a.txt')).toBe('two\n')
    machine.write({ 'w/app/a.txt': 'mine\n' })
    expect((await detached({ rev: second, hard_reset: true })).result).toBe(true)
    expect(text('a.txt')).toBe('two\n')
  })

  test.each([
    [{ rev: 'no-such' }, "Revision 'no-such' does not exist"],
    [{ rev: '-f' }, "The revision '-f' begins with '-'"],
    [{ rev: 'main', name: 'ext::id' }, "The URL 'ext::id' is refused"],
    [{ rev: 'main', name: '/no/such/repository' }, "repository '/no/such/repository' does not exist"],
  ])('%j is refused', async (args, message) => {
    const { result, comment } = await detached(args)
    expect(result).toBe(false)
    expect(comment).toContain(message)
  })
})

describe('git.cloned', () => {
  test('clones once, and does not follow', async () => {
    expect(await cloned({}, true)).toMatchObject({
      result: null,
      comment: `${upstream()} would be cloned to ${target()}`,
    })
    expect(existsSync(target())).toBe(false)
    expect(await cloned()).toMatchObject({
      result: true,
      comment: `${upstream()} cloned to ${target()}`,
      changes: { new: `${upstream()} => ${target()}` },
    })
    commitFile(upstream(), 'a.txt', 'two\n')
    expect(await cloned()).toMatchObject({
      result: true,
      changes: {},
      comment: `Repository already exists at ${target()}`,
    })
    expect(head()).toBe(first)
  })

  test('says what is wrong with a directory that is no repository', async () => {
    machine.write({ 'w/app/precious': 'x' })
    vi.stubEnv('GIT_CEILING_DIRECTORIES', at('w'))
    const { result, comment } = await cloned()
    expect(result).toBe(false)
    expect(comment).toContain('not a git repository')
    expect(readdirSync(target())).toEqual(['precious'])
  })

  test('changes the branch', async () => {
    git(upstream(), 'branch', 'stable')
    await cloned()
    const changes = { branch: { old: 'main', new: 'stable' } }
    expect(await cloned({ branch: 'stable' }, true)).toMatchObject({ result: null, changes })
    expect(await cloned({ branch: 'stable' })).toMatchObject({
      result: true,
      changes,
      comment: "Branch changed to 'stable'",
    })
    expect(await cloned({ branch: 'stable' })).toMatchObject({
      changes: {},
      comment: `Repository already exists at ${target()} and is checked out to branch 'stable'`,
    })
  })

  test.each([
    [{ branch: 'no-such' }, 'Clone failed: '],
    [{ branch: '-f' }, "The branch '-f' begins with '-'"],
    [{ name: 'ext::id' }, "The URL 'ext::id' is refused"],
    [{ target: 'relative' }, "'target' path must be absolute"],
  ])('%j is refused', async (args, message) => {
    const { result, comment } = await cloned(args)
    expect(result).toBe(false)
    expect(comment).toContain(message)
    expect(existsSync(target())).toBe(false)
  })
})

describe('git.config_set and config_unset', () => {
  const set = (args: Arguments, isTest = false) =>
    state('git.config_set', { name: 'foo.bar', repo: upstream(), ...args }, isTest)
  const unset = (args: Arguments, isTest = false) =>
    state('git.config_unset', { name: 'foo.bar', repo: upstream(), ...args }, isTest)

  test('a value is set once, and removed once', async () => {
    expect(await set({ value: '-x y' }, true)).toMatchObject({
      result: null,
      comment: "'foo.bar' would be added as '-x y'",
    })
    expect(await set({ value: '-x y' })).toMatchObject({
      result: true,
      comment: "'foo.bar' was added as '-x y'",
      changes: { 'foo.bar': { old: null, new: ['-x y'] } },
    })
    expect(git(upstream(), 'config', 'foo.bar')).toBe('-x y')
    expect(await set({ value: '-x y' })).toMatchObject({
      changes: {},
      comment: "'foo.bar' is already set to '-x y'",
    })
    expect(await unset({}, true)).toMatchObject({ result: null, changes: { 'foo.bar': ['-x y'] } })
    expect(await unset({})).toMatchObject({ result: true, changes: { 'foo.bar': ['-x y'] } })
    expect(await unset({})).toMatchObject({
      result: true,
      changes: {},
      comment: 'No matching keys are set',
    })
  })

  test('several values are removed by a pattern, or all of them', async () => {
    await set({ multivar: ['one', 'two', 'three'] })
    expect(git(upstream(), 'config', '--get-all', 'foo.bar')).toBe('one\ntwo\nthree')
    expect((await set({ multivar: ['one', 'two', 'three'] })).changes).toEqual({})
    const refused = await unset({ value_regex: '^t' })
    expect([refused.result, refused.changes]).toEqual([false, {}])
    expect(refused.comment).toContain('foo.bar (two, three)')
    expect(await unset({ value_regex: '^t', all: true })).toMatchObject({
      result: true,
      changes: { 'foo.bar': ['two', 'three'] },
    })
    expect(git(upstream(), 'config', '--get-all', 'foo.bar')).toBe('one')
  })

  test('settings of the user need no repository', async () => {
    const args = { name: 'foo.bar', global: true }
    expect(await state('git.config_set', { ...args, value: 'x' })).toMatchObject({
      result: true,
      comment: "Global key 'foo.bar' was added as 'x'",
    })
    expect(readFileSync(at('gitconfig'), 'utf8')).toContain('bar = x')
    expect((await state('git.config_unset', args)).changes).toEqual({ 'foo.bar': ['x'] })
  })

  test.each([
    [{ value: 'x', multivar: ['y'] }, "Only one of 'value' and 'multivar' is permitted"],
    [{}, "One of 'value' and 'multivar' is required"],
    [{ value: 'x', repo: '/no/such' }, 'Failed to set'],
    [{ value: 'x', name: '--global' }, "The key '--global' begins with '-'"],
  ])('%j is refused', async (args, message) => {
    const { result, comment } = await set(args)
    expect(result).toBe(false)
    expect(comment).toContain(message)
  })
})
