// SPDX-License-Identifier: Apache-2.0
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Logger, parseMinionId, silentLog, unpack } from '@halite/core'
import { captureLog, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type GrainLimits, MinionData } from '../src/minion-data.ts'

const [web1, web2] = ['web1', 'web2'].map(parseMinionId) as [never, never]
let cachedir: string
let opened: MinionData[]

beforeEach(() => {
  cachedir = temporaryDirectory('data')
  opened = []
})

afterEach(async () => {
  // One that is left open writes seconds later, and makes the directory again.
  for (const data of opened) await data.close()
  removeTemporaryDirectory(cachedir)
})

function open(log: Logger = silentLog, limits?: GrainLimits): MinionData {
  const data = new MinionData(cachedir, log, limits)
  opened.push(data)
  return data
}

const fileOf = (id: string) => join(cachedir, 'minions', id, 'data.p')
const onDisk = (id: string) => unpack(readFileSync(fileOf(id)))

test('grains are known at once and after a restart', async () => {
  const grains = { os: 'Debian', ip4: ['10.0.0.1'], nested: { a: null } }
  const data = open()
  data.save(web1, { os: 'old' })
  data.save(web1, grains)
  expect(data.grains(web1)).toEqual(grains)
  await data.close()
  expect(open().grains(web1)).toEqual(grains)
  expect(open().grains(web2)).toBeUndefined()
})

test('what is forgotten is gone from disk too', async () => {
  const data = open()
  data.save(web1, { os: 'Debian' })
  await data.close()
  data.forget(web1)
  data.forget(web2)
  expect(data.grains(web1)).toBeUndefined()
  await data.close()
  expect(existsSync(join(cachedir, 'minions', 'web1'))).toBe(false)
})

test('a file that is cut off or foreign is as if there was none', async () => {
  for (const [id, bytes] of [
    ['web1', Buffer.from([0x81, 0xa6])],
    ['web2', Buffer.from('not msgpack at all')],
  ] as const) {
    mkdirSync(join(cachedir, 'minions', id), { recursive: true })
    writeFileSync(join(cachedir, 'minions', id, 'data.p'), bytes)
  }
  mkdirSync(join(cachedir, 'minions', 'no id!'))
  const data = open()
  expect([data.grains(web1), data.grains(web2)]).toEqual([undefined, undefined])
  data.save(web1, { os: 'Debian' })
  await data.close()
  expect(open().grains(web1)).toEqual({ os: 'Debian' })
})

test('nothing is written while the caller runs, and a crash before that leaves what was there', async () => {
  const data = open()
  data.save(web1, { os: 'old' })
  await data.close()
  data.save(web1, { os: 'new' })
  expect(onDisk('web1')).toEqual({ grains: { os: 'old' } })
  expect(open().grains(web1)).toEqual({ os: 'old' })
  await data.close()
  expect(onDisk('web1')).toEqual({ grains: { os: 'new' } })
})

test('what comes faster than it can be written ends as it came last', async () => {
  const data = open()
  const ids = Array.from({ length: 40 }, (_, index) => parseMinionId(`m${index}`))
  for (let round = 0; round < 10; round += 1) {
    for (const id of ids) data.save(id, { round, id })
    await new Promise(setImmediate)
  }
  for (const id of ids.slice(0, 10)) data.forget(id)
  for (const id of ids.slice(0, 5)) data.save(id, { again: true })
  await data.close()
  const after = open()
  expect(ids.map((id) => after.grains(id))).toEqual([
    ...Array.from({ length: 5 }, () => ({ again: true })),
    ...Array.from({ length: 5 }, () => undefined),
    ...ids.slice(10).map((id) => ({ round: 9, id })),
  ])
  expect(readdirSync(join(cachedir, 'minions'))).toHaveLength(35)
})

test('a minion that is forgotten while its grains are being written does not come back', async () => {
  const data = open()
  data.save(web1, { os: 'Debian' })
  await new Promise(setImmediate)
  data.forget(web1)
  await data.close()
  expect(existsSync(join(cachedir, 'minions', 'web1'))).toBe(false)
})

test('the same grains again are not written again, also after a restart', async () => {
  const first = open()
  first.save(web1, { os: 'Debian', cpus: 4 })
  await first.close()
  const { ino } = statSync(fileOf('web1'))
  const second = open()
  const known = second.grains(web1)
  for (const data of [first, second]) {
    data.save(web1, { os: 'Debian', cpus: 4 })
    await data.close()
  }
  expect(statSync(fileOf('web1')).ino).toBe(ino)
  expect(second.grains(web1)).toBe(known)
  second.save(web1, { os: 'Debian', cpus: 8 })
  await second.close()
  expect(onDisk('web1')).toEqual({ grains: { os: 'Debian', cpus: 8 } })
})

test('a disk that fails is logged, and the next grains are written once it works again', async () => {
  const captured = captureLog()
  const data = open(captured.log)
  const place = join(cachedir, 'minions', 'web1')
  writeFileSync(place, 'a file where the directory has to be')
  data.save(web1, { os: 'Debian' })
  await data.close()
  expect(data.grains(web1)).toEqual({ os: 'Debian' })
  expect(captured.find('cached data of minion could not be written')?.fields['id']).toBe('web1')
  rmSync(place)
  data.save(web1, { os: 'Debian' })
  await data.close()
  expect(onDisk('web1')).toEqual({ grains: { os: 'Debian' } })
})

test('a symbolic link in the place of a minion is not followed', async (ctx) => {
  ctx.skip(process.platform === 'win32', 'links need a privilege on Windows')
  const captured = captureLog()
  const data = open(captured.log)
  mkdirSync(join(cachedir, 'elsewhere'))
  symlinkSync(join(cachedir, 'elsewhere'), join(cachedir, 'minions', 'web1'))
  data.save(web1, { os: 'Debian' })
  await data.close()
  expect(readdirSync(join(cachedir, 'elsewhere'))).toEqual([])
  expect(captured.find('cached data of minion could not be written')).toBeDefined()
})

test('files and directories are for the master alone', async (ctx) => {
  ctx.skip(process.platform === 'win32', 'Windows has no permission bits')
  const data = open()
  data.save(web1, { os: 'Debian' })
  await data.close()
  expect(statSync(fileOf('web1')).mode & 0o777).toBe(0o600)
  expect(statSync(join(cachedir, 'minions', 'web1')).mode & 0o777).toBe(0o700)
})

test('grains above a limit are not kept, and those that lie there go', async () => {
  const limits = { grains_max_bytes: 100, grains_max_values: 5, minion_data_cache: true }
  const captured = captureLog()
  const data = open(captured.log, limits)
  expect(data.save(web1, { os: 'Debian' })).toBe(true)
  await data.close()
  for (const grains of [
    { os: 'x'.repeat(101) },
    { [`k${'x'.repeat(100)}`]: 1 },
    { list: [1, 2, 3, 4] },
    { a: { b: { c: [[[]]] } } },
  ]) {
    expect([data.save(web1, grains), data.grains(web1)]).toEqual([false, undefined])
    expect(() => data.checkSize(web1, grains)).toThrow(expect.objectContaining({ code: 'VALUE_TOO_LARGE' }))
  }
  await data.close()
  expect(existsSync(fileOf('web1'))).toBe(false)
  expect(captured.find('grains are too large and not kept')?.fields).toMatchObject({ id: 'web1' })
  expect(data.save(web1, { os: 'x'.repeat(90), list: [1, 2] })).toBe(true)
})

test('without minion_data_cache grains are known and not written', async () => {
  const limits = { grains_max_bytes: 1e6, grains_max_values: 1e6, minion_data_cache: false }
  const data = open(silentLog, limits)
  data.save(web1, { os: 'Debian' })
  await data.close()
  expect([data.grains(web1), existsSync(fileOf('web1'))]).toEqual([{ os: 'Debian' }, false])
})
