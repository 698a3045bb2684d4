// SPDX-License-Identifier: Apache-2.0
import { lstat, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemCodeOf } from '@halite/core'
import { thisMachine } from '@halite/loader'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const { files } = thisMachine
let root = ''

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'halite-hostile-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const codeOf = (promise: Promise<unknown>) => promise.then(() => undefined, systemCodeOf)

const isLinux = process.platform === 'linux'

describe('a directory that is held', () => {
  test('is the same one after it was renamed and a link has its name', async (ctx) => {
    ctx.skip(!isLinux, 'only Linux has paths that lead to what is open')
    const [mine, secret] = [join(root, 'mine'), join(root, 'secret')]
    await mkdir(mine)
    await mkdir(secret)
    await writeFile(join(mine, 'mode'), '')
    await writeFile(join(secret, 'mode'), '', { mode: 0o600 })
    const held = await files.hold(mine)
    try {
      await rename(mine, join(root, 'elsewhere'))
      await symlink(secret, mine)
      await files.setMode(join(held.path, 'mode'), 0o666)
      expect((await lstat(join(secret, 'mode'))).mode & 0o777).toBe(0o600)
      expect((await lstat(join(root, 'elsewhere/mode'))).mode & 0o777).toBe(0o666)
    } finally {
      await held.close()
    }
    expect(await codeOf(files.hold(mine))).toMatch(/^(?:ENOTDIR|ELOOP)$/)
  })
})

test('a tree is removed without what its links lead to', async () => {
  const [tree, other] = [join(root, 'tree'), join(root, 'other')]
  await mkdir(join(tree, 'a/b'), { recursive: true })
  await mkdir(other)
  await writeFile(join(other, 'kept'), '')
  await writeFile(join(tree, 'a/file'), '')
  await symlink(other, join(tree, 'a/b/link'))
  await symlink('loop', join(tree, 'loop'))
  await files.remove(tree, { recursive: true })
  await files.remove(tree, { recursive: true })
  expect(await readdir(root)).toEqual(['other'])
  expect(await readdir(other)).toEqual(['kept'])
})

/** While a tree is removed again and again, one of its directories is a link to another tree half of the time. */
test('a directory that turns into a link while its tree is removed', async (ctx) => {
  ctx.skip(process.platform === 'win32', 'links of Windows need rights of their own')
  const other = join(root, 'other')
  await mkdir(other)
  await writeFile(join(other, 'kept'), '')
  for (let round = 0; round < 50; round++) {
    const [tree, sub] = [join(root, 'tree'), join(root, 'tree/sub')]
    await mkdir(sub, { recursive: true })
    for (let index = 0; index < 20; index++) await writeFile(join(sub, `${index}`), '')
    const swap = async () => {
      await rename(sub, join(root, `moved-${round}`))
      await symlink(other, sub)
    }
    await Promise.allSettled([files.remove(tree, { recursive: true }), swap()])
    expect(await readdir(other)).toEqual(['kept'])
    await rm(tree, { recursive: true, force: true })
  }
})

test('names that are no text are listed, read and removed', async (ctx) => {
  ctx.skip(!isLinux, 'only on Linux are names of files bytes')
  const bytes = Buffer.concat([Buffer.from(`${root}/caf`), Buffer.of(0xe9, 0xff, 0x0a), Buffer.from('💀é')])
  await writeFile(bytes, 'odd')
  const [name = ''] = await files.list(root)
  expect(name).toBe('caf\udce9\udcff\n💀é')
  expect((await files.read(join(root, name))).toString()).toBe('odd')
  await files.rename(join(root, name), join(root, `${name}2`))
  await files.link(name, join(root, 'link'))
  expect(await files.readLink(join(root, 'link'))).toBe(name)
  await files.remove(join(root, `${name}2`))
  await files.remove(root, { recursive: true })
})
