// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseMinionId, silentLog } from '@halite/core'
import { Registry } from '@halite/loader'
import { PillarCompiler, pillarSettings } from '@halite/master/pillar'
import { manifest } from '@halite/modules'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Repository } from '../../packages/fileserver/test/git/repository.ts'
import { GitPillars } from '../../packages/master/src/pillar/git-pillars.ts'

let directory: string
let repository: Repository
const open: GitPillars[] = []

beforeEach(() => {
  directory = temporaryDirectory('halite-git-pillar')
  repository = new Repository(join(directory, 'repository'))
})
afterEach(async () => {
  for (const remotes of open.splice(0)) await remotes.close()
  removeTemporaryDirectory(directory)
})

/** A master's external pillars with these remotes. */
function serve(remotes: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) {
  const options = {
    pillar_roots: { base: [join(directory, 'none')] },
    ext_pillar: [{ git: remotes }],
    cachedir: directory,
    git_pillar_base: 'master',
    git_pillar_branch: 'master',
    git_pillar_env: '',
    git_pillar_root: '',
    git_pillar_fallback: '',
    git_pillar_update_interval: 60,
    git_pillar_refspecs: ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'],
    git_pillar_depth: 0,
    git_pillar_ssl_verify: true,
    git_pillar_proxy: '',
    git_pillar_user: '',
    git_pillar_password: '',
    git_pillar_insecure_auth: false,
    git_pillar_privkey: '',
    git_pillar_pubkey: '',
    git_pillar_passphrase: '',
    git_pillar_global_lock: true,
    ...more,
  }
  const registry = new Registry(manifest)
  const checkouts = new GitPillars({ options, log: silentLog })
  open.push(checkouts)
  const compiler = new PillarCompiler({
    ...pillarSettings(options),
    registry: () => registry,
    services: { checkOut: (wanted) => checkouts.checkOut(wanted) },
  })
  const pillar = (asked: { pillarenv?: string; saltenv?: string; grains?: object } = {}) =>
    compiler.compile({ id: parseMinionId('m1'), grains: {}, ...asked } as Parameters<
      typeof compiler.compile
    >[0])
  return { pillar, checkouts }
}

const top = (saltenv: string, ...sls: string[]) => `${saltenv}:\n  '*': [${sls.join(', ')}]\n`

describe('which pillar a minion is given', () => {
  test('that of the branch, whose environment is base when it is git_pillar_base', async () => {
    repository.commit({
      'top.sls': top('base', 'web'),
      'web.sls': 'os: {{ grains.os }}\nid: {{ opts.id }}\n',
    })
    const { pillar } = serve([`master ${repository.directory}`])
    expect(await pillar({ grains: { os: 'Debian' } })).toEqual({ os: 'Debian', id: 'm1' })
    expect(await serve([repository.directory]).pillar({ grains: { os: 'x' } })).toEqual({ os: 'x', id: 'm1' })
  })

  test('another branch is an environment of its name; env names another, pillarenv chooses', async () => {
    repository.commit({ 'top.sls': top('base', 'a'), 'a.sls': 'from: master' })
    repository.branch('dev')
    repository.commit({ 'top.sls': `${top('dev', 'a')}${top('base', 'a')}`, 'a.sls': 'from: dev' })
    const { directory: url } = repository
    expect(await serve([`dev ${url}`]).pillar()).toMatchObject({ from: 'dev' })
    expect(await serve([`dev ${url}`]).pillar({ pillarenv: 'base' })).toEqual({})
    expect(await serve([{ [`dev ${url}`]: [{ env: 'base' }] }]).pillar({ pillarenv: 'base' })).toEqual({
      from: 'dev',
    })
    const both = serve([`master ${url}`, `dev ${url}`])
    expect(await both.pillar({ pillarenv: 'dev' })).toEqual({ from: 'dev' })
    expect(await both.pillar({ pillarenv: 'base' })).toEqual({ from: 'master' })
  })

  test('__env__ follows the minion: its branch, base, all_saltenvs or the fallback', async () => {
    repository.commit({ 'top.sls': '{{ saltenv }}:\n  "*": [a]\n', 'a.sls': 'from: master' })
    repository.branch('dev')
    repository.commit({ 'a.sls': 'from: dev' })
    const { directory: url } = repository
    const { pillar } = serve([`__env__ ${url}`])
    expect(await pillar()).toEqual({ from: 'master' })
    expect(await pillar({ pillarenv: 'dev' })).toEqual({ from: 'dev' })
    expect(await pillar({ saltenv: 'dev' })).toEqual({ from: 'dev' })
    expect(await pillar({ pillarenv: 'gone' })).toEqual({})
    const all = serve([{ [`__env__ ${url}`]: [{ all_saltenvs: 'dev' }] }])
    expect(await all.pillar({ pillarenv: 'prod' })).toEqual({ from: 'dev' })
    const fallback = serve([{ [`__env__ ${url}`]: [{ fallback: 'master' }] }])
    expect(await fallback.pillar({ pillarenv: 'gone' })).toEqual({ from: 'master' })
  })

  test('a root, tags and commits', async () => {
    const first = repository.commit({ 'p/top.sls': top('base', 'a'), 'p/a.sls': 'n: 1' })
    repository.git('tag', 'v1')
    repository.commit({ 'p/a.sls': 'n: 2' })
    const under = [{ root: 'p' }, { env: 'base' }]
    const { directory: url } = repository
    expect(await serve([{ [`v1 ${url}`]: under }]).pillar()).toEqual({ n: 1 })
    expect(await serve([{ [`${first} ${url}`]: under }]).pillar()).toEqual({ n: 1 })
    expect(await serve([`master ${url}`], { git_pillar_root: 'p' }).pillar()).toEqual({ n: 2 })
    expect(await serve([{ [`master ${url}`]: [{ root: 'q' }] }]).pillar()).toEqual({
      _errors: [expect.stringContaining('has no directory "q"')],
    })
  })

  test('remotes include files of one another; one with a mountpoint only gives them', async () => {
    const other = new Repository(join(directory, 'other'))
    other.commit({ 'top.sls': top('base', 'never'), 'part.sls': 'part: 1', 'never.sls': 'never: 1' })
    repository.commit({ 'top.sls': top('base', 'a'), 'a.sls': 'include: [web.part]\na: 1' })
    const remotes = [
      `master ${repository.directory}`,
      { [`master ${other.directory}`]: [{ mountpoint: 'salt://web/' }] },
    ]
    expect(await serve(remotes).pillar()).toEqual({ part: 1, a: 1 })
    expect(await serve(remotes, { git_pillar_includes: false }).pillar()).toMatchObject({
      a: 1,
      _errors: [expect.stringContaining("Specified SLS 'web.part'")],
    })
  })
})

describe('what changes', () => {
  test('a commit is seen after the next fetch', async () => {
    repository.commit({ 'top.sls': top('base', 'a'), 'a.sls': 'n: 1' })
    const { pillar, checkouts } = serve([`master ${repository.directory}`])
    expect(await pillar()).toEqual({ n: 1 })
    repository.commit({ 'a.sls': 'n: 2' })
    expect(await pillar()).toEqual({ n: 1 })
    const id = `master ${repository.directory}`
    expect((await checkouts.update({})).remotes).toEqual({ [id]: true })
    expect((await checkouts.update({ repo: repository.directory, branch: 'master' })).remotes).toEqual({
      [id]: null,
    })
    expect(await pillar()).toEqual({ n: 2 })
    await expect(checkouts.update({ branch: 'gone' })).rejects.toThrow('not found in ext_pillar config')
  })

  test('a branch that was made since the last fetch is there at once, and one that is not is not fetched for again', async () => {
    repository.commit({ 'top.sls': '{{ saltenv }}:\n  "*": [a]\n', 'a.sls': 'from: master' })
    const { pillar } = serve([{ [`__env__ ${repository.directory}`]: [{ fallback: 'master' }] }])
    expect(await pillar()).toEqual({ from: 'master' })
    repository.branch('dev')
    repository.commit({ 'a.sls': 'from: dev' })
    const asked = await Promise.all(Array.from({ length: 20 }, () => pillar({ pillarenv: 'dev' })))
    expect(asked).toEqual(asked.map(() => ({ from: 'dev' })))
    repository.branch('late')
    repository.commit({ 'a.sls': 'from: late' })
    // Minions choose what they ask for: a fetch for each of them would be too much.
    expect(await pillar({ pillarenv: 'late' })).toEqual({ from: 'master' })
  })

  test('a remote that fails costs its own data alone, and keeps what it had', async () => {
    const other = new Repository(join(directory, 'other'))
    other.commit({ 'top.sls': top('base', 'b'), 'b.sls': 'b: 1' })
    repository.commit({ 'top.sls': top('base', 'a'), 'a.sls': 'a: 1' })
    const gone = `file://${directory}/gone`
    const { pillar, checkouts } = serve([
      `master ${repository.directory}`,
      `master ${gone}`,
      `master ${other.directory}`,
    ])
    expect(await pillar()).toEqual({ a: 1, b: 1, _errors: [expect.stringContaining(gone)] })
    rmSync(other.directory, { recursive: true })
    expect((await checkouts.update({})).failures).toHaveLength(2)
    expect(await pillar()).toMatchObject({ a: 1, b: 1 })
  })

  test('errors of its files are told as those of other files', async () => {
    repository.commit({ 'top.sls': top('base', 'a', 'b'), 'a.sls': 'a: {{ nope }}', 'b.sls': 'b: 1' })
    expect(await serve([`master ${repository.directory}`]).pillar()).toEqual({
      b: 1,
      _errors: [expect.stringMatching(/^Rendering SLS 'a' failed/)],
    })
  })
})

describe('what is refused', () => {
  test.each([
    [
      'a parameter that there is not',
      [{ 'master https://example.com/a.git': [{ nonsense: 1 }] }],
      'no parameter "nonsense"',
    ],
    ['a root that leads out', [{ 'master https://example.com/a.git': [{ root: '../x' }] }], 'root'],
    [
      'a mountpoint that leads out',
      [{ 'master https://example.com/a.git': [{ mountpoint: 'a/../../x' }] }],
      'mountpoint',
    ],
    ['a URL that is an option', ['master --upload-pack=touch'], '--upload-pack'],
    ['a program as URL', ['master ext::sh'], 'ext::sh'],
  ])('%s, when the master starts', (_what, remotes, text) => {
    expect(() => serve(remotes)).toThrow(text)
  })

  test('a branch that is an option or leads out names nothing', async () => {
    repository.commit({ 'top.sls': top('base', 'a'), 'a.sls': 'a: 1' })
    const { pillar } = serve([`__env__ ${repository.directory}`])
    for (const pillarenv of ['--help', '../../heads/master', 'master\n', 'HEAD', 'refs/heads/master']) {
      expect(await pillar({ pillarenv }).catch((error: Error) => error.message)).not.toMatchObject({ a: 1 })
    }
  })

  test('links of a repository to files of the master', async () => {
    repository.commit({
      'top.sls': top('base', 'a'),
      'a.sls': '->/etc/passwd',
      'b.sls': '->../../../../etc/passwd',
    })
    expect(await serve([`master ${repository.directory}`]).pillar()).toEqual({
      _errors: [expect.stringContaining("Specified SLS 'a'")],
    })
  })

  test('remotes that no ext_pillar names, as a minion might ask for', async () => {
    const { checkouts } = serve([`master ${repository.directory}`])
    const wanted = { remotes: ['master file:///etc'], pillarenv: undefined, saltenv: undefined }
    await expect(checkouts.checkOut(wanted)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
