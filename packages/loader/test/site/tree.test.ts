// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSiteTree, removeOldSnapshots, siteRoots, takeSnapshot, touchSnapshot } from '../../src/index.ts'
import { addFiles, directoryWith } from './site-directory.ts'

test('the last of module_dirs comes first, what was synced last', () => {
  const options = { module_dirs: ['/srv/a', '/srv/b', '/srv/a'], extension_modules: '/var/extmods' }
  expect(siteRoots(options)).toEqual(['/srv/a', '/srv/b', '/var/extmods'])
  expect(siteRoots({})).toEqual([])
})

describe('a directory', () => {
  test('has a folder for each kind, and modules are the files directly in it', async () => {
    const root = directoryWith({
      'modules/a.mjs': '',
      'modules/b.js': '',
      'modules/_part.mjs': '',
      'modules/.hidden.mjs': '',
      'modules/deeper/c.mjs': '',
      'modules/data.json': '',
      'modules/old.py': '',
      '_grains/rack.mjs': '',
      'utils/words.mjs': '',
      'elsewhere/d.mjs': '',
      'e.mjs': '',
    })
    const { modules, files } = await readSiteTree(root)
    expect(modules).toEqual([
      { kind: 'execution', file: 'a', path: 'modules/a.mjs' },
      { kind: 'execution', file: 'b', path: 'modules/b.js' },
      { kind: 'grains', file: 'rack', path: '_grains/rack.mjs' },
    ])
    expect(files).toEqual([
      '_grains/rack.mjs',
      'modules/_part.mjs',
      'modules/a.mjs',
      'modules/b.js',
      'modules/data.json',
      'modules/deeper/c.mjs',
      'modules/old.py',
      'utils/words.mjs',
    ])
  })

  test('that does not exist, or is not a directory, is empty', async () => {
    const root = directoryWith({ modules: 'a file' })
    expect((await readSiteTree(root)).files).toEqual([])
    expect((await readSiteTree(join(root, 'nope'))).modules).toEqual([])
  })

  test('that is far too large is refused', async () => {
    const root = directoryWith({ 'modules/a.mjs': '' })
    for (let index = 0; index < 2000; index += 1) writeFileSync(join(root, `modules/${index}`), '')
    await expect(readSiteTree(root)).rejects.toMatchObject({
      code: 'MODULE_INVALID',
      message: `the site modules below ${root} are 2001 files, 2000 are allowed`,
    })
  })

  test('has another mark when anything in it changes, and the same when nothing does', async () => {
    const root = directoryWith({ 'modules/a.mjs': 'one', 'utils/b.mjs': '' })
    const { mark } = await readSiteTree(root)
    expect((await readSiteTree(root)).mark).toBe(mark)
    const { atime, mtime } = statSync(join(root, 'modules/a.mjs'))
    writeFileSync(join(root, 'modules/a.mjs'), 'two')
    utimesSync(join(root, 'modules/a.mjs'), atime, mtime)
    const changed = (await readSiteTree(root)).mark
    expect(changed).not.toBe(mark)
    rmSync(join(root, 'utils/b.mjs'))
    expect((await readSiteTree(root)).mark).not.toBe(changed)
  })
})

describe('a snapshot', () => {
  test('is a copy, named by its contents', async () => {
    const parent = directoryWith()
    const root = directoryWith({ 'modules/a.mjs': 'one', 'modules/parts/b.mjs': 'b' })
    const first = await takeSnapshot(await readSiteTree(root), join(parent, 'copies'))
    expect(readFileSync(join(first, 'modules/parts/b.mjs'), 'utf8')).toBe('b')
    expect(statSync(first).mode & 0o777).toBe(0o700)
    addFiles(root, { 'modules/a.mjs': 'two' })
    const second = await takeSnapshot(await readSiteTree(root), join(parent, 'copies'))
    expect(second).not.toBe(first)
    addFiles(root, { 'modules/a.mjs': 'one' })
    expect(await takeSnapshot(await readSiteTree(root), join(parent, 'copies'))).toBe(first)
    expect(readFileSync(join(first, 'modules/a.mjs'), 'utf8')).toBe('one')
  })

  test('that several processes make at once is one', async () => {
    const parent = directoryWith()
    const tree = await readSiteTree(directoryWith({ 'modules/a.mjs': 'one' }))
    const paths = await Promise.all([1, 2, 3, 4].map(() => takeSnapshot(tree, parent)))
    expect(new Set(paths).size).toBe(1)
  })

  test('is removed when nobody used it for a week', async () => {
    const parent = directoryWith()
    const [old, used] = [join(parent, 'old'), join(parent, 'used')]
    const longAgo = new Date(Date.now() - 8 * 24 * 3600 * 1000)
    for (const path of [old, used]) {
      mkdirSync(path)
      utimesSync(path, longAgo, longAgo)
    }
    expect(await touchSnapshot(used)).toBe(true)
    await removeOldSnapshots(parent)
    expect([existsSync(old), existsSync(used)]).toEqual([false, true])
    expect(await touchSnapshot(old)).toBe(false)
    await removeOldSnapshots(join(parent, 'nope'))
  })
})
