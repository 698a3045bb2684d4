// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSaltenv, parseSaltPath } from '@halite/core'
import { type FoundFile, pieces, RootsSource } from '@halite/fileserver'
import { executorFiles, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const base = parseSaltenv('base')
const dev = parseSaltenv('dev')
const settings = {
  hash_type: 'sha256',
  file_ignore_glob: [] as string | string[],
  file_ignore_regex: [] as string | string[],
  fileserver_followsymlinks: true,
  fileserver_ignoresymlinks: false,
  fileserver_limit_traversal: false,
} as const

describe.each(['in this thread', 'in a thread of its own'])('file_roots, read %s', (where) => {
  let directory: string
  let roots: string
  let other: string
  let source: RootsSource

  beforeEach(() => {
    directory = temporaryDirectory('halite-roots')
    roots = join(directory, 'roots')
    other = join(directory, 'other')
    for (const each of [roots, other]) mkdirSync(each)
    source = open()
  })
  afterEach(async () => {
    await source.close()
    removeTemporaryDirectory(directory)
  })

  function open(more: Partial<Record<keyof typeof settings | 'file_roots', unknown>> = {}): RootsSource {
    const options = { ...settings, file_roots: { base: [roots], dev: [other] }, ...more }
    const thread = where === 'in this thread' ? undefined : executorFiles().fileReader
    return new RootsSource({ options: options as never, thread })
  }

  async function reopen(more: Parameters<typeof open>[0]): Promise<void> {
    await source.close()
    source = open(more)
  }

  function write(path: string, text = path): string {
    const full = join(roots, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
    return full
  }

  const find = (path: string, saltenv = base) => source.find({ saltenv, path: parseSaltPath(path) })

  async function content(path: string, saltenv = base): Promise<string | undefined> {
    const file = await find(path, saltenv)
    return file && (await read(file))
  }

  async function read(file: FoundFile): Promise<string> {
    const parts: Uint8Array[] = []
    for await (const piece of pieces(source, file, { pieceBytes: 7, ahead: 3 })) parts.push(piece)
    return Buffer.concat(parts).toString()
  }

  test('a file is found with its facts, read in pieces, and hashed', async () => {
    const full = write('a/b', 'twenty bytes of text')
    utimesSync(full, 1000, 2000)
    const file = await source.findHashed({ saltenv: base, path: parseSaltPath('a//./b') })
    expect(file).toMatchObject({
      path: 'a/b',
      size: 20,
      mtime: 2000,
      hash_type: 'sha256',
      hsum: '993adcd68080a6cd6539f4cb1b3d53d17f72dd50cd76631dfc96a50c6217184c',
    })
    expect(await content('a/b')).toBe('twenty bytes of text')
  })

  test('a directory is no file, and what is not there is not found', async () => {
    write('a/b')
    expect(await find('a')).toBeUndefined()
    expect(await find('a/b/c')).toBeUndefined()
    expect(await find('nothing')).toBeUndefined()
    expect(await find('a/b', parseSaltenv('nowhere'))).toBeUndefined()
    expect(await find('x'.repeat(255))).toBeUndefined()
    expect(await find(Array(1000).fill('abc').join('/'))).toBeUndefined()
  })

  test('the first root that has a file wins', async () => {
    write('both', 'first')
    writeFileSync(join(other, 'both'), 'second')
    writeFileSync(join(other, 'only'), 'second')
    await reopen({ file_roots: { base: [join(directory, 'missing'), roots, other] } })
    expect(await content('both')).toBe('first')
    expect(await content('only')).toBe('second')
    expect(await source.list(base, 'files')).toEqual(['both', 'only'])
  })

  test('__env__ stands for every environment without an entry', async () => {
    mkdirSync(join(directory, 'qa'))
    writeFileSync(join(directory, 'qa/x'), 'of qa')
    await reopen({ file_roots: { base: [roots], __env__: [join(directory, '__env__')] } })
    expect(await content('x', parseSaltenv('qa'))).toBe('of qa')
    expect(await content('x')).toBeUndefined()
    expect(await source.list(parseSaltenv('qa'), 'files')).toEqual(['x'])
    expect(await source.envs()).toEqual(['__env__', 'base'])
  })

  describe('links', () => {
    beforeEach(() => {
      write('real/file', 'inside')
      writeFileSync(join(other, 'secret'), 'outside')
    })

    test('inside the roots are followed, in any number', async () => {
      symlinkSync('real', join(roots, 'dir'))
      symlinkSync('dir/file', join(roots, 'one'))
      symlinkSync('one', join(roots, 'two'))
      expect(await content('two')).toBe('inside')
      expect(await content('dir/file')).toBe('inside')
      expect(await source.list(base, 'files')).toEqual(['dir/file', 'one', 'real/file', 'two'])
      expect(await source.list(base, 'dirs')).toEqual(['dir', 'real'])
      expect(await source.symlinks(base)).toEqual({ dir: 'real', one: 'dir/file', two: 'one' })
    })

    test('that leave the roots lead to nothing, also through other links', async () => {
      symlinkSync(other, join(roots, 'away'))
      symlinkSync(join(other, 'secret'), join(roots, 'stolen'))
      symlinkSync('stolen', join(roots, 'again'))
      symlinkSync('../other/secret', join(roots, 'relative'))
      for (const path of ['away/secret', 'stolen', 'again', 'relative'])
        expect(await find(path)).toBeUndefined()
      expect(await source.list(base, 'files')).toEqual(['real/file'])
      expect(await source.list(base, 'dirs')).toEqual(['real'])
      expect(await source.symlinks(base)).toEqual({})
    })

    test('may lead from one root of an environment to another', async () => {
      symlinkSync(join(other, 'secret'), join(roots, 'shared'))
      await reopen({ file_roots: { base: [roots, other] } })
      expect(await content('shared')).toBe('outside')
    })

    test('a root may be one itself', async () => {
      symlinkSync(roots, join(directory, 'link'))
      await reopen({ file_roots: { base: [join(directory, 'link')] } })
      expect(await content('real/file')).toBe('inside')
      expect(await source.list(base, 'files')).toEqual(['real/file'])
    })

    test('in a circle end', async () => {
      symlinkSync('..', join(roots, 'real/up'))
      symlinkSync('self', join(roots, 'self'))
      expect(await find('self')).toBeUndefined()
      const files = await source.list(base, 'files')
      expect(files).toContain('real/file')
      expect(files.length).toBeLessThan(10)
    })

    test('are not gone into without fileserver_followsymlinks, and not served with fileserver_ignoresymlinks', async () => {
      symlinkSync('real', join(roots, 'dir'))
      symlinkSync('real/file', join(roots, 'one'))
      await reopen({ fileserver_followsymlinks: false })
      expect(await source.list(base, 'files')).toEqual(['one', 'real/file'])
      expect(await source.symlinks(base)).toEqual({ dir: 'real', one: 'real/file' })
      await reopen({ fileserver_ignoresymlinks: true })
      expect(await source.list(base, 'files')).toEqual(['real/file'])
      expect(await source.symlinks(base)).toEqual({})
      expect(await find('one')).toBeUndefined()
      expect(await find('dir/file')).toBeUndefined()
      expect(await content('real/file')).toBe('inside')
    })
  })

  test('a FIFO and a device are no files, and nobody waits for them', async (ctx) => {
    ctx.skip(process.platform === 'win32', 'Windows has no FIFOs')
    execFileSync('mkfifo', [join(roots, 'fifo')])
    symlinkSync('/dev/zero', join(roots, 'zero'))
    write('plain')
    expect(await find('fifo')).toBeUndefined()
    expect(await find('zero')).toBeUndefined()
    await reopen({ file_roots: { base: ['/dev'] } })
    expect(await find('zero')).toBeUndefined()
  })

  describe('a file that is being read', () => {
    test('and is replaced belongs to no file any more', async () => {
      const full = write('x', 'a'.repeat(1000))
      const file = (await find('x')) as FoundFile
      await source.read(file, { loc: 0, length: 10 })
      writeFileSync(`${full}.new`, 'b'.repeat(1000))
      renameSync(`${full}.new`, full)
      await expect(source.read(file, { loc: 10, length: 10 })).rejects.toMatchObject({ code: 'FILE_CHANGED' })
      expect(await content('x')).toBe('b'.repeat(1000))
    })

    test.each([
      ['is shortened', (full: string) => truncateSync(full, 500)],
      ['grows', (full: string) => appendFileSync(full, 'more')],
      ['goes', (full: string) => rmSync(full)],
      [
        'becomes a directory',
        (full: string) => {
          rmSync(full)
          mkdirSync(full)
        },
      ],
    ])('and %s is not read on', async (_, change) => {
      const full = write('x', 'a'.repeat(1000))
      const file = (await find('x')) as FoundFile
      await source.read(file, { loc: 0, length: 10 })
      change(full)
      await expect(source.read(file, { loc: 600, length: 10 })).rejects.toMatchObject({
        code: 'FILE_CHANGED',
      })
    })
  })

  describe('lists', () => {
    test('hold files, directories and those that are empty, and see every change', async () => {
      write('a/b/c')
      write('d')
      mkdirSync(join(roots, 'empty'))
      expect(await source.list(base, 'files')).toEqual(['a/b/c', 'd'])
      expect(await source.list(base, 'dirs')).toEqual(['a', 'a/b', 'empty'])
      expect(await source.list(base, 'empty_dirs')).toEqual(['empty'])
      write('empty/now-not')
      rmSync(join(roots, 'd'))
      expect(await source.list(base, 'files')).toEqual(['a/b/c', 'empty/now-not'])
      expect(await source.list(base, 'empty_dirs')).toEqual([])
      expect(await source.list(base, 'files', { prefix: 'a/' })).toEqual(['a/b/c'])
    })

    test('that did not change are the same', async () => {
      write('a')
      for (let last = await source.list(base, 'files'); ; ) {
        const next = await source.list(base, 'files')
        if (next === last) break
        last = next
      }
      write('b')
      expect(await source.list(base, 'files')).toEqual(['a', 'b'])
    })

    test('leave out names that are not UTF-8', async () => {
      write('good')
      writeFileSync(Buffer.concat([Buffer.from(`${roots}/bad-`), Buffer.from([0xff, 0xfe])]), '')
      expect(await source.list(base, 'files')).toEqual(['good'])
    })

    test('of a tree have hashes', async () => {
      write('a', 'one')
      write('sub/b', 'two')
      const tree = await source.tree(base, { prefix: 'sub/' })
      expect(tree).toHaveLength(1)
      expect(tree[0]).toEqual(await source.findHashed({ saltenv: base, path: parseSaltPath('sub/b') }))
    })

    test('go only where fileserver_limit_traversal allows', async () => {
      write('states/init.sls')
      write('states/files/x')
      write('_modules/m.js')
      write('top.sls')
      await reopen({ fileserver_limit_traversal: true })
      expect(await source.list(base, 'files')).toEqual(['_modules/m.js', 'states/init.sls', 'top.sls'])
      expect(await source.list(base, 'dirs')).toEqual(['_modules', 'states', 'states/files'])
    })
  })

  describe('what is ignored', () => {
    beforeEach(() => {
      write('keep')
      write('x.swp')
      write('sub/.git/config')
    })

    test.each([
      ['by shell patterns', { file_ignore_glob: ['*.swp', '*/.git/*'] }],
      ['by one of them as text', { file_ignore_glob: '*.swp', file_ignore_regex: '/[.]git/' }],
      ['by regular expressions', { file_ignore_regex: ['[.]swp$', '/[.]git($|/)'] }],
    ])('%s is neither listed nor found', async (_, options) => {
      await reopen(options)
      expect(await source.list(base, 'files')).toEqual(['keep'])
      expect(await find('x.swp')).toBeUndefined()
      expect(await find('sub/.git/config')).toBeUndefined()
      expect(await content('keep')).toBe('keep')
    })

    test('by an expression that cannot be read is an error of the configuration', () => {
      expect(() => open({ file_ignore_regex: ['('] })).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      )
    })
  })

  test('the hash is another one after a change, however soon it comes', async () => {
    const hashes = new Set<string | undefined>()
    for (let turn = 0; turn < 20; turn += 1) {
      write('x', `turn ${turn}`)
      hashes.add((await source.findHashed({ saltenv: base, path: parseSaltPath('x') }))?.hsum)
    }
    expect(hashes.size).toBe(20)
  })

  test('environments are those of file_roots', async () => {
    expect(await source.envs()).toEqual(['base', 'dev'])
    writeFileSync(join(other, 'x'), 'of dev')
    expect(await content('x', dev)).toBe('of dev')
    expect(await content('x', base)).toBeUndefined()
  })
})
