// SPDX-License-Identifier: Apache-2.0
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BlobStore, configuredRemotes, exportTree, GitMirror } from '@halite/fileserver'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Repository } from './repository.ts'

describe('a tree of git as files', () => {
  let directory: string
  let repository: Repository
  let target: string

  beforeEach(() => {
    directory = temporaryDirectory('halite-export')
    repository = new Repository(join(directory, 'repository'))
    target = join(directory, 'out/tree')
  })
  afterEach(() => removeTemporaryDirectory(directory))

  /** As winrepo and git_pillar are configured: `branch URL`. */
  async function exported(branch = 'master'): Promise<void> {
    const [configured] = configuredRemotes([`${branch} ${repository.directory}`], {
      role: 'winrepo',
      options: { winrepo_refspecs: ['+refs/heads/*:refs/remotes/origin/*'] },
      parameters: { shared: {}, only: { all_saltenvs: 'text' } },
      hasBranch: true,
    })
    if (configured === undefined) throw new Error('one remote was configured')
    const mirror = new GitMirror({
      remote: configured.remote,
      directory: join(directory, 'cache'),
      isLockGlobal: true,
      lockTimeoutMs: 0,
    })
    await mirror.update()
    const tree = mirror.refs.get(`refs/remotes/origin/${configured.branch}`)?.tree ?? ''
    const blobs = new BlobStore({ directory: join(directory, 'cache/blobs'), hashType: 'sha256' })
    await exportTree({ mirror, blobs, tree, directory: target })
  }

  test('has its directories, files, modes and links, and takes the place of the one before', async () => {
    repository.commit({ 'a/b/file': 'one', run: '', 'a/link': '->b/file', up: '->a/b' })
    repository.git('update-index', '--chmod=+x', 'run')
    repository.git('commit', '--quiet', '--message=mode')
    mkdirSync(target, { recursive: true })
    writeFileSync(join(target, 'old'), '')
    await exported()
    expect(readdirSync(target).sort()).toEqual(['a', 'run', 'up'])
    expect(readFileSync(join(target, 'up/file'), 'utf8')).toBe('one')
    expect(readlinkSync(join(target, 'a/link'))).toBe('b/file')
    expect(lstatSync(join(target, 'run')).mode & 0o777).toBe(0o755)
    expect(lstatSync(join(target, 'a/b/file')).mode & 0o777).toBe(0o644)
    repository.commit({ 'a/b/file': 'two' })
    await exported()
    expect(readFileSync(join(target, 'a/b/file'), 'utf8')).toBe('two')
    expect(readdirSync(join(directory, 'out'))).toEqual(['tree'])
  })

  test('holds no link that leads out of it, by whichever way', async () => {
    repository.commit({
      'deep/er/up': '->../..',
      'deep/out': '->../../etc',
      absolute: '->/etc/passwd',
      'through-a-link': '->deep/er/up/../../etc',
      down: '->deep/er',
    })
    await exported()
    const links = readdirSync(target, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isSymbolicLink())
      .map(({ name }) => name)
    expect(links.sort()).toEqual(['down', 'up'])
  })

  test('a tree that is not there leaves what is', async () => {
    repository.commit({ a: '' })
    mkdirSync(target, { recursive: true })
    writeFileSync(join(target, 'old'), '')
    await expect(exported('missing')).rejects.toMatchObject({ code: 'GIT_FAILED' })
    expect(readdirSync(target)).toEqual(['old'])
    expect(readdirSync(join(directory, 'out'))).toEqual(['tree'])
  })
})
