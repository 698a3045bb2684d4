// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Masterless } from './fixtures/masterless.ts'

/* A disk that is full, and one that nothing may be written to: the state fails with the reason, and the run goes on. */

const skipped = reasonToSkip()
const machine = new Masterless()
const disk = machine.path('disk')
const large = 4 * 1024 * 1024

beforeAll(() => {
  if (skipped !== undefined) return
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk])
})
afterAll(() => {
  if (skipped === undefined) execFileSync('umount', [disk])
  machine[Symbol.dispose]()
})
beforeEach((ctx) => ctx.skip(skipped !== undefined, skipped ?? ''))

interface Result {
  readonly result: boolean | null
  readonly comment: string
}

function apply(sls: string): Result[] {
  machine.write({ 'roots/one.sls': sls })
  return Object.values(machine.saltCall(['-l', 'quiet', 'state.apply', 'one']) as Record<string, Result>)
}

test('a full disk: what was there stays as it was, and nothing half-written is left', () => {
  machine.write({ 'roots/large': 'x'.repeat(large) })
  writeFileSync(join(disk, 'kept'), 'as it was')
  const [replaced, made, small] = apply(`
replaced: {file.managed: [name: ${disk}/kept, source: 'salt://large']}
made: {file.managed: [name: ${disk}/new, source: 'salt://large']}
small: {file.managed: [name: ${disk}/small, contents: fits]}
`)
  for (const failed of [replaced, made])
    expect(failed).toMatchObject({ result: false, comment: expect.stringMatching(/no space left/i) })
  expect(small?.result).toBe(true)
  expect(readFileSync(join(disk, 'kept'), 'utf8')).toBe('as it was')
  expect(existsSync(join(disk, 'new'))).toBe(false)
  expect(readdirSync(disk).sort()).toEqual(['kept', 'small'])
})

test('a read-only file system: each state that would change it fails, and the others run', () => {
  execFileSync('mount', ['-o', 'remount,ro', disk])
  const results = apply(`
managed: {file.managed: [name: ${disk}/new, contents: text]}
directory: {file.directory: [name: ${disk}/folder]}
absent: {file.absent: [name: ${disk}/kept]}
touched: {file.touch: [name: ${disk}/touched]}
unchanged: {file.managed: [name: ${disk}/kept, contents: 'as it was', contents_newline: false]}
elsewhere: {file.managed: [name: ${machine.path('elsewhere')}, contents: text]}
`)
  const [unchanged, elsewhere] = results.slice(4)
  for (const failed of results.slice(0, 4))
    expect(failed).toMatchObject({ result: false, comment: expect.stringMatching(/read-only file system/i) })
  expect([unchanged?.result, elsewhere?.result]).toEqual([true, true])
})

function reasonToSkip(): string | undefined {
  if (process.env['HALITE_TEST_HOST'] !== '1') return 'it mounts, which is for HALITE_TEST_HOST=1'
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it mounts, which needs root on Linux'
  return undefined
}
