// SPDX-License-Identifier: Apache-2.0
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
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FrozenApp, KeyDirectory, Repository, SignedRepository } from '@halite/updater'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { nameOf, placeRelease, serve, zipRelease } from './support/releases.ts'

/** Only what differs between releases has to move. */
const large = { 'lib/large.bin': 'x'.repeat(200_000) }

/** An application of 1.0 and a repository with 1.1: each test begins with a copy. */
let template: string
let work: string
let root: string
let repository: Repository
let server: Awaited<ReturnType<typeof serve>>
let answer: (path: string, response: ServerResponse) => void
let now: Date

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'halite-signed-'))
  useDirectory(template)
  placeRelease(root, { version: '1.0', files: large })
  writeFileSync(join(root, 'current'), `${nameOf('1.0')}\n`)
  await repository.init()
  await release('1.1')
  mkdirSync(join(root, 'trust'))
  copyFileSync(join(work, 'repo/metadata/1.root.json'), join(root, 'trust/root.json'))
})

afterAll(() => rmSync(template, { recursive: true }))

beforeEach(async () => {
  useDirectory(mkdtempSync(join(tmpdir(), 'halite-signed-')))
  cpSync(template, work, { recursive: true })
  answer = send
  server = await serve((path, response) => answer(path, response))
})

afterEach(() => {
  server.server.closeAllConnections()
  server.server.close()
  rmSync(work, { recursive: true })
})

function useDirectory(directory: string): void {
  work = directory
  root = join(work, 'app')
  now = new Date()
  const keys = new KeyDirectory(join(work, 'keys'))
  repository = new Repository({ directory: join(work, 'repo'), keys, now: () => now })
}

async function release(version: string): Promise<void> {
  await repository.add(await zipRelease(join(work, 'zips'), { version, files: large }))
  await repository.sign()
  await repository.publish()
}

function send(path: string, response: ServerResponse): void {
  const file = join(work, 'repo', path)
  if (existsSync(file)) response.end(readFileSync(file))
  else response.writeHead(404).end()
}

function open(settings = {}): FrozenApp {
  const trust = { root: join(root, 'trust/root.json'), directory: join(root, 'trust/metadata') }
  return new FrozenApp({ root, finder: new SignedRepository({ url: server.url, trust, settings }) })
}

/** Serves what `change` makes of the metadata file whose name ends with `name`. */
function spoil(name: string, change: (bytes: Buffer) => Buffer | string): void {
  answer = (path, response) => {
    if (!path.endsWith(name)) return send(path, response)
    const file = join(work, 'repo', path)
    if (!existsSync(file)) return send(path, response)
    response.end(change(readFileSync(file)))
  }
}

/** After a refusal the application is as it was. */
async function refuses(why: RegExp, settings = {}): Promise<void> {
  await expect(open(settings).autoUpdate()).rejects.toThrow(why)
  expect(open().version).toBe('1.0')
  expect(readdirSync(join(root, 'versions'))).toEqual([nameOf('1.0')])
  expect(existsSync(join(root, 'updates'))).toBe(false)
}

describe('a signed repository', () => {
  test('brings a release, of which only what is new is moved', async () => {
    expect(await open().autoUpdate()).toBe('1.1')
    const fetched = server.requests.filter((path) => path.startsWith('/targets/files/'))
    expect(fetched).toHaveLength(1)
    expect(server.requests.some((path) => path.endsWith('.zip'))).toBe(false)
  })

  test('falls back to the whole release when a file of it cannot be fetched', async () => {
    answer = (path, response) =>
      path.includes('/files/') ? response.writeHead(404).end() : send(path, response)
    expect(await open().autoUpdate()).toBe('1.1')
    expect(server.requests.some((path) => path.endsWith('.zip'))).toBe(true)
  })

  test.each(['root', 'targets', 'snapshot', 'timestamp'] as const)(
    'goes on after a new key of %s',
    async (role) => {
      await open().findUpdate()
      await repository.rotateKey(role)
      await release('1.2')
      expect(await open().autoUpdate()).toBe('1.2')
    },
  )

  test('can publish an older release no more once it is withdrawn', async () => {
    await repository.withdraw(nameOf('1.1'))
    await repository.sign()
    await repository.publish()
    expect(await open().findUpdate()).toBeUndefined()
  })

  test('asks for enough keys of root', async () => {
    for (const name of ['root-1.pem', 'root-2.pem']) rmSync(join(work, 'keys', name))
    await expect(repository.rotateKey('targets')).rejects.toThrow(
      'holds 1 keys of the role root; 2 have to sign',
    )
  })

  test('works again after what is known of it was damaged', async () => {
    await open().findUpdate()
    for (const name of readdirSync(join(root, 'trust/metadata')))
      if (name.endsWith('.json')) writeFileSync(join(root, 'trust/metadata', name), '\0\0\0')
    expect(await open().findUpdate()).toBe('1.1')
  })
})

describe('a hostile server is refused', () => {
  test('that signs with keys of its own', async () => {
    const other = new Repository({
      directory: join(work, 'evil'),
      keys: new KeyDirectory(join(work, 'evil-keys')),
    })
    await other.init()
    await other.add(await zipRelease(join(work, 'zips'), { version: '6.6', files: large }))
    await other.sign()
    await other.publish()
    answer = (path, response) => {
      const file = join(work, 'evil', path)
      if (existsSync(file)) response.end(readFileSync(file))
      else response.writeHead(404).end()
    }
    await refuses(/is not trusted: timestamp was signed by 0\/1 keys/)
  })

  test('that offers a root of its own', async () => {
    const other = new Repository({
      directory: join(work, 'evil'),
      keys: new KeyDirectory(join(work, 'evil-keys')),
    })
    await other.init()
    answer = (path, response) =>
      path.endsWith('2.root.json')
        ? response.end(readFileSync(join(work, 'evil/metadata/1.root.json')))
        : send(path, response)
    await refuses(/is not trusted: root was signed by 0\/2 keys/)
  })

  test('that shows old metadata', async () => {
    cpSync(join(work, 'repo'), join(work, 'old'), { recursive: true })
    await release('1.2')
    expect(await open().findUpdate()).toBe('1.2')
    answer = (path, response) => {
      const file = join(work, 'old', path)
      if (existsSync(file)) response.end(readFileSync(file))
      else response.writeHead(404).end()
    }
    await refuses(/timestamp version \d+ is less than current version \d+/)
  })

  test('that is frozen in the past', async () => {
    now = new Date(Date.now() - 30 * 86_400_000)
    await repository.publish()
    await refuses(/timestamp.json is expired/)
  })

  test.each(['timestamp', 'snapshot', 'targets'] as const)(
    'that signs with the key of %s which was revoked',
    async (role) => {
      // Whoever stole the keys has the repository as it was then, and goes on with it.
      for (const name of ['repo', 'keys'])
        cpSync(join(work, name), join(work, `stolen-${name}`), { recursive: true })
      const keys = new KeyDirectory(join(work, 'stolen-keys'))
      const stolen = new Repository({ directory: join(work, 'stolen-repo'), keys })
      await repository.rotateKey(role)
      expect(await open().findUpdate()).toBe('1.1')
      await stolen.add(await zipRelease(join(work, 'zips'), { version: '6.6', files: large }))
      for (let round = 0; round < 3; round += 1) {
        await stolen.sign()
        await stolen.publish()
      }
      answer = (path, response) => {
        const isRoot = path.endsWith('.root.json')
        const file = join(work, isRoot ? 'repo' : 'stolen-repo', path)
        if (existsSync(file)) response.end(readFileSync(file))
        else response.writeHead(404).end()
      }
      await refuses(new RegExp(`is not trusted: .*${role} was signed by 0/1 keys`))
    },
  )

  test('that mixes what is signed: a list of yesterday under a timestamp of today', async () => {
    cpSync(join(work, 'repo'), join(work, 'old'), { recursive: true })
    await release('1.2')
    answer = (path, response) => {
      if (!path.endsWith('.targets.json') && !path.endsWith('.snapshot.json')) return send(path, response)
      const [, kind = ''] = /\d+\.(\w+)\.json$/.exec(path) ?? []
      const name = readdirSync(join(work, 'old/metadata'))
        .filter((one) => one.endsWith(`.${kind}.json`))
        .sort()
        .at(-1)
      response.end(readFileSync(join(work, 'old/metadata', name ?? '')))
    }
    await refuses(/is not trusted: .*version/)
  })

  test('that mixes versions', async () => {
    const old = readFileSync(join(work, 'repo/metadata/2.targets.json'))
    spoil('.targets.json', () => Buffer.from(old.toString().replace('"version": 2', '"version": 1')))
    await refuses(/is not trusted/)
  })

  test.each(['timestamp.json', '.snapshot.json', '.targets.json'])(
    'that changes a letter of %s',
    async (name) => {
      spoil(name, (bytes) => bytes.toString().replace(/2026|20\d\d/, '2099'))
      await refuses(/is not trusted/)
    },
  )

  test('that changes the list of releases, a manifest or a file', async () => {
    for (const name of ['.releases.json', `.${nameOf('1.1')}.json`]) {
      spoil(name, (bytes) => bytes.toString().replace(/.$/s, ' '))
      await refuses(/is not trusted: Expected hash|hash mismatch|did not match/i)
    }
  })

  test('that changes the files of a release and its zip', async () => {
    answer = (path, response) => {
      if (path.includes('/files/') || path.endsWith('.zip')) response.end(Buffer.alloc(100, 7))
      else send(path, response)
    }
    await refuses(/is not trusted/)
  })

  test.each([
    ['timestamp.json', /is larger than \d+ bytes/],
    ['.releases.json', /is larger than \d+ bytes/],
    ['.br', /is larger than \d+ bytes|is not trusted/],
  ])('that never stops to send %s', async (name, why) => {
    answer = (path, response) => {
      if (!path.endsWith(name) && !path.endsWith('.zip')) return send(path, response)
      const more = (): void => {
        if (response.destroyed) return
        if (response.write(Buffer.alloc(65_536, 65))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    }
    await refuses(why)
  })

  test('that sends byte by byte', async () => {
    answer = (path, response) => {
      if (!path.endsWith('timestamp.json')) return send(path, response)
      const timer = setInterval(() => response.write('a'), 5)
      response.once('close', () => clearInterval(timer))
    }
    await refuses(/sent \d+ bytes in \d+ s/, { graceMs: 200, minBytesPerSecond: 100_000 })
  })

  test('that says nothing', async () => {
    answer = () => undefined
    await refuses(/sent nothing for 0.1 s/, { idleMs: 100 })
  })
})

test('without a trusted root nothing is believed, and the error says where it belongs', async () => {
  rmSync(join(root, 'trust/root.json'))
  await refuses(/there is no trusted root in .*root.json/)
})
