// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { parseJid, parseMinionId } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkStoreFile } from '../../src/jobs/check-store-file.ts'
import { JobStore } from '../../src/jobs/job-store.ts'

let directory: string
let file: string

beforeEach(async () => {
  directory = temporaryDirectory('store')
  file = join(directory, 'data.mdb')
  const store = JobStore.open(directory)
  for (let round = 0; round < 20; round += 1) await saveOne(store, round)
  await store.close()
})
afterEach(() => removeTemporaryDirectory(directory))

async function saveOne(store: JobStore, round: number): Promise<void> {
  const jid = parseJid(`202601010000000${String(round).padStart(5, '0')}`)
  const arg = [randomBytes(3000).toString('hex')]
  await store.saveJob({ jid, fun: 'test.echo', arg, tgt: '*', tgt_type: 'glob', user: 'root' } as never, [
    parseMinionId('m1'),
  ])
}

test('a store that was closed is taken, and so is one that is in use', async () => {
  expect(() => checkStoreFile(directory)).not.toThrow()
  const store = JobStore.open(directory)
  for (let round = 20; round < 60; round += 1) {
    await saveOne(store, round)
    checkStoreFile(directory)
  }
  expect([...store.list()]).toHaveLength(60)
  await store.close()
})

test.each([
  ['that is something else', () => writeFileSync(file, randomBytes(50_000)), 'is damaged'],
  ['that is a text', () => writeFileSync(file, 'x'), 'is damaged'],
  ['of which two pages are left', () => truncateSync(file, 8192), 'is cut short: it has 2 of '],
  ['of which a part of a page is left', () => truncateSync(file, 100), 'is damaged'],
  ['of which a third is left', () => truncateSync(file, Math.floor(statSync(file).size / 3)), 'is cut short'],
  ['whose second page is overwritten', () => overwrite(4096), 'is damaged'],
])('a file %s is an error that names it', async (_, damage, message) => {
  damage()
  const open = () => JobStore.open(directory)
  expect(open).toThrow(`${file} ${message}`)
  const before = readFileSync(file)
  expect(open).toThrow(
    expect.objectContaining({ code: 'STORE_FAILED', hint: expect.stringContaining(directory) }),
  )
  expect(readFileSync(file).equals(before)).toBe(true)
})

test.each([
  ['missing', () => rmSync(file)],
  ['empty', () => truncateSync(file, 0)],
])('a %s file is filled', async (_, damage) => {
  damage()
  const store = JobStore.open(directory)
  await saveOne(store, 1)
  expect([...store.list()]).toHaveLength(1)
  await store.close()
})

function overwrite(position: number): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, randomBytes(4096), 0, 4096, position)
  closeSync(descriptor)
}
