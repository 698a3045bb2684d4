// SPDX-License-Identifier: Apache-2.0
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fetchLimit } from '@halite/updater'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { nameOf } from './support/releases.ts'
import { SignedApp } from './support/signed-app.ts'

/** Only what differs between releases has to move. */
const files = { 'lib/large.bin': 'x'.repeat(200_000) }

/** An application of 1.0 and a repository with 1.1: each test begins with a copy. */
let template: SignedApp
let signed: SignedApp

beforeAll(async () => {
  template = await SignedApp.make({ files })
})
afterAll(() => template.close())
beforeEach(async () => {
  signed = await template.copy()
})
afterEach(() => signed.close())

/** Serves what `change` makes of the metadata file whose name ends with `name`. */
function spoil(name: string, change: (bytes: Buffer) => Buffer | string): void {
  signed.answer = (path, response) => {
    if (!path.endsWith(name)) return signed.send(path, response)
    const file = join(signed.directory, path)
    if (!existsSync(file)) return signed.send(path, response)
    response.end(change(readFileSync(file)))
  }
}

describe('a signed repository', () => {
  test('brings a release, of which only what is new is moved', async () => {
    expect(await signed.app().autoUpdate()).toBe('1.1')
    const fetched = signed.requests.filter((path) => path.startsWith('/targets/files/'))
    expect(fetched).toHaveLength(1)
    expect(signed.requests.some((path) => path.endsWith('.zip'))).toBe(false)
  })

  test('falls back to the whole release when a file of it cannot be fetched', async () => {
    signed.answer = (path, response) =>
      path.includes('/files/') ? response.writeHead(404).end() : signed.send(path, response)
    expect(await signed.app().autoUpdate()).toBe('1.1')
    expect(signed.requests.some((path) => path.endsWith('.zip'))).toBe(true)
  })

  test.each(['root', 'targets', 'snapshot', 'timestamp'] as const)(
    'goes on after a new key of %s',
    async (role) => {
      await signed.app().findUpdate()
      await signed.repository.rotateKey(role)
      await signed.release('1.2')
      expect(await signed.app().autoUpdate()).toBe('1.2')
    },
  )

  test('can publish an older release no more once it is withdrawn', async () => {
    await signed.repository.withdraw(nameOf('1.1'))
    await signed.publish()
    expect(await signed.app().findUpdate()).toBeUndefined()
  })

  test('does not publish what clients would refuse: releases whose signature has expired', async () => {
    signed.now = new Date(Date.now() + 91 * 86_400_000)
    await expect(signed.repository.publish()).rejects.toMatchObject({ code: 'UPDATE_UNTRUSTED' })
    await expect(signed.repository.publish()).rejects.toThrow(/what is signed expired at 20/)
    await signed.publish()
  })

  test('asks for enough keys of root', async () => {
    for (const name of ['root-1.pem', 'root-2.pem']) rmSync(join(signed.work, 'keys', name))
    await expect(signed.repository.rotateKey('targets')).rejects.toThrow(
      'holds 1 keys of the role root; 2 have to sign',
    )
  })

  test('works again after what is known of it was damaged', async () => {
    await signed.app().findUpdate()
    for (const folder of signed.known())
      for (const name of readdirSync(folder))
        if (name.endsWith('.json')) writeFileSync(join(folder, name), '\0\0\0')
    expect(await signed.app().findUpdate()).toBe('1.1')
  })
})

describe('a hostile server is refused', () => {
  test('that signs with keys of its own', async () => {
    signed.mirror = await evil('6.6')
    await signed.refuses(/is not trusted: timestamp was signed by 0\/1 keys/)
  })

  test('that offers a root of its own', async () => {
    await evil('6.6')
    signed.answer = (path, response) =>
      path.endsWith('2.root.json')
        ? response.end(readFileSync(join(signed.work, 'evil/metadata/1.root.json')))
        : signed.send(path, response)
    await signed.refuses(/is not trusted: root was signed by 0\/2 keys/)
  })

  test('that shows old metadata', async () => {
    cpSync(signed.directory, join(signed.work, 'old'), { recursive: true })
    await signed.release('1.2')
    expect(await signed.app().findUpdate()).toBe('1.2')
    signed.mirror = join(signed.work, 'old')
    await signed.refuses(/timestamp version \d+ is less than current version \d+/)
  })

  test('that is frozen in the past', async () => {
    signed.now = new Date(Date.now() - 30 * 86_400_000)
    await signed.repository.publish()
    await signed.refuses(/timestamp.json is expired/)
  })

  test.each(['timestamp', 'snapshot', 'targets'] as const)(
    'that signs with the key of %s which was revoked',
    async (role) => {
      // Whoever stole the keys has the repository as it was then, and goes on with it.
      for (const name of ['repo', 'keys'])
        cpSync(join(signed.work, name), join(signed.work, `stolen-${name}`), { recursive: true })
      const [theirs, keys] = ['stolen-repo', 'stolen-keys'].map((name) => join(signed.work, name))
      const stolen = signed.publisher(theirs, keys)
      await signed.repository.rotateKey(role)
      expect(await signed.app().findUpdate()).toBe('1.1')
      await stolen.add(await signed.zip('6.6'))
      for (let round = 0; round < 3; round += 1) {
        await stolen.sign()
        await stolen.publish()
      }
      signed.answer = (path, response) =>
        signed.send(path, response, path.endsWith('.root.json') ? signed.directory : theirs)
      await signed.refuses(new RegExp(`is not trusted: .*${role} was signed by 0/1 keys`))
    },
  )

  test('that mixes what is signed: a list of yesterday under a timestamp of today', async () => {
    cpSync(signed.directory, join(signed.work, 'old'), { recursive: true })
    await signed.release('1.2')
    signed.answer = (path, response) => {
      if (!path.endsWith('.targets.json') && !path.endsWith('.snapshot.json'))
        return signed.send(path, response)
      const [, kind = ''] = /\d+\.(\w+)\.json$/.exec(path) ?? []
      const name = readdirSync(join(signed.work, 'old/metadata'))
        .filter((one) => one.endsWith(`.${kind}.json`))
        .sort()
        .at(-1)
      response.end(readFileSync(join(signed.work, 'old/metadata', name ?? '')))
    }
    await signed.refuses(/is not trusted: .*version/)
  })

  test('that mixes versions', async () => {
    const old = readFileSync(join(signed.directory, 'metadata/2.targets.json'))
    spoil('.targets.json', () => Buffer.from(old.toString().replace('"version": 2', '"version": 1')))
    await signed.refuses(/is not trusted/)
  })

  test.each(['timestamp.json', '.snapshot.json', '.targets.json'])(
    'that changes a letter of %s',
    async (name) => {
      spoil(name, (bytes) => bytes.toString().replace(/2026|20\d\d/, '2099'))
      await signed.refuses(/is not trusted/)
    },
  )

  test('that changes the list of releases, a manifest or a file', async () => {
    for (const name of ['.releases.json', `.${nameOf('1.1')}.json`]) {
      spoil(name, (bytes) => bytes.toString().replace(/.$/s, ' '))
      await signed.refuses(/is not trusted: Expected hash|hash mismatch|did not match/i)
    }
  })

  test('that changes the files of a release and its zip', async () => {
    signed.answer = (path, response) => {
      if (path.includes('/files/') || path.endsWith('.zip')) response.end(Buffer.alloc(100, 7))
      else signed.send(path, response)
    }
    await signed.refuses(/is not trusted/)
  })

  test.each([
    ['timestamp.json', /is larger than \d+ bytes/],
    ['.releases.json', /is larger than \d+ bytes/],
    ['.br', /is larger than \d+ bytes|is not trusted/],
  ])('that never stops to send %s', async (name, why) => {
    signed.answer = (path, response) => {
      if (!path.endsWith(name) && !path.endsWith('.zip')) return signed.send(path, response)
      const more = (): void => {
        if (response.destroyed) return
        if (response.write(Buffer.alloc(65_536, 65))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    }
    await signed.refuses(why)
  })

  test('that sends byte by byte', async () => {
    signed.answer = (path, response) => {
      if (!path.endsWith('timestamp.json')) return signed.send(path, response)
      const timer = setInterval(() => response.write('a'), 5)
      response.once('close', () => clearInterval(timer))
    }
    await signed.refuses(/sent \d+ bytes in \d+ s/, { graceMs: 200, minBytesPerSecond: 100_000 })
  })

  test('that says nothing', async () => {
    signed.answer = () => undefined
    await signed.refuses(/sent nothing for 0.1 s/, { idleMs: 100 })
  })
})

describe('a trusted root', () => {
  test('that lacks: nothing is believed, and the error says where it belongs', async () => {
    rmSync(join(signed.root, 'trust/root.json'))
    await signed.refuses(/there is no trusted root in .*root.json/)
  })

  test('that was replaced by hand counts, and the one before it no more', async () => {
    expect(await signed.app().findUpdate()).toBe('1.1')
    const mirror = await evil('6.6')
    signed.trust(mirror)
    await signed.refuses(/is not trusted: timestamp was signed by 0\/1 keys/)
    signed.mirror = mirror
    expect(await signed.app().findUpdate()).toBe('6.6')
  })

  test('whose successor a server cannot send is not called untrusted', async () => {
    signed.answer = (path, response) =>
      path.endsWith('2.root.json') ? response.writeHead(503).end() : signed.send(path, response)
    const refused = signed.app().findUpdate()
    await expect(refused).rejects.toMatchObject({ code: 'UPDATE_UNREACHABLE' })
    await expect(refused).rejects.toThrow('2.root.json answered 503')
  })
})

describe('a server that is slow but steady', () => {
  const slowly = (what: RegExp) => {
    signed.answer = (path, response) => {
      if (!what.test(path)) return signed.send(path, response)
      const timer = setInterval(() => response.write('a'), 5)
      response.once('close', () => clearInterval(timer))
    }
  }

  test.each([/timestamp\.json$/, /1\.1\..*\.json$/, /\/files\//])(
    'with %s is left once its time is over, and nothing else is tried',
    async (what) => {
      slowly(what)
      const beganMs = performance.now()
      const ending = fetchLimit(700)
      await signed.refuses(/^the release was not fetched within 0\.7 s$/, { ending })
      expect(performance.now() - beganMs).toBeLessThan(20_000)
      expect(signed.requests.some((path) => path.endsWith('.zip'))).toBe(false)
    },
  )

  test('is left at once when whoever asked wants no more, also in the middle of the whole release', async () => {
    slowly(/\.zip$/)
    const send = signed.answer
    signed.answer = (path, response) =>
      path.includes('/files/') ? response.writeHead(404).end() : send(path, response)
    const fetching = signed.app().fetchVersion('1.1', { signal: AbortSignal.timeout(700) })
    await expect(fetching).rejects.toThrow(/cannot be fetched: .*(aborted|timeout)/i)
    expect(existsSync(join(signed.root, 'updates'))).toBe(false)
  })

  test('may take its time without a limit', async () => {
    expect(fetchLimit(0)).toBeUndefined()
    expect(await signed.app({ ending: fetchLimit(1e12) }).autoUpdate()).toBe('1.1')
  })
})

/** A repository with keys of its own, and a release; its directory. */
async function evil(version: string): Promise<string> {
  const directory = join(signed.work, 'evil')
  const other = signed.publisher(directory, join(signed.work, 'evil-keys'))
  await other.init()
  await other.add(await signed.zip(version))
  await other.sign()
  await other.publish()
  return directory
}
