// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemCodeOf } from '@halite/core'
import { type MachineFiles, machineOfJob, thisMachine } from '@halite/loader'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FakeFiles } from './fake-files.ts'

const fake = new FakeFiles({ '/t': { directory: true } })
let folder = ''

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'halite-files-')))
  await mkdir(join(folder, 'job'))
})
afterAll(() => rm(folder, { recursive: true }))

const machines: [string, MachineFiles, () => string][] = [
  ['this machine', thisMachine.files, () => folder],
  ['this machine, for a job', machineOfJob.files, () => join(folder, 'job')],
  ['the machine of a case', fake.files, () => '/t'],
]

describe.each(machines)('files of %s', (_name, files, root) => {
  const codeOf = (promise: Promise<unknown>) => promise.then(() => undefined, systemCodeOf)

  test('are written, appended to, renamed and removed', async () => {
    const [a, b] = [join(root(), 'a'), join(root(), 'b')]
    await files.write(a, 'one\n')
    await files.append(a, 'two\n')
    expect((await files.read(a)).toString()).toBe('one\ntwo\n')
    expect(await files.stat(a)).toMatchObject({ type: 'file', size: 8 })
    await files.write(a, '1', { mode: 0o600, durable: false })
    await files.write(a, '2')
    await files.write(a, '3', { durable: false })
    expect((await files.read(a)).toString()).toBe('3')
    expect(((await files.stat(a))?.mode ?? 0) & 0o777).toBe(0o600)
    await files.setMode(a, 0o640)
    expect(((await files.stat(a))?.mode ?? 0) & 0o777).toBe(0o640)
    await files.copy(a, b)
    expect((await files.read(b)).equals(await files.read(a))).toBe(true)
    await files.rename(a, b)
    expect([await files.stat(a), await files.isReadable(a), await files.isReadable(b)]).toEqual([
      undefined,
      false,
      true,
    ])
    await files.remove(b)
    await files.remove(b)
    expect(await codeOf(files.read(b))).toBe('ENOENT')
    expect(await codeOf(files.write(join(root(), 'none/x'), ''))).toBe('ENOENT')
    expect(await codeOf(files.write(join(root(), 'none/x'), '', { durable: false }))).toBe('ENOENT')
  })

  test('lie in directories', async () => {
    const d = join(root(), 'd')
    await files.makeDirectory(join(d, 'e/f'), { parents: true })
    await files.makeDirectory(join(d, 'e'), { parents: true })
    expect(await codeOf(files.makeDirectory(d))).toBe('EEXIST')
    expect(await codeOf(files.makeDirectory(join(root(), 'x/y')))).toBe('ENOENT')
    await files.write(join(d, 'a'), '')
    expect(await files.list(d)).toEqual(['a', 'e'])
    expect(await codeOf(files.list(join(d, 'a')))).toBe('ENOTDIR')
    expect(await codeOf(files.read(d))).toBe('EISDIR')
    await files.remove(d, { recursive: true })
    expect(await files.stat(d)).toBe(undefined)
  })

  test('are reached through links, or not', async () => {
    const [target, link] = [join(root(), 'target'), join(root(), 'link')]
    await files.makeDirectory(target)
    await files.write(join(target, 'x'), 'x')
    await files.link('target', link)
    expect((await files.read(join(link, 'x'))).toString()).toBe('x')
    expect(await files.stat(link)).toMatchObject({ type: 'directory' })
    expect(await files.stat(link, { followLinks: false })).toMatchObject({ type: 'link' })
    expect(await files.readLink(link)).toBe('target')
    expect(await codeOf(files.readLink(target))).toBe('EINVAL')
    expect(await files.realPath(join(link, 'x'))).toBe(join(target, 'x'))
    expect(await codeOf(files.setMode(link, 0o700))).toBe('ELOOP')
    expect(await codeOf(files.realPath(join(root(), 'nothing')))).toBe('ENOENT')
    await files.remove(link)
    expect(await files.list(target)).toEqual(['x'])
  })
})

test('a case sees what was written and removed, and not what was fetched', async () => {
  const files = new FakeFiles({ '/a': 'a', '/b': 'b', '/c': 'c' })
  await files.files.write('/a', 'new')
  await files.files.write('/c', 'c')
  await files.files.remove('/b')
  files.put('/p/q', 'by a program')
  files.cache('/cache/x', 'fetched')
  expect(files.written).toEqual({ '/a': 'new', '/p/q': 'by a program' })
  expect(files.removed).toEqual(['/b'])
})
