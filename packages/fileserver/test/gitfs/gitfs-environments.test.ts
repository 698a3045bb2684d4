// SPDX-License-Identifier: Apache-2.0
import { rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ServedRepository } from './served-repository.ts'

let served: ServedRepository

beforeEach(() => {
  served = new ServedRepository()
})
afterEach(() => served.close())

describe('environments', () => {
  test('are branches, tags and commits; base is what gitfs_base says', async () => {
    const first = served.repository.commit({ a: 'first' })
    served.repository.git('tag', 'v1')
    served.repository.git('tag', '--annotate', '--message=x', 'v1-annotated')
    served.repository.commit({ a: 'second' })
    served.repository.branch('dev')
    served.repository.commit({ a: 'dev', 'only-dev': '' })
    await served.open([served.url])
    expect(await served.source.envs()).toEqual(['base', 'dev', 'v1', 'v1-annotated'])
    expect(await served.content('a')).toBe('second')
    expect(await served.content('a', 'dev')).toBe('dev')
    expect(await served.content('a', 'v1')).toBe('first')
    expect(await served.content('a', 'v1-annotated')).toBe('first')
    expect(await served.content('a', first)).toBe('first')
    expect(await served.content('a', first.slice(0, 8))).toBe('first')
    expect(await served.content('a', '0'.repeat(40))).toBeUndefined()
    expect(await served.content('a', 'master')).toBeUndefined()
    expect(await served.content('only-dev')).toBeUndefined()
    expect(await served.files('nowhere')).toEqual([])
  })

  test('a tree or a file is no commit', async () => {
    served.repository.commit({ a: 'x' })
    await served.open([served.url])
    for (const name of ['HEAD^{tree}', 'HEAD:a'])
      expect(await served.content('a', served.repository.git('rev-parse', name).trim())).toBeUndefined()
  })

  test('only of the kinds that gitfs_ref_types names', async () => {
    const commit = served.repository.commit({ a: 'x' })
    served.repository.git('tag', 'v1')
    served.repository.branch('dev')
    await served.open([served.url], { gitfs_ref_types: ['tag'] })
    expect(await served.source.envs()).toEqual(['v1'])
    expect(await served.content('a', commit)).toBeUndefined()
    await served.open([{ [served.url]: [{ ref_types: 'branch, sha' }] }])
    expect(await served.source.envs()).toEqual(['base', 'dev'])
    expect(await served.content('a', commit)).toBe('x')
  })

  test('a branch and a tag of one name: the kind that comes first', async () => {
    served.repository.commit({ a: 'tag' })
    served.repository.git('tag', 'both')
    served.repository.branch('both')
    served.repository.commit({ a: 'branch' })
    await served.open([served.url])
    expect(await served.content('a', 'both')).toBe('branch')
    await served.open([served.url], { gitfs_ref_types: ['tag', 'branch'] })
    expect(await served.content('a', 'both')).toBe('tag')
  })

  test('mapped to other refs, by remote and for all', async () => {
    served.repository.commit({ a: 'master' })
    served.repository.branch('feature/x')
    served.repository.commit({ a: 'feature' })
    await served.open(
      [
        {
          [served.url]: [
            { base: 'feature/x' },
            { saltenv: [{ dev: [{ ref: 'feature/x' }, { mountpoint: 'salt://m' }] }] },
          ],
        },
      ],
      { gitfs_saltenv: [{ qa: [{ ref: 'master' }] }, { dev: [{ ref: 'master' }] }] },
    )
    // A branch that an environment is mapped to makes none of its own name, and one with a slash is none.
    expect(await served.source.envs()).toEqual(['base', 'dev', 'qa'])
    expect(await served.content('a')).toBe('feature')
    expect(await served.content('m/a', 'dev')).toBe('feature')
    expect(await served.content('a', 'qa')).toBe('master')
  })

  test('without mapping there are only those that are named', async () => {
    served.repository.commit({ a: 'x' })
    served.repository.branch('dev')
    served.repository.branch('qa')
    await served.open([{ [served.url]: [{ saltenv: [{ test: [{ ref: 'qa' }] }] }] }], {
      gitfs_disable_saltenv_mapping: true,
    })
    expect(await served.source.envs()).toEqual(['base', 'test'])
    expect(await served.content('a', 'dev')).toBeUndefined()
    expect(await served.content('a', 'test')).toBe('x')
  })

  test('by whitelist and blacklist: shell patterns and whole regular expressions', async () => {
    const commit = served.repository.commit({ a: 'x' })
    for (const name of ['dev', 'dev-old', 'qa', 'prod']) served.repository.git('branch', name)
    await served.open([served.url], {
      gitfs_saltenv_whitelist: ['base', 'dev*', 'q[a-z]'],
      gitfs_saltenv_blacklist: ['.*-old'],
    })
    expect(await served.source.envs()).toEqual(['base', 'dev', 'qa'])
    expect(await served.content('a', 'dev-old')).toBeUndefined()
    expect(await served.content('a', 'prod')).toBeUndefined()
    expect(await served.content('a', commit)).toBeUndefined()
  })

  test('gitfs_fallback holds for all remotes', async () => {
    served.repository.commit({ a: 'x' })
    await served.open([served.url], { gitfs_fallback: 'master' })
    expect(await served.content('a', 'other')).toBe('x')
  })

  test('fallback shows a branch where a remote has none; all_saltenvs shows it everywhere', async () => {
    served.repository.commit({ a: 'master' })
    served.repository.branch('dev')
    served.repository.commit({ a: 'dev' })
    await served.open([{ [served.url]: [{ fallback: 'master' }] }])
    expect(await served.content('a', 'dev')).toBe('dev')
    expect(await served.content('a', 'other')).toBe('master')
    expect(await served.source.envs()).toEqual(['base', 'dev'])
    await served.open([{ [served.url]: [{ all_saltenvs: 'master' }] }])
    expect(await served.content('a', 'dev')).toBe('master')
    expect(await served.content('a', 'other')).toBe('master')
  })
})

describe('what is fetched', () => {
  test('gitfs_depth: so many commits of each branch', async () => {
    const first = served.repository.commit({ a: 'first' })
    const last = served.repository.commit({ a: 'last' })
    await served.open([served.url], { gitfs_depth: 1 })
    expect(await served.content('a', last)).toBe('last')
    expect(await served.content('a', first)).toBeUndefined()
  })

  test('gitfs_refspecs: which refs, and as what', async () => {
    served.repository.commit({ a: 'x' })
    served.repository.git('update-ref', 'refs/pull/7/head', 'HEAD')
    served.repository.git('branch', 'dev')
    await served.open([served.url], { gitfs_refspecs: ['+refs/pull/*/head:refs/remotes/origin/pr*'] })
    expect(await served.source.envs()).toEqual(['pr7'])
    expect(await served.content('a', 'pr7')).toBe('x')
  })

  test('how often: gitfs_update_interval, or fileserver_update_interval, or what a remote says', async () => {
    served.repository.commit({})
    const remotes = [served.url, { [served.url]: [{ update_interval: 7 }] }]
    const intervals = () => served.source.parts.map(({ config }) => config.intervalMs / 1000)
    await served.open(remotes)
    expect(intervals()).toEqual([60, 7])
    await served.open(remotes, { fileserver_update_interval: 30 })
    expect(intervals()).toEqual([30, 7])
    await served.open(remotes, { fileserver_update_interval: 30, gitfs_update_interval: 20 })
    expect(intervals()).toEqual([20, 7])
  })

  test('gitfs_lock_timeout and gitfs_global_lock: a lock is waited for, one of another host is not believed', async () => {
    served.repository.commit({ a: 'x' })
    await served.open([served.url])
    const lock = served.source.parts[0]?.mirror.lock.path ?? ''
    await served.source.close()
    writeFileSync(lock, '1\nelsewhere\n')
    await expect(served.open([served.url])).rejects.toThrow('is locked by process 1 on elsewhere')
    await served.source.close()
    setTimeout(() => rmSync(lock), 100)
    await served.open([served.url], { gitfs_lock_timeout: 20 })
    await served.source.close()
    writeFileSync(lock, '1\nelsewhere\n')
    await served.open([served.url], { gitfs_global_lock: false })
    expect(await served.content('a')).toBe('x')
  })
})
