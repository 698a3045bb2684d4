// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EventClient, RunnerClient } from '@halite/client'
import {
  type Cluster,
  removeTemporaryDirectory,
  startCluster,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Repository } from '../../packages/fileserver/test/git/repository.ts'

describe('files of several backends', () => {
  const directory = temporaryDirectory('halite-backends')
  const roots = join(directory, 'roots')
  const repository = new Repository(join(directory, 'repository'))
  const url = `file://${repository.directory}`
  let cluster: Cluster
  let runner: RunnerClient

  beforeAll(async () => {
    mkdirSync(join(roots, 'empty'), { recursive: true })
    for (const name of ['both', 'of-roots']) writeFileSync(join(roots, name), 'roots\n')
    repository.commit({ both: 'git\n', 'of-git': 'git\n', 'web/init.sls': '', link: '->of-git' })
    repository.branch('dev')
    repository.commit({ 'of-dev': 'dev\n' })
    cluster = await startCluster({
      minions: 1,
      master: {
        file_roots: { base: [roots] },
        fileserver_backend: ['roots', 'git', 'minion'],
        fileserver_events: true,
        file_recv: true,
        gitfs_remotes: [url, 'https://user:hunter2@127.0.0.1:9/nothing.git'],
      },
    })
    const sent = join(cluster.masterOptions.cachedir, 'minions/m1/files/etc')
    mkdirSync(sent, { recursive: true })
    writeFileSync(join(sent, 'hosts'), 'sent\n')
    runner = new RunnerClient({ options: cluster.masterOptions })
    await until('git is fetched', async () => ((await run('envs')) as string[]).includes('dev'))
  })
  afterAll(async () => {
    await runner?.close()
    await cluster?.close()
    removeTemporaryDirectory(directory)
  })

  const run = (name: string, kwarg: Record<string, unknown> = {}) =>
    runner.cmd(`fileserver.${name}`, [], kwarg) as Promise<unknown>
  const failure = (name: string, kwarg: Record<string, unknown>) =>
    run(name, kwarg).catch((error: unknown) => error)

  async function get(source: string): Promise<unknown> {
    const dest = join(directory, 'dest')
    const returned = (await cluster.client.cmd('m1', 'cp.get_file', [source, dest]))['m1']
    return returned === dest ? readFileSync(dest, 'utf8') : returned
  }

  test('reach a minion, the first backend that has one first', async () => {
    expect(await get('salt://both')).toBe('roots\n')
    expect(await get('salt://of-roots')).toBe('roots\n')
    expect(await get('salt://of-git')).toBe('git\n')
    expect(await get('salt://link')).toBe('git\n')
    expect(await get('salt://of-dev?saltenv=dev')).toBe('dev\n')
    expect(await get('salt://m1/etc/hosts')).toBe('sent\n')
    expect(await get('salt://of-dev')).toBe('')
  })

  test('are listed by the runner, together and by backend', async () => {
    expect(await run('envs', { sources: true })).toEqual({
      roots: ['base'],
      gitfs: ['base', 'dev'],
      minionfs: ['base'],
    })
    expect(await run('file_list')).toEqual([
      'both',
      'link',
      'm1/etc/hosts',
      'of-git',
      'of-roots',
      'web/init.sls',
    ])
    expect(await run('file_list', { saltenv: 'dev' })).toContain('of-dev')
    expect(await run('file_list', { backend: 'roots' })).toEqual(['both', 'of-roots'])
    expect(await run('file_list', { backend: '-roots,-minion' })).toContain('of-git')
    expect(await run('file_list', { backend: ['git', '-roots'] })).not.toContain('of-roots')
    expect(await run('file_list', { backend: 'hg' })).toEqual([])
    expect(await run('dir_list')).toEqual(['empty', 'm1/etc', 'web'])
    expect(await run('empty_dir_list')).toEqual(['empty'])
    expect(await run('symlink_list')).toEqual({ link: 'of-git' })
    expect(await run('clear_file_list_cache', { saltenv: 'dev' })).toEqual({
      roots: ['dev'],
      gitfs: ['dev'],
    })
    expect(await failure('file_list', { saltenv: '../x' })).toMatchObject({ code: 'SALTENV_INVALID' })
  })

  test('are updated when that is asked for, which an event tells', async () => {
    const events = new EventClient({ options: cluster.masterOptions })
    const feed = events.events('salt/fileserver/gitfs/update')
    await feed.ready
    repository.branch('master')
    repository.commit({ 'of-git': 'changed\n' })
    expect(await run('update', { remotes: url })).toBe(true)
    expect(await get('salt://of-git')).toBe('changed\n')
    for await (const { data } of feed) {
      expect(data).toMatchObject({ backend: 'gitfs' })
      if (data['changed'] === true) break
    }
    await events.close()
  })

  test('an update tells which remotes failed, and shows no password', async () => {
    const error = await failure('update', { backend: 'git' })
    expect(error).toMatchObject({
      code: 'GIT_FAILED',
      message: expect.stringContaining('127.0.0.1:9/nothing.git'),
    })
    expect(String(error)).not.toContain('hunter2')
    expect(await get('salt://of-git')).toBe('changed\n')
  })

  test('a lock holds off updates until it is cleared', async () => {
    expect(await run('lock', { remote: '*repository' })).toEqual({
      locked: [`Set update lock for gitfs remote '${url}'`],
    })
    expect(await run('lock', { remote: '*repository' })).toBe('No locks were set')
    expect(await failure('update', { remotes: url })).toMatchObject({
      message: expect.stringContaining('is locked'),
    })
    expect(await run('clear_lock', { backend: 'git' })).toEqual({
      cleared: [`Removed update lock for gitfs remote '${url}'`],
    })
    expect(await run('clear_lock')).toBe('No locks were removed')
    expect(await run('update', { remotes: url })).toBe(true)
  })

  test('the cache of git can be removed, and comes back with the next update', async () => {
    expect(await run('clear_cache', { backend: 'roots' })).toBe('No cache was cleared')
    expect(await run('clear_cache')).toEqual({
      cleared: ['The gitfs fileserver cache was successfully cleared'],
    })
    expect(await run('file_list', { backend: 'git' })).toEqual([])
    await run('update', { remotes: url })
    expect(await get('salt://of-git')).toBe('changed\n')
  })
})

test('a master with a backend or a remote that cannot be does not start, and says why', async () => {
  for (const [master, why] of [
    [{ fileserver_backend: ['roots', 'hgfs'] }, 'no backend "hgfs"'],
    [{ fileserver_backend: ['git'], gitfs_remotes: ['ext::sh -c id'] }, 'is refused'],
  ] as const)
    await expect(startCluster({ minions: 0, master })).rejects.toThrow(why)
})
