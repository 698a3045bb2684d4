// SPDX-License-Identifier: Apache-2.0
/** What went wrong with updaters of others in the field, where nobody was near to mend it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  beginTrial,
  confirm,
  countAttempt,
  FrozenApp,
  type Layout,
  LocalDirectory,
  readFailed,
  readTrial,
  readVerdict,
  rollBack,
  setNote,
} from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nameOf, placeRelease, zipRelease } from './support/releases.ts'
import { SignedApp } from './support/signed-app.ts'

const [first, old, next] = ['0.9', '1.0', '1.1'].map((version) => nameOf(version)) as [string, string, string]

let root: string
let zips: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'halite-field-'))
  zips = join(root, 'zips')
  mkdirSync(zips)
  for (const version of ['0.9', '1.0']) placeRelease(root, { version })
  writeFileSync(join(root, 'current'), `${old}\n`)
  writeFileSync(join(root, 'previous'), `${first}\n`)
})

afterEach(() => rmSync(root, { recursive: true }))

const open = () => new FrozenApp({ root, finder: new LocalDirectory(zips) })
const current = () => readFileSync(join(root, 'current'), 'utf8')

function onTrial(layout: Layout, note: unknown = null): void {
  beginTrial(layout, { version: next, judge: old, needs: 'start', maxAttempts: 2, deadlineMs: 1000, note })
}

test('a power cut left files full of NUL bytes, and every command failed from then on', async () => {
  await zipRelease(zips, { version: '1.1' })
  for (const name of ['current', 'previous', 'trial', 'verdict', 'failed', '.update.lock'])
    writeFileSync(join(root, name), Buffer.alloc(120))
  expect(open().version).toBe('1.0')
  expect(await open().autoUpdate()).toBe('1.1')
  expect(current()).toBe(`${next}\n`)
  expect(readTrial(open().layout)?.judge).toBe(old)
})

test('what was known of the repository was full of NUL bytes', async () => {
  const signed = await SignedApp.open()
  try {
    expect(await signed.app().findUpdate()).toBe('1.1')
    const [directory = ''] = signed.known()
    for (const name of readdirSync(directory).filter((one) => one.endsWith('.json'))) {
      const path = join(directory, name)
      writeFileSync(path, Buffer.alloc(statSync(path).size))
      expect(await signed.app().findUpdate()).toBe('1.1')
    }
  } finally {
    signed.close()
  }
})

test('a damaged mark of the upgrade kept the program from starting', () => {
  placeRelease(root, { version: '1.1' })
  onTrial(open().layout)
  const { layout } = open()
  for (const content of [
    '{',
    `${old}\n{"version":"${next}"`,
    `${old}\n[]\n`,
    'null',
    `${'x'.repeat(70_000)}\n`,
  ]) {
    writeFileSync(layout.trial, content)
    expect(countAttempt(layout)).toBe(true)
    expect(readTrial(layout)).toBeUndefined()
    expect(readFileSync(`${layout.trial}.corrupt`, 'utf8')).toBe(content)
  }
})

test('a damaged file beside the versions blocked all upgrades', async () => {
  await zipRelease(zips, { version: '1.1' })
  writeFileSync(join(root, 'failed'), 'not json')
  writeFileSync(join(root, 'versions', `${nameOf('0.8')}`), 'a file where a folder should be')
  mkdirSync(join(root, 'versions', nameOf('0.7')))
  writeFileSync(join(root, 'versions', nameOf('0.7'), 'MANIFEST.json'), '\0\0\0')
  expect(await open().autoUpdate()).toBe('1.1')
})

describe('a way back led to a version that was not there', () => {
  beforeEach(() => {
    placeRelease(root, { version: '1.1' })
    onTrial(open().layout)
  })

  test('the newest other version is taken', () => {
    rmSync(join(root, 'versions', old, 'lib/app.js'))
    expect(rollBack(open().layout, 'test')).toBe(true)
    expect(current()).toBe(`${first}\n`)
    expect(readFailed(open().layout)).toEqual([{ version: next, reason: 'test' }])
  })

  test('without any other, the new one stays, and that is said', () => {
    for (const name of [first, old]) rmSync(join(root, 'versions', name), { recursive: true })
    const { layout } = open()
    for (let starts = 0; starts < 5; starts += 1) expect(countAttempt(layout) || starts >= 2).toBe(true)
    expect(current()).toBe(`${next}\n`)
    expect(readTrial(layout)).toBeUndefined()
    expect(readVerdict(layout)).toMatchObject({ outcome: 'confirmed' })
    expect(readVerdict(layout)?.reason).toMatch(/there is no other version to go back to$/)
    expect(readFailed(layout)).toEqual([])
  })
})

test('a mark was written over a longer one, whose end stayed', () => {
  placeRelease(root, { version: '1.1' })
  const { layout } = open()
  onTrial(layout, 'x'.repeat(10_000))
  setNote(layout, 'short')
  expect(readFileSync(layout.trial, 'utf8')).toMatch(/^[^\n]+\n[^\n]+\n$/)
  expect(statSync(layout.trial).size).toBeLessThan(1000)
  expect(confirm(layout, next, 'test')).toBe(true)
  expect(readVerdict(layout)?.note).toBe('short')
})
