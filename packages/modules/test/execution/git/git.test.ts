// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, parseMinionId } from '@halite/core'
import { createContext, type ExecContext, Registry } from '@halite/loader'
import { type CapturedLog, captureLog, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { manifest } from '../../../src/index.ts'

let directory: string
let log: CapturedLog
let ctx: ExecContext
const at = (name: string) => join(directory, name)
const repo = () => at('repo')

beforeEach(() => {
  directory = temporaryDirectory('git-')
  log = captureLog()
  ctx = createContext({
    registry: new Registry(manifest, { grains: {}, options: {} }),
    id: parseMinionId('m1'),
    options: {},
    grains: {},
    pillar: {},
    log: log.log,
  })
  writeFileSync(
    at('gitconfig'),
    '[user]\nname = Ann\nemail = ann@example.org\n[init]\ndefaultBranch = main\n',
  )
  vi.stubEnv('GIT_CONFIG_GLOBAL', at('gitconfig'))
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1')
})
afterEach(() => {
  vi.unstubAllEnvs()
  removeTemporaryDirectory(directory)
})

type Arguments = Readonly<Record<string, unknown>>
/** Calls a function on the repository, unless it takes none. */
const call = (fun: string, args: Arguments = {}) =>
  ctx.call(`git.${fun}`, fun === 'remote_refs' ? args : { cwd: repo(), ...args })
const refusal = (fun: string, args: Arguments) =>
  call(fun, args).then(
    () => 'it was done',
    (error: Error) => error.message,
  )

async function commit(name: string, text: string, cwd = repo()): Promise<unknown> {
  writeFileSync(join(cwd, name), text)
  await call('add', { cwd, filename: name })
  await call('commit', { cwd, message: `${name}: ${text}` })
  return call('revision', { cwd })
}

describe('a repository', () => {
  let first: unknown
  beforeEach(async (context) => {
    context.skip(findProgram('git') === undefined, 'needs git')
    await call('init')
    first = await commit('a.txt', 'one')
  })

  test('is made, with or without a working copy', async () => {
    const bare = at('bare.git')
    const said = await call('init', { cwd: bare, bare: true, shared: 'group' })
    expect(said).toContain('Initialized empty shared Git repository')
    expect(await call('rev_parse', { cwd: bare, opts: '--is-bare-repository' })).toBe('true')
    expect(await call('list_branches', { cwd: bare })).toEqual([])
  })

  test('takes files and commits', async () => {
    expect(first).toMatch(/^[0-9a-f]{40}$/)
    writeFileSync(at('repo/-x'), 'x')
    writeFileSync(at('repo/a.txt'), 'two')
    expect(await call('add', { filename: '-x' })).toBe("add '-x'")
    expect(await call('status')).toEqual({ new: ['-x'], modified: ['a.txt'] })
    expect(await call('diff')).toContain('+two')
    expect(await call('commit', { message: '-m', filename: '-x' })).toContain('1 file changed')
    expect(await call('status')).toEqual({ modified: ['a.txt'] })
    await call('discard_local_changes')
    expect(readFileSync(at('repo/a.txt'), 'utf8')).toBe('one')
    expect(await call('rm', { filename: '-x' })).toBe("rm '-x'")
    expect(await call('reset', { opts: '--hard' })).toContain('HEAD is now at')
    expect(existsSync(at('repo/-x'))).toBe(true)
    expect(await call('revision', { rev: 'HEAD~1', short: true })).toBe(String(first).slice(0, 7))
  })

  test('has branches and tags', async () => {
    expect(await call('branch', { name: 'dev' })).toBe(true)
    expect(await call('list_branches')).toEqual(['dev', 'main'])
    expect(await call('checkout', { rev: 'dev' })).toBe("Switched to branch 'dev'")
    expect(await call('current_branch')).toBe('dev')
    await call('checkout', { opts: '-b other' })
    expect(await call('branch', { name: 'dev', opts: '-d' })).toBe(true)
    await call('tag', { name: 'v1', message: 'Version 1' })
    await call('tag', { name: 'light' })
    expect(await call('list_tags')).toEqual(['light', 'v1'])
    expect(await call('describe')).toBe('v1')
    expect(await call('rev_parse', { rev: 'v1^{commit}' })).toBe(first)
    await call('tag', { name: 'light', opts: '-d' })
    expect(await call('list_tags')).toEqual(['v1'])
    await call('checkout', { rev: 'v1' })
    expect(await call('current_branch')).toBe('HEAD')
    expect(await call('symbolic_ref', { ref: 'HEAD', value: 'refs/heads/main' })).toBe('')
    expect(await call('symbolic_ref', { ref: 'HEAD' })).toBe('refs/heads/main')
  })

  test('merges, rebases and stashes', async () => {
    await call('checkout', { opts: '-b dev' })
    const dev = await commit('b.txt', 'dev')
    await call('checkout', { rev: 'main' })
    expect(await call('merge_base', { refs: ['main', 'dev'] })).toBe(first)
    expect(await call('merge_base', { refs: 'main,dev', is_ancestor: true })).toBe(true)
    expect(await call('merge_base', { refs: 'dev,main', is_ancestor: true })).toBe(false)
    expect(await call('merge', { rev: 'dev' })).toContain('Fast-forward')
    expect(await call('revision')).toBe(dev)
    writeFileSync(at('repo/a.txt'), 'stashed')
    expect(await call('stash', { opts: "'work in progress'" })).toContain('work in progress')
    expect(readFileSync(at('repo/a.txt'), 'utf8')).toBe('one')
    expect(await call('stash', { action: 'pop' })).toContain('Dropped')
    expect(readFileSync(at('repo/a.txt'), 'utf8')).toBe('stashed')
    await call('checkout', { rev: 'main', force: true })
    await call('checkout', { opts: '-b topic HEAD~1' })
    await commit('c.txt', 'topic')
    await call('rebase', { rev: 'main' })
    expect(await call('merge_base', { refs: 'main,topic' })).toBe(dev)
  })

  test('tells what a merge would change', async () => {
    await call('checkout', { opts: '-b dev' })
    await commit('a.txt', 'dev')
    const tree = await call('merge_tree', { ref1: 'main', ref2: 'dev' })
    expect(tree).toContain('+dev')
    expect(await call('merge_tree', { ref1: 'main', ref2: 'dev', base: 'main' })).toBe(tree)
    expect(await refusal('merge_tree', { ref1: '--stdin', ref2: 'dev' })).toContain("begins with '-'")
  })

  test('has submodules', async () => {
    const allowed = '-c protocol.file.allow=always'
    const library = at('library')
    await call('init', { cwd: library })
    await commit('lib.txt', 'lib', library)
    await call('submodule', { command: 'add', opts: ['--', library, 'lib'], git_opts: allowed })
    expect(readFileSync(at('repo/lib/lib.txt'), 'utf8')).toBe('lib')
    expect(await call('submodule', { command: 'status' })).toMatch(/ lib \(heads\/main\)$/)
    expect(await refusal('submodule', { command: 'update', init: true })).toContain(
      "The 'init' argument is no longer supported.",
    )
  })

  test('is packed as an archive', async () => {
    expect(await call('archive', { output: at('a.tar'), prefix: 'p/' })).toBe(true)
    expect(spawnSync('tar', ['tf', at('a.tar')], { encoding: 'utf8' }).stdout).toBe('p/\np/a.txt\n')
  })

  test('has settings', async () => {
    expect(await call('config_get', { key: 'foo.bar' })).toBeNull()
    expect(await call('config_set', { key: 'foo.bar', value: '-x' })).toEqual(['-x'])
    expect(await call('config_set', { key: 'foo.bar', value: 'y', add: true })).toEqual(['-x', 'y'])
    expect(await call('config_get', { key: 'foo.bar' })).toBe('y')
    expect(await call('config_get', { key: 'foo.bar', all: true })).toEqual(['-x', 'y'])
    expect(await call('config_get_regexp', { key: 'foo.*' })).toEqual({ 'foo.bar': ['-x', 'y'] })
    const matching = { key: 'foo.*', value_regex: '^y' }
    expect(await call('config_get_regex', matching)).toEqual({ 'foo.bar': ['y'] })
    expect(await refusal('config_unset', { key: 'foo.bar' })).toBe("Multiple values exist for key 'foo.bar'")
    expect(await call('config_unset', { key: 'foo.bar', value_regex: '^y' })).toBe(true)
    expect(await call('config_unset', { key: 'foo.bar' })).toBe(true)
    expect(await refusal('config_unset', { key: 'foo.bar' })).toBe("Key 'foo.bar' does not exist")
    expect(await call('config_get', { key: 'user.name', global: true })).toBe('Ann')
    expect(await call('config_set', { key: 'foo.bar', multivar: 'p,q' })).toEqual(['p', 'q'])
  })

  test('has worktrees', async () => {
    const tree = at('tree')
    await call('worktree_add', { worktree_path: tree, branch: 'hotfix' })
    expect(await call('is_worktree', { cwd: tree })).toBe(true)
    expect(await call('is_worktree')).toBe(false)
    expect(await call('list_worktrees')).toEqual({
      [repo()]: { stale: false, HEAD: first, detached: false, branch: 'main' },
      [tree]: { stale: false, HEAD: first, detached: false, branch: 'hotfix' },
    })
    expect(await refusal('worktree_rm', {})).toBe(`${repo()} is not a git worktree`)
    expect(await call('worktree_rm', { cwd: tree })).toBe(true)
    expect(existsSync(tree)).toBe(false)
    expect(await call('list_worktrees', { stale: true })).toMatchObject({ [tree]: { stale: true } })
    expect(await call('worktree_prune', { dry_run: true })).toContain('Removing worktrees/tree')
    await call('worktree_prune')
    expect(Object.keys((await call('list_worktrees', { all: true })) as object)).toEqual([repo()])
  })

  test('is cloned, pulled and pushed to', async () => {
    const [origin, clone] = [at('origin.git'), at('clone')]
    expect(await call('clone', { cwd: origin, url: repo(), opts: '--bare' })).toBe(true)
    expect(await call('clone', { cwd: clone, url: origin })).toBe(true)
    expect(await call('clone', { cwd: at('below'), url: origin, name: 'named' })).toBe(true)
    expect(existsSync(at('below/named/a.txt'))).toBe(true)
    const urls = { fetch: origin, push: origin }
    expect(await call('remotes', { cwd: clone })).toEqual({ origin: urls })
    expect(await call('remote_get', { cwd: clone })).toEqual(urls)
    expect(await call('remote_set', { url: origin, push_url: at('elsewhere') })).toEqual({
      ...urls,
      push: at('elsewhere'),
    })
    await call('remote_set', { url: origin })
    const second = await commit('b.txt', 'two')
    await call('push', { remote: 'origin', ref: 'main' })
    const refs = { 'refs/heads/main': second }
    expect(await call('ls_remote', { cwd: clone, ref: 'refs/heads/main' })).toEqual(refs)
    expect(await call('remote_refs', { url: origin, heads: true })).toEqual(refs)
    const fetched = await call('fetch', { cwd: clone })
    const updated = { old: String(first).slice(0, 7), new: String(second).slice(0, 7) }
    expect(fetched).toEqual({ 'updated branches': { main: updated } })
    expect(await call('pull', { cwd: clone })).toContain('Fast-forward')
    expect(await call('revision', { cwd: clone })).toBe(second)
    expect(await call('list_branches', { cwd: clone, remote: true })).toContain('origin/main')
  })

  test.each([
    ['checkout', { rev: '-f' }],
    ['checkout', { rev: '--orphan=x' }],
    ['branch', { name: '-D' }],
    ['tag', { name: '-d' }],
    ['tag', { name: 'v', ref: '-F/etc/passwd' }],
    ['merge', { rev: '--abort' }],
    ['rebase', { rev: '--exec=id' }],
    ['rebase', { rev: 'main --exec=id' }],
    ['revision', { rev: '--git-dir' }],
    ['rev_parse', { rev: '--git-dir' }],
    ['describe', { rev: '--all' }],
    ['diff', { item1: '--output=/tmp/x' }],
    ['archive', { output: '/tmp/x.tar', rev: '--exec=id' }],
    ['merge_base', { refs: ['-a', 'main'] }],
    ['symbolic_ref', { ref: '-d' }],
    ['symbolic_ref', { ref: 'HEAD', value: '-d' }],
    ['worktree_add', { worktree_path: '/tmp/x', branch: '-f' }],
    ['worktree_add', { worktree_path: '--force', branch: 'b' }],
    ['fetch', { remote: 'origin', refspecs: '--upload-pack=id' }],
    ['push', { remote: 'origin', ref: '--receive-pack=id' }],
    ['remote_set', { url: '/x', remote: '--mirror' }],
    ['config_set', { key: '--global', value: 'x' }],
    ['config_get', { key: '--list' }],
  ])('%s with %j is refused: it would be an option', async (fun, args) => {
    expect(await refusal(fun, args)).toMatch(/begins with '-': git would read it as an option$/)
  })

  test.each([
    ['clone', 'url'],
    ['fetch', 'remote'],
    ['push', 'remote'],
    ['ls_remote', 'remote'],
    ['remote_refs', 'url'],
    ['remote_set', 'url'],
  ])('%s takes no URL that runs a program or is an option', async (fun, name) => {
    for (const url of [`ext::sh -c 'touch ${at('evil')}'`, '--upload-pack=id', '-u'])
      expect(await refusal(fun, { [name]: url })).toMatch(
        /is refused: git would read it as an option, or run a program$/,
      )
    expect(existsSync(at('evil'))).toBe(false)
  })

  test('what fails says what git said', async () => {
    expect(await refusal('checkout', { rev: 'no-such' })).toMatch(
      /^Command 'git checkout no-such' failed: error: pathspec 'no-such' did not match/,
    )
    mkdirSync(at('empty'))
    expect(await refusal('status', { cwd: at('empty') })).toContain('not a git repository')
  })
})

describe('a user and password for https', () => {
  /** A git that keeps its arguments, and says on stderr what it was given as URL. */
  beforeEach(() => {
    mkdirSync(at('bin'))
    mkdirSync(repo())
    const lines = ['#!/bin/sh', `printf '%s\\n' "$@" >> ${at('arguments')}`, `env >> ${at('environment')}`]
    writeFileSync(at('bin/git'), `${lines.join('\n')}\necho "no access with s3cr3t" >&2\nexit 128\n`)
    chmodSync(at('bin/git'), 0o755)
    vi.stubEnv('PATH', `${at('bin')}:${process.env['PATH']}`)
  })
  afterEach(() => rmSync(at('bin'), { recursive: true }))

  test.each([
    ['of arguments', 'https://example.org/app.git', { https_user: 'ann', https_pass: 's3cr3t' }],
    ['of the URL', 'https://ann:s3cr3t@example.org/app.git', {}],
  ])('%s stand in no argument, no log and no message', async (_, url, auth) => {
    const messages = [
      await refusal('clone', { cwd: at('clone'), url, ...auth }),
      await refusal('remote_refs', { url, ...auth }),
    ]
    expect(messages[0]).toBe(
      `Command 'git clone -- https://example.org/app.git ${at('clone')}' failed: no access with **********`,
    )
    expect(readFileSync(at('arguments'), 'utf8')).toContain('https://example.org/app.git\n')
    expect(readFileSync(at('environment'), 'utf8')).toContain('HALITE_GIT_PASSWORD=s3cr3t\n')
    const seen = [readFileSync(at('arguments'), 'utf8'), ...messages, JSON.stringify(log.lines)]
    for (const text of seen) expect(text).not.toContain('s3cr3t')
  })

  test.each([
    ['http://example.org/app.git', 'Basic Auth only supported for HTTPS'],
    ['/srv/app.git', 'Basic Auth only supported for HTTPS'],
    ['https://ann:s3/cr3t@example.org/app.git', "'https://<redacted>@example.org/app.git' is not a URL"],
  ])('are not sent to %s', async (url, message) => {
    expect(await refusal('clone', { url, https_user: 'ann', https_pass: 'x' })).toBe(message)
    expect(existsSync(at('arguments'))).toBe(false)
  })
})
