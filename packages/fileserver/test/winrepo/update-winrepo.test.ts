// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentLog } from '@halite/core'
import { updateWinrepo } from '@halite/fileserver'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Repository } from '../git/repository.ts'

describe('remotes of definitions', () => {
  let directory: string
  let repository: Repository

  beforeEach(() => {
    directory = temporaryDirectory('halite-winrepo')
    repository = new Repository(join(directory, 'origin/defs'))
    repository.commit({ 'firefox/init.sls': 'master' })
    repository.branch('develop')
    repository.commit({ 'firefox/init.sls': 'develop' })
  })
  afterEach(() => removeTemporaryDirectory(directory))

  const at = (path: string) => join(directory, path)
  const content = (path: string) => readFileSync(at(path), 'utf8')

  /** With the defaults that the table of options has. */
  function update(options: Record<string, unknown>, clean = false): Promise<Record<string, string>> {
    const defaults = {
      cachedir: at('cache'),
      winrepo_dir: at('win/repo'),
      winrepo_dir_ng: at('win/repo-ng'),
      winrepo_remotes: [],
      winrepo_remotes_ng: [],
      winrepo_branch: 'master',
      winrepo_fallback: '',
      winrepo_refspecs: ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'],
      winrepo_depth: 0,
      winrepo_ssl_verify: true,
      winrepo_proxy: '',
      winrepo_user: '',
      winrepo_password: '',
      winrepo_insecure_auth: false,
      winrepo_privkey: '',
      winrepo_pubkey: '',
      winrepo_passphrase: '',
    }
    return updateWinrepo({ options: { ...defaults, ...options }, clean, log: silentLog })
  }

  test('are checked out where Salt has them, each of its list, and again when they changed', async () => {
    const url = repository.directory
    const done = await update({ winrepo_remotes: [url], winrepo_remotes_ng: [`develop ${url}`] })
    expect(done).toEqual({ [url]: at('win/repo/defs/_'), [`develop ${url}`]: at('win/repo-ng/defs/_') })
    expect(content('win/repo/defs/_/firefox/init.sls')).toBe('master')
    expect(content('win/repo-ng/defs/_/firefox/init.sls')).toBe('develop')
    repository.branch('master')
    repository.git('rm', '--quiet', 'firefox/init.sls')
    repository.commit({ 'vim.sls': 'new' })
    await update({ winrepo_remotes: [url] })
    expect(readdirSync(at('win/repo/defs/_'))).toEqual(['vim.sls'])
  })

  test.each([
    ['a tag', { winrepo_branch: 'v1' }, 'develop'],
    ['the branch of all', { winrepo_branch: 'develop' }, 'develop'],
    [
      'a branch that it lacks, with a fallback',
      { winrepo_branch: 'none', winrepo_fallback: 'master' },
      'master',
    ],
  ])('%s', async (_name, options, expected) => {
    repository.git('tag', 'v1')
    await update({ ...options, winrepo_remotes: [repository.directory] })
    expect(content('win/repo/defs/_/firefox/init.sls')).toBe(expected)
  })

  test('a branch that is not there is named, with those that are', async () => {
    await expect(update({ winrepo_remotes: [`none ${repository.directory}`] })).rejects.toMatchObject({
      code: 'GIT_FAILED',
      message: `Failed to update winrepo_remotes: none ${repository.directory} has no branch or tag "none"`,
      hint: expect.stringContaining('It has develop, master.'),
    })
  })

  test('that would share a directory are refused before anything is fetched, and named; `name` is the remedy', async () => {
    const other = new Repository(at('other/defs'))
    other.commit({ 'vim.sls': 'other' })
    const urls = [repository.directory, other.directory]
    await expect(update({ winrepo_remotes: urls })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `Failed to update winrepo_remotes: The following winrepo remotes have conflicting cachedirs: ${urls.join(', ')}. Resolve this using a per-remote parameter called 'name'.`,
    })
    expect(existsSync(at('win'))).toBe(false)
    await update({ winrepo_remotes: [urls[0], { [urls[1] ?? '']: [{ name: 'defs_junior' }] }] })
    expect(readdirSync(at('win/repo')).sort()).toEqual(['defs', 'defs_junior'])
  })

  test('the three of the page of Salt, and what cures them', async () => {
    const remotes = [
      'https://foo.com/bar/baz.git',
      'https://mydomain.tld/baz.git',
      'https://github.com/foobar/baz',
    ]
    await expect(update({ winrepo_remotes: remotes })).rejects.toThrow(remotes.join(', '))
    const cured = [
      remotes[0],
      { [remotes[1] ?? '']: [{ name: 'baz_junior' }] },
      { [remotes[2] ?? '']: [{ name: 'baz_the_third' }, { nonsense: 1 }] },
    ]
    await expect(update({ winrepo_remotes: cured })).rejects.toThrow('there is no parameter "nonsense"')
  })

  test('with clean=True other directories go, and files stay', async () => {
    mkdirSync(at('win/repo/old/_'), { recursive: true })
    writeFileSync(at('win/repo/winrepo.p'), '')
    await update({ winrepo_remotes: [repository.directory] })
    expect(readdirSync(at('win/repo')).sort()).toEqual(['defs', 'old', 'winrepo.p'])
    await update({ winrepo_remotes: [repository.directory] }, true)
    expect(readdirSync(at('win/repo')).sort()).toEqual(['defs', 'winrepo.p'])
  })

  test.each([
    [
      'a password over http',
      { 'http://localhost/x.git': [{ user: 'me' }, { password: 'secret' }] },
      'a password is not sent over http',
    ],
    ['a name that is a path', { 'https://localhost/x.git': [{ name: '../x' }] }, 'no name for a directory'],
    ['a URL that runs a program', 'ext::sh', /it names a helper program of git/],
  ])('%s is refused', async (_name, remote, message) => {
    await expect(update({ winrepo_remotes: [remote] })).rejects.toThrow(message)
  })
})
