// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockDirectory } from '@halite/core'
import {
  beginTrial,
  confirm,
  countAttempt,
  Layout,
  noteEnd,
  readFailed,
  readTrial,
  readVerdict,
  repairCurrent,
  rollBack,
  settleTrial,
} from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keptVersions } from '../src/collect.ts'
import { readPointer, writePointer } from '../src/pointers.ts'
import { pause } from '../src/watch.ts'

const [old, next] = ['salt-1.0.linux-x64', 'salt-1.1.linux-x64']
let layout: Layout

beforeEach(() => {
  layout = new Layout(mkdtempSync(join(tmpdir(), 'halite-trial-')))
  for (const name of [old, next]) version(name)
  writeFileSync(layout.current, `${old}\n`)
})

afterEach(() => rmSync(layout.root, { recursive: true }))

function version(name: string): void {
  mkdirSync(layout.version(name), { recursive: true })
  const manifest = { app: 'salt', version: '1', platform: 'linux-x64', tools: [], files: [] }
  writeFileSync(layout.manifest(name), JSON.stringify(manifest))
}

function begin(): void {
  beginTrial(layout, {
    version: next,
    judge: old,
    needs: 'master',
    maxAttempts: 2,
    deadlineMs: 1000,
    note: { jid: '1' },
  })
}

const current = () => readFileSync(layout.current, 'utf8').trim()

describe('a new version', () => {
  test('starts on trial, and stays once it is confirmed', () => {
    begin()
    expect(current()).toBe(next)
    expect(readFileSync(layout.trial, 'utf8').split('\n')[0]).toBe(old)
    expect(countAttempt(layout)).toBe(true)
    expect(confirm(layout, next, 'it reached a master')).toBe(true)
    expect(current()).toBe(next)
    expect(readTrial(layout)).toBeUndefined()
    expect(readVerdict(layout)).toMatchObject({ outcome: 'confirmed', from: old, note: { jid: '1' } })
  })

  test('is left after too many starts, with how the last one ended', () => {
    begin()
    for (const code of [1, 7]) {
      expect(countAttempt(layout)).toBe(true)
      noteEnd(layout, `exit code ${code}`)
    }
    expect(countAttempt(layout)).toBe(false)
    expect(current()).toBe(old)
    const reason = 'it ended 2 times before it was ready: exit code 7'
    expect(readVerdict(layout)).toMatchObject({ outcome: 'rolled back', version: next, reason })
    expect(readFailed(layout)).toEqual([{ version: next, reason }])
  })

  test('cannot be confirmed by another version, nor twice', () => {
    begin()
    expect(confirm(layout, old, 'x')).toBe(false)
    expect(confirm(layout, next, 'x')).toBe(true)
    expect(confirm(layout, next, 'x')).toBe(false)
    expect(rollBack(layout, 'x')).toBe(false)
  })
})

describe('the way back of a version that is left', () => {
  const older = 'salt-0.9.linux-x64'
  const previous = () => readPointer(layout, 'previous')

  test('is that of the version before it again, and is kept meanwhile', () => {
    version(older)
    writePointer(layout, 'previous', older)
    begin()
    expect(previous()).toBe(old)
    expect([...keptVersions(layout)].sort()).toEqual([older, old, next])
    rollBack(layout, 'test')
    expect([current(), previous()]).toEqual([old, older])
  })

  test.each([
    ['there was none', () => undefined],
    ['it is damaged', () => rmSync(layout.manifest(older), { force: true })],
  ])('is absent where %s: what starts is no way back', (_what, damage) => {
    if (_what === 'it is damaged') {
      version(older)
      writePointer(layout, 'previous', older)
    }
    begin()
    damage()
    rollBack(layout, 'test')
    expect([current(), previous(), existsSync(layout.previous)]).toEqual([old, undefined, false])
  })

  test('is restored where the switch was interrupted', () => {
    version(older)
    writePointer(layout, 'previous', older)
    begin()
    writeFileSync(layout.current, `${old}\n`)
    settleTrial(layout)
    expect([current(), previous(), readFailed(layout)]).toEqual([old, older, []])
  })
})

test('whoever decides about a trial waits for another process that does', { timeout: 30_000 }, async () => {
  begin()
  const lock = lockDirectory(layout.root, 'trial')
  const script = `import { confirm, Layout } from '@halite/updater'
    console.log('ready')
    console.log(confirm(new Layout(${JSON.stringify(layout.root)}), '${next}', 'late'))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname })
  const said: string[] = []
  child.stdout.on('data', (bytes) => said.push(String(bytes).trim()))
  await once(child.stdout, 'data')
  await pause(200)
  expect(readVerdict(layout)).toBeUndefined()
  lock.release()
  await once(child, 'close')
  expect(said).toEqual(['ready', 'true'])
  expect(readVerdict(layout)).toMatchObject({ outcome: 'confirmed' })
})

describe('what was left half done', () => {
  test.each([
    ['the switch: the old version runs on', () => writeFileSync(layout.current, `${old}\n`), old],
    ['the way back, decided', () => decided('rolled back'), old],
    ['the confirmation, decided', () => decided('confirmed'), next],
  ])('%s', (_what, cut, expected) => {
    begin()
    cut()
    expect(settleTrial(layout)).toBeUndefined()
    expect(current()).toBe(expected)
    expect(readdirSync(layout.root)).not.toContain('trial')
  })

  function decided(outcome: string): void {
    const verdict = { version: next, from: old, outcome, reason: 'r', at: 1, note: null }
    writeFileSync(layout.verdict, JSON.stringify(verdict))
  }
})

describe('damaged files', () => {
  test.each(['', '\0'.repeat(40), `${old}\n{"version":`, '../../etc\n{}\n'])('a trial of %j', (content) => {
    writeFileSync(layout.trial, content)
    expect(countAttempt(layout)).toBe(true)
    expect(readdirSync(layout.root)).toContain('trial.corrupt')
    expect(current()).toBe(old)
  })

  test.each(['', '\0'.repeat(40), '[]', '{"version":1}'])(
    'a verdict and a list of failures of %j',
    (content) => {
      writeFileSync(layout.verdict, content)
      writeFileSync(layout.failed, content)
      expect(readVerdict(layout)).toBeUndefined()
      expect(readFailed(layout)).toEqual([])
      begin()
      expect(rollBack(layout, 'r')).toBe(true)
      expect(readFailed(layout)).toEqual([{ version: next, reason: 'r' }])
      expect(current()).toBe(old)
    },
  )

  test.each(['', '\0\0\0', '..', 'salt-9.9.linux-x64', '/etc/passwd'])('a pointer of %j', (content) => {
    writeFileSync(layout.current, content)
    writeFileSync(layout.previous, content)
    expect(repairCurrent(layout)).toBe(next)
    expect(current()).toBe(next)
  })

  test('without any complete version the error says what to do', () => {
    rmSync(layout.manifest(old))
    rmSync(layout.manifest(next))
    expect(() => repairCurrent(layout)).toThrow('there is no complete version')
  })
})
