// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory, toolPath } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Repository } from '../../packages/fileserver/test/git/repository.ts'

let directory: string
let repository: Repository

beforeEach(() => {
  directory = temporaryDirectory('halite-local-gitfs')
  repository = new Repository(join(directory, 'repository'))
})
afterEach(() => removeTemporaryDirectory(directory))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), text)
}

/** What `salt-call` returns with these backends. */
async function call(backends: readonly string[], ...words: string[]): Promise<unknown> {
  const settings = {
    id: 'm1',
    root_dir: join(directory, 'root'),
    file_client: 'local',
    file_roots: { base: [join(directory, 'roots')] },
    fileserver_backend: backends,
    gitfs_remotes: [repository.directory],
  }
  write('etc/minion', JSON.stringify(settings))
  const args = ['-c', join(directory, 'etc'), '--out=json', '--log-level=error', ...words]
  const { stdout, stderr } = await run([process.execPath, toolPath('salt-call'), ...args])
  try {
    return JSON.parse(stdout.toString()).local
  } catch {
    return `${stdout}${stderr}`
  }
}

test('files of git are fetched when they are asked for, and those of file_roots come first', async () => {
  repository.commit({ 'a.txt': 'git', 'both.txt': 'git', 'own.sls': 'x: {test.nop: []}' })
  repository.branch('dev')
  repository.commit({ 'a.txt': 'dev' })
  repository.branch('master')
  write('roots/both.txt', 'roots')
  expect(await call(['roots', 'git'], 'cp.get_file_str', 'salt://a.txt')).toBe('git')
  expect(await call(['roots', 'git'], 'cp.get_file_str', 'salt://both.txt')).toBe('roots')
  expect(await call(['gitfs', 'roots'], 'cp.get_file_str', 'salt://both.txt')).toBe('git')
  expect(await call(['git'], 'cp.get_file_str', 'salt://a.txt', 'saltenv=dev')).toBe('dev')
  expect(await call(['git'], 'cp.list_master')).toEqual(['a.txt', 'both.txt', 'own.sls'])
  expect(Object.keys((await call(['git'], 'state.apply', 'own', 'test=True')) as object)).toEqual([
    'test_|-x_|-x_|-nop',
  ])
  repository.commit({ 'a.txt': 'next' })
  expect(await call(['git'], 'cp.get_file_str', 'salt://a.txt')).toBe('next')
  rmSync(repository.directory, { recursive: true })
  expect(await call(['git'], 'cp.get_file_str', 'salt://a.txt')).toBe('next')
})

test('a backend that there is not is an error that names those there are', async () => {
  repository.commit({ a: '' })
  expect(String(await call(['hgfs'], 'cp.list_master'))).toContain('there are roots and gitfs (git)')
})
