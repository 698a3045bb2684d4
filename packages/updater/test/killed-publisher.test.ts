// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nameOf } from './support/releases.ts'
import { SignedApp } from './support/signed-app.ts'

const program = fileURLToPath(new URL('../dist/repo-main.js', import.meta.url))
/** Packing them takes seconds. */
const large = Object.fromEntries(
  ['a', 'b'].map((name) => [`lib/${name}.txt`, randomBytes(200_000).toString('hex')]),
)

let signed: SignedApp
let directory: string
let zip: string

beforeEach(async () => {
  signed = await SignedApp.open({ releases: [], rootKeys: 1 })
  ;({ directory } = signed)
  zip = await signed.zip('1.1', large)
})
afterEach(() => signed.close())

const files = (folder: string) =>
  readdirSync(join(directory, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
const folders = () => readdirSync(join(directory, 'draft')).filter((name) => name.startsWith('.add-'))

/** Begins to add release 1.1, and waits until it is at work. */
async function adding() {
  const words = ['add', directory, zip, '--keys', join(signed.work, 'keys')]
  const child = spawn(process.execPath, [program, ...words])
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
    expect(signed.repository.releases()).toEqual([])
    expect(folders()).toHaveLength(1)

    await signed.repository.add(zip)
    expect(folders()).toEqual([])
    expect(files('draft').filter((name) => /lock|tmp/.test(name))).toEqual([])
    expect(files('targets').filter((name) => !/^[0-9a-f]{64}(\.br|\..+)?$/.test(name))).toEqual([])
    await expectInstallable()
  },
)

test('a copy of a release that was cut off is not taken for the release', async () => {
  await signed.repository.add(zip)
  await signed.repository.withdraw(nameOf('1.1'))
  const kept = files('targets').find((name) => name.endsWith(`.${nameOf('1.1')}.zip`)) as string
  writeFileSync(join(directory, 'targets', kept), readFileSync(zip).subarray(0, 1000))
  await signed.repository.add(zip)
  await expectInstallable()
})

test('two calls at once: the second says who has the draft', async () => {
  const child = await adding()
  await expect(signed.repository.add(zip)).rejects.toThrow(`halite-repo is already running on `)
  child.kill('SIGKILL')
  await once(child, 'exit')
})

async function expectInstallable(): Promise<void> {
  await signed.publish()
  expect(await signed.app().autoUpdate()).toBe('1.1')
}
