// SPDX-License-Identifier: Apache-2.0
// What happens to a minion whose mirror is behind, half copied, or of another application; and to one that was off for long.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { Server, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FrozenApp, KeyDirectory, LocalDirectory, Repository, SignedRepository } from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { filesOf, nameOf, placeRelease, serve, zipRelease } from './support/releases.ts'

let work: string
let root: string
let repository: Repository
let server: { url: string; server: Server }
let mirror: string

beforeEach(async () => {
  work = mkdtempSync(join(tmpdir(), 'halite-mirror-'))
  root = join(work, 'app')
  mirror = join(work, 'repo')
  placeRelease(root, { version: '1.0' })
  writeFileSync(join(root, 'current'), `${nameOf('1.0')}\n`)
  repository = new Repository({ directory: mirror, keys: new KeyDirectory(join(work, 'keys')) })
  await repository.init()
  await release('1.1')
  mkdirSync(join(root, 'trust'))
  copyFileSync(join(work, 'repo/metadata/1.root.json'), join(root, 'trust/root.json'))
  server = await serve((path, response) => send(path, response))
})

afterEach(() => {
  server.server.closeAllConnections()
  server.server.close()
  rmSync(work, { recursive: true })
})

async function release(version: string): Promise<void> {
  await repository.add(await zipRelease(join(work, 'zips'), { version }))
  await repository.sign()
  await repository.publish()
}

function send(path: string, response: ServerResponse): void {
  const file = join(mirror, path)
  if (existsSync(file)) response.end(readFileSync(file))
  else response.writeHead(404).end()
}

function open(): FrozenApp {
  const trust = { root: join(root, 'trust/root.json'), directory: join(root, 'trust/metadata') }
  return new FrozenApp({ root, finder: new SignedRepository({ url: server.url, trust }) })
}

/** What it was before is whole, and nothing else is there. */
async function refuses(why: RegExp): Promise<void> {
  await expect(open().autoUpdate()).rejects.toThrow(why)
  expect(open().version).toBe('1.0')
  expect(readdirSync(join(root, 'versions'))).toEqual([nameOf('1.0')])
  expect(existsSync(join(root, 'updates'))).toBe(false)
}

describe('a minion that was off', () => {
  test.each(['root', 'targets', 'snapshot', 'timestamp'] as const)(
    'while the key of %s was replaced twice, and all of root',
    async (role) => {
      expect(await open().findUpdate()).toBe('1.1')
      for (let round = 0; round < 2; round += 1) await repository.rotateKey(role)
      for (let round = 0; round < 3; round += 1) await repository.rotateKey('root')
      await release('1.2')
      expect(await open().autoUpdate()).toBe('1.2')
    },
  )

  test('until the release that it was about to fetch was withdrawn', async () => {
    const app = open()
    expect(await app.findUpdate()).toBe('1.1')
    await repository.withdraw(nameOf('1.1'))
    await repository.sign()
    await repository.publish()
    await expect(open().installVersion('1.1')).rejects.toThrow(/has no app-1.1/)
    expect(open().version).toBe('1.0')
  })
})

describe('a mirror', () => {
  test.each([
    /\d+\.snapshot\.json$/,
    /\d+\.targets\.json$/,
    /\.releases\.json$/,
    new RegExp(`\\.${nameOf('1.2')}\\.json$`),
  ])('that was copied in the wrong order, without %s, is refused until it is whole', async (missing) => {
    cpSync(mirror, join(work, 'old'), { recursive: true })
    await release('1.2')
    const whole = mirror
    mirror = join(work, 'half')
    cpSync(whole, mirror, {
      recursive: true,
      filter: (path) => !missing.test(path) || existsSync(path.replace(whole, join(work, 'old'))),
    })
    await refuses(/answered 404/)
    mirror = whole
    expect(await open().autoUpdate()).toBe('1.2')
  })

  test('that is behind another one that was seen before is refused, and says so', async () => {
    cpSync(mirror, join(work, 'old'), { recursive: true })
    await release('1.2')
    expect(await open().findUpdate()).toBe('1.2')
    mirror = join(work, 'old')
    await refuses(/timestamp version \d+ is less than current version \d+/)
  })

  test('whose timestamp expires between two updates is refused, also for what it brought before', async () => {
    expect(await open().findUpdate()).toBe('1.1')
    const past = new Repository({
      directory: mirror,
      keys: new KeyDirectory(join(work, 'keys')),
      now: () => new Date(Date.now() - 8 * 86_400_000),
    })
    await past.publish()
    await expect(open().installVersion('1.1')).rejects.toThrow(/timestamp.json is expired/)
    await refuses(/timestamp.json is expired/)
  })

  test('of another application, signed by the same keys, brings nothing', async () => {
    await repository.withdraw(nameOf('1.1'))
    const name = nameOf('6.6').replace(/^app/, 'other')
    const zip = await zipRelease(join(work, 'zips'), { version: '6.6' }, (all) =>
      all.map((one) => ({
        path: one.path.replace(nameOf('6.6'), name),
        text: one.path.endsWith('MANIFEST.json')
          ? one.text.replace('"app":"app"', '"app":"other"')
          : one.text,
      })),
    )
    const renamed = join(work, 'zips', `${name}.zip`)
    copyFileSync(zip, renamed)
    await repository.add(renamed)
    await repository.sign()
    await repository.publish()
    expect(await open().findUpdate()).toBeUndefined()
    await expect(open().installVersion('6.6')).rejects.toThrow(/has no app-6.6/)
  })

  test('whose release has the manifest of another application is refused, by its publisher too', async () => {
    const manifest = filesOf({ version: '1.2' }).at(-1)?.text ?? ''
    await zipRelease(join(work, 'zips'), { version: '1.2' }, (all) =>
      all.map((one) =>
        one.path.endsWith('MANIFEST.json')
          ? { ...one, text: manifest.replace('"app":"app"', '"app":"other"') }
          : one,
      ),
    )
    const zip = join(work, 'zips', `${nameOf('1.2')}.zip`)
    const why = /its manifest is that of other-1.2/
    await expect(repository.add(zip)).rejects.toThrow(why)
    const app = new FrozenApp({ root, finder: new LocalDirectory(join(work, 'zips')) })
    await expect(app.installVersion('1.2')).rejects.toThrow(why)
    expect(app.version).toBe('1.0')
  })
})
