// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { FrozenApp, KeyDirectory, Repository, SignedRepository } from '@halite/updater'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nameOf, placeRelease, serve, zipRelease } from './support/releases.ts'

const program = fileURLToPath(new URL('../dist/repo-main.js', import.meta.url))
/** Packing them takes seconds. */
const large = Object.fromEntries(
  ['a', 'b'].map((name) => [`lib/${name}.txt`, randomBytes(200_000).toString('hex')]),
)

let work: string
let directory: string

beforeEach(async () => {
  work = mkdtempSync(join(tmpdir(), 'halite-publisher-'))
  directory = join(work, 'repo')
  await repositoryIn().init({ rootKeys: 1, threshold: 1 })
  await zipRelease(work, { version: '1.1', files: large })
})

afterEach(() => rmSync(work, { recursive: true }))

const repositoryIn = () => new Repository({ directory, keys: new KeyDirectory(join(work, 'keys')) })
const zipOf = (version: string) => join(work, `${nameOf(version)}.zip`)
const files = (folder: string) =>
  readdirSync(join(directory, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
const folders = () => readdirSync(join(directory, 'draft')).filter((name) => name.startsWith('.add-'))

/** Begins to add release 1.1, and waits until it is at work. */
async function adding() {
  const child = spawn(process.execPath, [
    program,
    'add',
    directory,
    zipOf('1.1'),
    '--keys',
    join(work, 'keys'),
  ])
  while (folders().length === 0 && child.exitCode === null) await delay(5)
  return child
}

test.each([0, 50, 200])(
  'a call that is killed after %i ms adds nothing, and the next one leaves nothing of it',
  { timeout: 120_000 },
  async (afterMs) => {
    const child = await adding()
    await delay(afterMs)
    child.kill('SIGKILL')
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL')
    expect(repositoryIn().releases()).toEqual([])
    expect(folders()).toHaveLength(1)

    await repositoryIn().add(zipOf('1.1'))
    expect(folders()).toEqual([])
    expect(files('draft').filter((name) => /lock|tmp/.test(name))).toEqual([])
    expect(files('targets').filter((name) => !/^[0-9a-f]{64}(\.br|\..+)?$/.test(name))).toEqual([])
    await expectInstallable()
  },
)

test('a copy of a release that was cut off is not taken for the release', async () => {
  await repositoryIn().add(zipOf('1.1'))
  await repositoryIn().withdraw(nameOf('1.1'))
  const kept = files('targets').find((name) => name.endsWith(`.${nameOf('1.1')}.zip`)) as string
  writeFileSync(join(directory, 'targets', kept), readFileSync(zipOf('1.1')).subarray(0, 1000))
  await repositoryIn().add(zipOf('1.1'))
  await expectInstallable()
})

test('two calls at once: the second says who has the draft', async () => {
  const child = await adding()
  await expect(repositoryIn().add(zipOf('1.1'))).rejects.toThrow(`halite-repo is already running on `)
  child.kill('SIGKILL')
  await once(child, 'exit')
})

async function expectInstallable(): Promise<void> {
  await repositoryIn().sign()
  await repositoryIn().publish()
  const root = join(work, 'app')
  placeRelease(root, { version: '1.0' })
  writeFileSync(join(root, 'current'), `${nameOf('1.0')}\n`)
  mkdirSync(join(root, 'trust'))
  copyFileSync(join(directory, 'metadata/1.root.json'), join(root, 'trust/root.json'))
  const { url, server } = await serve((path, response) => {
    const file = join(directory, path)
    if (existsSync(file)) response.end(readFileSync(file))
    else response.writeHead(404).end()
  })
  try {
    const trust = { root: join(root, 'trust/root.json'), directory: join(root, 'trust/metadata') }
    const app = new FrozenApp({ root, finder: new SignedRepository({ url, trust }) })
    expect(await app.autoUpdate()).toBe('1.1')
  } finally {
    server.close()
  }
}
