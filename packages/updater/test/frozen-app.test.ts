// SPDX-License-Identifier: Apache-2.0
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  confirm,
  FrozenApp,
  LocalDirectory,
  type Progress,
  readFailed,
  readTrial,
  rollBack,
} from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { watchDeadline } from '../src/watch.ts'
import { nameOf, placeRelease, zipRelease } from './support/releases.ts'

let root: string
let releases: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'halite-app-'))
  releases = join(root, 'releases')
  mkdirSync(releases)
  placeRelease(root, { version: '1.0' })
  writeFileSync(join(root, 'current'), `${nameOf('1.0')}\n`)
})

afterEach(() => rmSync(root, { recursive: true }))

const open = () => new FrozenApp({ root, finder: new LocalDirectory(releases) })
const entries = (folder = root) => readdirSync(folder).sort()

describe('a frozen application', () => {
  test('finds, fetches, installs and cleans up, and says how far it is', async () => {
    await zipRelease(releases, { version: '1.1' })
    await zipRelease(releases, { version: '0.9' })
    await zipRelease(releases, { version: '2.0', platform: 'other-x64' })
    const app = open()
    const steps: Progress['status'][] = []
    expect(await app.findUpdate()).toBe('1.1')
    expect(await app.autoUpdate({ onProgress: ({ status }) => steps.push(status) })).toBe('1.1')
    expect(steps).toEqual(['searching', 'found', 'ready', 'installing', 'cleaning up', 'done'])
    expect(app.version).toBe('1.1')
    expect(app.versions).toEqual(['1.0', '1.1'])
    expect(readTrial(app.layout)).toMatchObject({ version: nameOf('1.1'), judge: nameOf('1.0'), attempts: 0 })
    expect(entries()).toEqual(['current', 'previous', 'releases', 'trial', 'versions'])
    expect(await app.findUpdate()).toBeUndefined()
  })

  test('keeps the way back, and removes what is older once a version is confirmed', async () => {
    for (const version of ['1.1', '1.2']) {
      await zipRelease(releases, { version })
      const app = open()
      await app.autoUpdate()
      expect(confirm(app.layout, nameOf(version), 'test')).toBe(true)
      expect(await app.cleanup()).toBe(true)
    }
    expect(open().versions).toEqual(['1.1', '1.2'])
    await expect(open().uninstallVersion('1.1')).rejects.toThrow('cannot be removed')
    await expect(open().uninstallVersion('1.2')).rejects.toThrow('cannot be removed')
    await open().uninstallVersion('0.1')
  })

  test('installs an explicit version, an older one too', async () => {
    await zipRelease(releases, { version: '0.9' })
    const app = open()
    await app.installVersion('0.9')
    expect(app.version).toBe('0.9')
  })

  test('does not offer what failed here before, but installs it when asked', async () => {
    await zipRelease(releases, { version: '1.1' })
    writeFileSync(join(root, 'failed'), JSON.stringify([{ version: nameOf('1.1'), reason: 'test' }]))
    expect(await open().findUpdate()).toBeUndefined()
    await open().installVersion('1.1')
    expect(readFileSync(join(root, 'failed'), 'utf8')).toBe('[]')
  })

  test('goes back to the last version that proved itself, though another was on trial in between', async () => {
    for (const version of ['1.1', '1.2']) await zipRelease(releases, { version })
    const app = open()
    await app.installVersion('1.1')
    await app.installVersion('1.2')
    expect(readTrial(app.layout)).toMatchObject({ version: nameOf('1.2'), judge: nameOf('1.0') })
    await app.cleanup()
    rollBack(app.layout, 'test')
    expect(open().version).toBe('1.0')
    expect(readFailed(app.layout).map(({ version }) => version)).toEqual([nameOf('1.2')])
  })

  test('leaves a version on trial for the one before it, when that is asked for', async () => {
    for (const version of ['1.0', '1.1']) await zipRelease(releases, { version })
    const app = open()
    await app.installVersion('1.1')
    await app.installVersion('1.0')
    expect([app.version, readTrial(app.layout), readFailed(app.layout)]).toEqual(['1.0', undefined, []])
  })

  test('a watcher of one version on trial leaves another alone', async () => {
    for (const version of ['1.1', '1.2']) await zipRelease(releases, { version })
    const app = open()
    await app.installVersion('1.1', { deadlineMs: 20_000 })
    const watched = watchDeadline(app.layout)
    await app.installVersion('1.2')
    expect(await watched).toBe(false)
    expect(app.version).toBe('1.2')
  })

  test('leaves alone what it does not know', async () => {
    mkdirSync(join(root, 'versions', 'notes of mine'))
    writeFileSync(join(root, 'versions', 'README'), '')
    expect(await open().cleanup()).toBe(true)
    expect(entries(join(root, 'versions'))).toEqual(['README', nameOf('1.0'), 'notes of mine'])
  })

  test.each([0o077, 0o000, 0o022])('has the modes of a release, whatever the umask (%i)', async (umask) => {
    await zipRelease(releases, { version: '1.1', files: { 'lib/deep/x.js': 'x' } })
    const before = process.umask(umask)
    const folder = await open()
      .fetchVersion('1.1')
      .finally(() => process.umask(before))
    const modeOf = (path: string) => (statSync(join(folder, path)).mode & 0o7777).toString(8)
    expect(
      ['.', 'lib', 'lib/deep', 'bin/node', 'lib/app.js', 'lib/deep/x.js', 'MANIFEST.json'].map(modeOf),
    ).toEqual(['755', '755', '755', '755', '644', '644', '644'])
  })

  test('gives a version the owner of those beside it', async (ctx) => {
    ctx.skip(process.geteuid?.() !== 0, 'only root can give files away')
    await zipRelease(releases, { version: '1.1' })
    chownSync(join(root, 'versions'), 0, 12_345)
    const folder = await open().fetchVersion('1.1')
    for (const path of ['.', 'lib', 'lib/app.js', 'MANIFEST.json'])
      expect(statSync(join(folder, path))).toMatchObject({ uid: 0, gid: 12_345 })
  })

  test.each([
    ['.', 0o777, 'can be written by everybody'],
    ['versions', 0o777, 'can be written by everybody'],
    ['trust', 0o1777, 'can be written by everybody'],
  ])('is not updated where another user may write (%s)', async (path, mode, why) => {
    await zipRelease(releases, { version: '1.1' })
    mkdirSync(join(root, 'trust'))
    chmodSync(join(root, path), mode)
    await expect(open().autoUpdate()).rejects.toThrow(why)
    expect(open().versions).toEqual(['1.0'])
  })

  test('is not updated where another user owns it', async (ctx) => {
    ctx.skip(process.geteuid?.() !== 0, 'only root can give files away')
    await zipRelease(releases, { version: '1.1' })
    chownSync(join(root, 'versions'), 12_345, 0)
    await expect(open().autoUpdate()).rejects.toThrow(/is not safe: .*versions belongs to user 12345/)
  })
})

describe('nothing is installed', () => {
  test('when the version does not start here', async () => {
    await zipRelease(releases, { version: '1.1', program: 'process.exit(3)' })
    await expect(open().installVersion('1.1')).rejects.toThrow(/does not start here: exit code 3/)
    expect(open().version).toBe('1.0')
  })

  test('where nothing may be started, as on a file system without exec', async () => {
    await zipRelease(releases, { version: '1.1' })
    const spoiled = (layout: FrozenApp) =>
      chmodSync(join(layout.layout.version(nameOf('1.1')), 'bin/node'), 0o644)
    const app = open()
    await app.fetchVersion('1.1')
    spoiled(app)
    await expect(
      app.installVersion('1.1', { onProgress: ({ status }) => status === 'installing' && spoiled(app) }),
    ).rejects.toThrow(/EACCES|permission denied/i)
    expect(readFileSync(join(root, 'current'), 'utf8')).toBe(`${nameOf('1.0')}\n`)
    expect(readTrial(app.layout)).toBeUndefined()
  })

  test('once the application was uninstalled meanwhile, and nothing of it comes back', async () => {
    const source = new LocalDirectory(releases)
    await zipRelease(releases, { version: '1.1' })
    const finder = {
      name: source.name,
      isSigned: source.isSigned,
      findVersions: source.findVersions.bind(source),
      fetchVersion: async (...words: Parameters<LocalDirectory['fetchVersion']>) => {
        await source.fetchVersion(...words)
        for (const part of ['versions', 'current']) rmSync(join(root, part), { recursive: true })
      },
    }
    await expect(new FrozenApp({ root, finder }).autoUpdate()).rejects.toThrow()
    expect(entries().filter((name) => ['current', 'trial'].includes(name))).toEqual([])
  })

  test('when the source has no such version', async () => {
    await expect(open().installVersion('7.7')).rejects.toThrow(`has no ${nameOf('7.7')}`)
    await expect(open().installVersion('../../x')).rejects.toThrow('is not a version')
  })

  test('by two calls at once: the second says who has the directory', async () => {
    await zipRelease(releases, { version: '1.1' })
    const app = open()
    const [first, second] = await Promise.allSettled([app.autoUpdate(), app.cleanup()])
    expect(first).toMatchObject({ status: 'fulfilled', value: '1.1' })
    expect(String(second.status === 'rejected' && second.reason)).toMatch(/already running on .* \(pid \d+\)/)
  })

  test('while another process changes the directory', async () => {
    await open().locked(async () => {
      await expect(open().cleanup()).rejects.toThrow(/update is already running on .* \(pid \d+\)/)
    })
    expect(await open().cleanup()).toBe(true)
  })
})
