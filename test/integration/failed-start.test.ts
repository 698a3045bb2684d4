// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadOptions, parseMinionId } from '@halite/core'
import { Master } from '@halite/master'
import { Minion } from '@halite/minion'
import { manifest } from '@halite/modules'
import {
  executorFiles,
  freePorts,
  removeTemporaryDirectory,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

/* A daemon that cannot start holds nothing, so that the program it lives in can try again. */

let directory: string

beforeEach(() => {
  directory = temporaryDirectory('failed')
})
afterEach(() => removeTemporaryDirectory(directory))

const files = executorFiles()
const open = () => readdirSync('/proc/self/fd').length
const left = () =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.lock$|_key$|\.ipc$/.test(name),
  )

function minionOf(overrides: Record<string, unknown> = {}): Minion {
  const given = { root_dir: directory, id: 'm1', master: '127.0.0.1', ...overrides }
  const { options } = loadOptions('minion', { configDir: join(directory, 'etc'), overrides: given })
  return new Minion({ id: parseMinionId('m1'), options, manifest, files })
}

async function masterOf(): Promise<Master> {
  const [publish_port, ret_port] = await freePorts(2)
  const overrides = { root_dir: directory, interface: '127.0.0.1', publish_port, ret_port }
  const { options } = loadOptions('master', { configDir: join(directory, 'etc'), overrides })
  return new Master({ options, manifest, files })
}

async function expectRepeatable(start: () => Promise<unknown>, code: string): Promise<void> {
  await expect(start()).rejects.toMatchObject({ code })
  expect(left()).toEqual([])
  if (process.platform !== 'linux') return
  const before = open()
  for (let time = 0; time < 3; time += 1) await expect(start()).rejects.toMatchObject({ code })
  await until('its files are closed', () => open() <= before)
}

test('making a daemon touches nothing', async () => {
  const master = await masterOf()
  const minion = minionOf()
  expect(readdirSync(directory)).toEqual([])
  await master.close()
  await minion.close()
})

test('a minion with a master that is no address, after it took its lock', async () => {
  const minion = minionOf({ master: 'no address' })
  await expectRepeatable(() => minion.start(), 'CONFIG_INVALID')
})

test('a minion whose key cannot be read, and the same one once it can', async () => {
  const minion = minionOf()
  await minion.start()
  await minion.close()
  const key = findKey('minion_ed25519.pem')
  writeFileSync(key, 'garbage')
  const again = minionOf()
  await expectRepeatable(() => again.start(), 'FILE_CORRUPT')
  rmSync(key)
  rmSync(key.replace(/pem$/, 'pub'))
  await again.start()
  await again.close()
  expect(left()).toEqual([])
})

test('a master whose store cannot be opened, after it took its locks and wrote its keys', async () => {
  const master = await masterOf()
  const jobs = join(directory, 'var/cache/salt/master/jobs')
  mkdirSync(join(jobs, '..'), { recursive: true })
  writeFileSync(jobs, 'no directory')
  await expect(master.start()).rejects.toBeDefined()
  expect(left()).toEqual([])
  rmSync(jobs)
  await master.start()
  expect(left().length).toBeGreaterThan(0)
  await master.close()
  expect(left()).toEqual([])
})

test('a master whose port is taken', async () => {
  const first = await masterOf()
  await first.start()
  const { publish, ret } = first.ports
  const other = join(directory, 'other')
  const overrides = { root_dir: other, interface: '127.0.0.1', publish_port: publish, ret_port: ret }
  const { options } = loadOptions('master', { configDir: join(other, 'etc'), overrides })
  const second = new Master({ options, manifest, files })
  await expect(second.start()).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' })
  expect(left().filter((name) => name.startsWith('other'))).toEqual([])
  await first.close()
  await second.start()
  await second.close()
})

function findKey(name: string): string {
  const found = readdirSync(directory, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith(name),
  )
  const path = join(directory, found ?? name)
  expect(existsSync(path)).toBe(true)
  return path
}
