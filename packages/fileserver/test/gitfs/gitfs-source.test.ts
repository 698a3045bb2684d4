// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSaltenv, parseSaltPath } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Repository } from '../git/repository.ts'
import { ServedRepository } from './served-repository.ts'

const base = parseSaltenv('base')
let served: ServedRepository

beforeEach(() => {
  served = new ServedRepository()
})
afterEach(() => served.close())

describe('what is served', () => {
  test('a file with its facts and its hash', async () => {
    served.repository.commit({ 'web/init.sls': 'twenty bytes of text' })
    await served.open([served.url])
    const file = await served.source.findHashed({ saltenv: base, path: parseSaltPath('web/init.sls') })
    expect(file).toMatchObject({
      size: 20,
      mode: 0o644,
      hash_type: 'sha256',
      hsum: createHash('sha256').update('twenty bytes of text').digest('hex'),
    })
    expect(file?.mtime).toBe(Number(served.repository.git('log', '-1', '--format=%ct')))
    expect(file && (await served.read(file))).toBe('twenty bytes of text')
    expect(await served.find('web')).toBeUndefined()
    expect(await served.source.list(base, 'dirs')).toEqual(['web'])
    expect(await served.source.list(base, 'empty_dirs')).toEqual([])
  })

  test('a large file, an empty one, one whose content holds line ends, and one that may be run', async () => {
    const large = 'x'.repeat(3 * 1024 * 1024)
    served.repository.commit({ large, empty: '', lines: '\n\n\0\n', run: '#!/bin/sh\n' })
    served.repository.git('update-index', '--chmod=+x', 'run')
    served.repository.git('commit', '--quiet', '--message=mode')
    await served.open([served.url])
    const file = await served.find('large')
    expect(file?.size).toBe(large.length)
    const range = file && (await served.source.read(file, { loc: 3 * 1024 * 1024 - 5, length: 100 }))
    expect(Buffer.from(range ?? []).toString()).toBe('xxxxx')
    expect(await served.content('empty')).toBe('')
    expect(await served.content('lines')).toBe('\n\n\0\n')
    expect((await served.find('run'))?.mode).toBe(0o755)
  })

  test('a directory of a repository, below a mountpoint', async () => {
    served.repository.commit({ 'salt/web/a': 'x', outside: '' })
    await served.open([served.url], { gitfs_root: '/salt/', gitfs_mountpoint: 'salt://in/side' })
    expect(await served.files()).toEqual(['in/side/web/a'])
    expect(await served.source.list(base, 'dirs')).toEqual(['in', 'in/side', 'in/side/web'])
    expect(await served.content('in/side/web/a')).toBe('x')
    expect(await served.content('web/a')).toBeUndefined()
  })

  test('a root that a branch does not have shows nothing', async () => {
    served.repository.commit({ a: 'x' })
    await served.open([{ [served.url]: [{ root: 'missing' }] }])
    expect(await served.files()).toEqual([])
    expect(await served.content('a')).toBeUndefined()
  })

  test('the first remote that has a file wins; one may be shown several times', async () => {
    const other = new Repository(join(served.directory, 'other'))
    served.repository.commit({ both: 'first', a: '' })
    other.commit({ both: 'second', b: '' })
    await served.open([
      served.url,
      { [`file://${other.directory}`]: [{ name: 'o' }] },
      { [served.url]: [{ mountpoint: 'again' }] },
    ])
    expect(await served.files()).toEqual(['a', 'again/a', 'again/both', 'b', 'both'])
    expect(await served.content('both')).toBe('first')
    expect((await served.source.tree(base)).map(({ path, size }) => [path, size])).toEqual([
      ['a', 0],
      ['again/a', 0],
      ['again/both', 5],
      ['b', 0],
      ['both', 5],
    ])
    // Remotes with one URL share what is fetched.
    expect(readdirSync(join(served.directory, 'gitfs/remotes'))).toHaveLength(2)
  })

  test('links inside of the repository are followed, others lead nowhere', async () => {
    served.repository.commit({
      'dir/file': 'x',
      'dir/up': '->../top',
      top: 'top',
      link: '->dir/file',
      linked: '->dir',
      absolute: '->/etc/passwd',
      out: '->../../etc/passwd',
      'a/out': '->../../../etc/passwd',
      loop: '->loop2',
      loop2: '->loop',
      broken: '->nothing',
    })
    await served.open([served.url])
    expect(await served.content('link')).toBe('x')
    expect(await served.content('linked/file')).toBe('x')
    expect(await served.content('linked/up')).toBe('top')
    for (const path of ['absolute', 'out', 'a/out', 'loop', 'broken', 'linked', 'link/x'])
      expect(await served.content(path)).toBeUndefined()
    expect(await served.files()).toEqual(['dir/file', 'dir/up', 'link', 'top'])
    expect(await served.source.symlinks(base)).toMatchObject({
      link: 'dir/file',
      loop: 'loop2',
      absolute: '/etc/passwd',
    })
  })

  test('what is ignored is neither listed nor found', async () => {
    served.repository.commit({ 'a.swp': '', b: '', '.svn/x': '' })
    await served.open([served.url], { file_ignore_glob: ['*.swp'], file_ignore_regex: ['/?[.]svn($|/)'] })
    expect(await served.files()).toEqual(['b'])
    expect(await served.find('a.swp')).toBeUndefined()
  })

  test('names that nobody could ask for are left out', async () => {
    const badName = Buffer.concat([Buffer.from(`${served.repository.directory}/bad`), Buffer.from([0xff])])
    writeFileSync(badName, '')
    served.repository.commit({ a: '', 'back\\..\\slash': '', ['n'.repeat(200)]: '' })
    await served.open([served.url])
    expect(await served.files()).toEqual(['a', 'n'.repeat(200)])
  })

  test('a submodule is as if it were not there', async () => {
    const inner = new Repository(join(served.directory, 'inner'))
    inner.commit({ secret: 'x' })
    served.repository.commit({ a: '' })
    served.repository.git(
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      inner.directory,
      'sub',
    )
    served.repository.commit({})
    await served.open([served.url])
    expect(await served.files()).toEqual(['.gitmodules', 'a'])
    expect(await served.content('sub/secret')).toBeUndefined()
  })
})

describe('updates', () => {
  test('show what changed, and tell whether anything did', async () => {
    served.repository.commit({ a: 'one' })
    await served.open([served.url])
    expect(await served.update()).toBe(false)
    const file = await served.find('a')
    served.repository.commit({ a: 'two' })
    served.repository.branch('dev')
    expect(await served.update()).toBe(true)
    expect(await served.content('a')).toBe('two')
    expect(await served.source.envs()).toEqual(['base', 'dev'])
    await expect(
      file && served.source.read({ ...file, path: parseSaltPath('a') }, { loc: 0, length: 3 }),
    ).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    served.repository.branch('master')
    served.repository.git('branch', '--quiet', '-D', 'dev')
    expect(await served.update()).toBe(true)
    expect(await served.source.envs()).toEqual(['base'])
  })

  test('take over a branch that was rewritten', async () => {
    served.repository.commit({ a: 'one' })
    await served.open([served.url])
    served.repository.git('commit', '--quiet', '--amend', '--message=other', '--date=2001-01-01T00:00:00')
    served.repository.commit({ b: '' })
    expect(await served.update()).toBe(true)
    expect(await served.files()).toEqual(['a', 'b'])
  })

  test('lists stay the same objects until something changes', async () => {
    served.repository.commit({ a: '' })
    await served.open([served.url])
    const before = await served.files()
    await served.update()
    expect(await served.files()).toBe(before)
    served.repository.git('branch', 'same')
    await served.update()
    expect(await served.files('same')).toBe(before)
  })

  test('another process serves what was fetched before, without an update', async () => {
    served.repository.commit({ a: 'x' })
    await served.open([served.url])
    expect(await served.content('a')).toBe('x')
    await served.source.close()
    rmSync(served.repository.directory, { recursive: true })
    await served.start([served.url])
    expect(await served.content('a')).toBe('x')
    await expect(served.update()).rejects.toMatchObject({ code: 'GIT_FAILED' })
    expect(await served.content('a')).toBe('x')
  })

  test('a name that another URL had before shows nothing of that', async () => {
    served.repository.commit({ a: 'x' })
    await served.open([{ [served.url]: [{ name: 'same' }] }])
    await served.source.close()
    await served.start([{ [`${served.url}-other`]: [{ name: 'same' }] }])
    expect(await served.source.envs()).toEqual([])
  })

  test('after the cache was cleared everything is fetched again', async () => {
    served.repository.commit({ a: 'x' })
    await served.open([served.url])
    await served.source.clear()
    expect(await served.source.envs()).toEqual([])
    expect(await served.update()).toBe(true)
    expect(await served.content('a')).toBe('x')
  })
})

describe('faults', () => {
  test('a damaged content is written again', async () => {
    served.repository.commit({ a: 'right' })
    await served.open([served.url])
    expect(await served.content('a')).toBe('right')
    await served.source.close()
    for (const path of contents()) writeFileSync(path, 'wrong')
    await served.open([served.url])
    expect(await served.content('a')).toBe('right')
  })

  test('a corrupt pack is reported, holds up no other remote, and is fetched again', async () => {
    const other = new Repository(join(served.directory, 'other'))
    other.commit({ b: 'other' })
    served.repository.commit({ a: 'x'.repeat(10_000) })
    await served.open([served.url, `file://${other.directory}`])
    await served.source.close()
    damage(served.source.parts[0]?.mirror.directory ?? '')
    rmSync(join(served.directory, 'gitfs/blobs'), { recursive: true, force: true })
    await served.start([served.url, `file://${other.directory}`])
    expect(await served.content('b')).toBe('other')
    await served.update()
    expect(await served.content('a')).toBe('x'.repeat(10_000))
  })

  test('a pack that is corrupt at the remote leaves what there is', async () => {
    served.repository.commit({ a: 'one' })
    await served.open([served.url])
    served.repository.commit({ a: 'two', more: 'y'.repeat(5000) })
    served.repository.git('gc', '--quiet')
    damage(join(served.repository.directory, '.git'))
    await expect(served.update()).rejects.toMatchObject({
      code: 'GIT_FAILED',
      message: expect.stringContaining(served.url),
    })
    expect(await served.content('a')).toBe('one')
  })

  test('10,000 refs', async () => {
    const commit = served.repository.commit({ a: 'x' })
    const refs = Array.from({ length: 10_000 }, (_, index) => `${commit} refs/heads/b${index}\n`).join('')
    writeFileSync(
      join(served.repository.directory, '.git/packed-refs'),
      `# pack-refs with: peeled fully-peeled sorted\n${refs}`,
    )
    await served.open([served.url])
    expect(await served.source.envs()).toHaveLength(10_001)
    expect(await served.content('a', 'b9999')).toBe('x')
  })
})

function contents(): string[] {
  const blobs = join(served.directory, 'gitfs/blobs')
  return readdirSync(blobs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Overwrites every object of a repository. */
function damage(repositoryDirectory: string): void {
  const objects = join(repositoryDirectory, 'objects')
  const entries = readdirSync(objects, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((each) => each.isFile() && !each.name.endsWith('.idx'))) {
    const path = join(entry.parentPath, entry.name)
    rmSync(path)
    writeFileSync(path, 'garbage')
  }
}
