// SPDX-License-Identifier: Apache-2.0
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram, run } from '@halite/core'
import { confirm, Layout, readTrial } from '@halite/updater'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { nameOf, placeRelease, zipRelease } from '../../../packages/updater/test/support/releases.ts'

const [oldest, old, next] = ['0.9', '1.0', '1.1'].map((version) => nameOf(version)) as [
  string,
  string,
  string,
]
const startFile = readFileSync(
  join(import.meta.dirname, '../../../packages/updater/launcher/start.sh'),
  'utf8',
)
const driver = join(import.meta.dirname, 'step.mjs')
/** The calls that change what is on the disk, but for writes into files that nobody looks at yet. */
const calls = ['rename', 'mkdir', 'fsync', 'link', 'unlink', 'rmdir'] as const
/** More often none of these is called. */
const mostCalls = 60

let template: string
let zips: string
let root: string

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'halite-kill-'))
  zips = join(template, 'zips')
  const app = join(template, 'app')
  for (const version of ['0.9', '1.0']) placeRelease(app, { version })
  writeFileSync(join(app, 'current'), `${old}\n`)
  writeFileSync(join(app, 'previous'), `${oldest}\n`)
  writeFileSync(join(app, 'app'), startFile.replace('@DAEMONS@', 'none'), { mode: 0o755 })
  await zipRelease(zips, { version: '1.1', files: { 'lib/deep/er/file.js': 'x' } })
})

beforeEach((ctx) => {
  ctx.skip(process.env['HALITE_TEST_UPDATES'] !== '1', 'takes minutes: npm run test:updates')
  ctx.skip(findProgram('strace') === undefined, 'strace is not installed')
  root = join(template, 'run')
  restore()
})

afterEach(() => rmSync(join(template, 'run'), { recursive: true, force: true }))
afterAll(() => rmSync(template, { recursive: true }))

function restore(): void {
  rmSync(root, { recursive: true, force: true })
  cpSync(join(template, 'app'), root, { recursive: true })
}

const step = (...words: string[]) => run([process.execPath, driver, ...words])

/** The step with a fault at the `at`-th call; resolves to whether there were so many. */
async function faulty(
  fault: string,
  words: readonly string[],
): Promise<{ reached: boolean; retcode: number }> {
  const mark = fault.includes('SIGKILL') ? /killed by SIGKILL/ : /\(INJECTED\)/
  const log = join(template, 'strace.log')
  const argv = [
    'strace',
    '-f',
    '-y',
    '-qq',
    '-o',
    log,
    '-e',
    'trace=none',
    '-e',
    `inject=${fault}`,
    process.execPath,
    driver,
  ]
  const traced = argv.map((word) =>
    word === 'trace=none' ? `trace=fsync,rename,${fault.split(':')[0]}` : word,
  )
  const { retcode } = await run([...traced, ...words], { timeoutMs: 60_000 })
  return { reached: mark.test(readFileSync(log, 'utf8')), retcode }
}

/** Whatever happened: what starts is whole, and the next run leaves nothing behind. */
async function startsOneOf(versions: readonly string[]): Promise<void> {
  const { stdout, stderr } = await run([join(root, 'app')], { env: {} })
  expect(versions.map((version) => `app ${version}\n`)).toContain(`${stdout}${stderr}`)
}

function expectNoLeftovers(): void {
  // What was to become a lock stays for a moment: it may be of a process that is about to take it.
  const left = readdirSync(root, { recursive: true }).filter((path) =>
    /updates|\.tmp|\.gone|\.lock$/.test(String(path)),
  )
  expect(left).toEqual([])
}

async function atEachCall(
  fault: (call: string, at: number) => string,
  check: (result: number) => Promise<void>,
  words: () => string[],
) {
  let points = 0
  for (const call of calls) {
    for (let at = 1; at <= mostCalls; at += 1) {
      restore()
      prepare?.()
      const { reached, retcode } = await faulty(fault(call, at), words())
      if (!reached) break
      points += 1
      await check(retcode).catch((error: unknown) => {
        throw new Error(`after ${fault(call, at)}: ${error}`, { cause: error })
      })
    }
  }
  return points
}

let prepare: (() => void) | undefined
afterEach(() => {
  prepare = undefined
})

const kill = (call: string, at: number) => `${call}:signal=SIGKILL:when=${at}`

describe('killed at any call that changes the disk', { timeout: 1_200_000 }, () => {
  test('of an update, a whole version starts, and the next run finishes', async ({ annotate }) => {
    const points = await atEachCall(
      kill,
      async () => {
        await startsOneOf(['1.0', '1.1'])
        expect((await step('update', root, zips)).retcode).toBe(0)
        expectNoLeftovers()
        await startsOneOf(['1.1'])
        expect(readTrial(new Layout(root))?.judge).toBe(old)
        expect(confirm(new Layout(root), next, 'test')).toBe(true)
      },
      () => ['update', root, zips],
    )
    await annotate(`${points} points`)
    expect(points).toBeGreaterThan(20)
  })

  test('of the way back, it is taken in the end', async ({ annotate }) => {
    prepare = onTrial
    const points = await atEachCall(
      kill,
      async () => {
        await startsOneOf(['1.0', '1.1'])
        expect((await step('roll-back', root)).retcode).toBe(0)
        await startsOneOf(['1.0'])
        expect(existsSync(join(root, 'trial'))).toBe(false)
      },
      () => ['roll-back', root],
    )
    await annotate(`${points} points`)
    expect(points).toBeGreaterThan(5)
  })

  test('of a confirmation, it counts in the end', async ({ annotate }) => {
    prepare = onTrial
    const points = await atEachCall(
      kill,
      async () => {
        await startsOneOf(['1.1'])
        expect((await step('confirm', root, zips, next)).retcode).toBe(0)
        await startsOneOf(['1.1'])
        expect(existsSync(join(root, 'trial'))).toBe(false)
      },
      () => ['confirm', root, zips, next],
    )
    await annotate(`${points} points`)
    expect(points).toBeGreaterThan(3)
  })
})

test('power fails at any call of an update: what was not flushed is lost, a whole version starts, and the next run finishes', {
  timeout: 1_200_000,
}, async ({ annotate }) => {
  let known = new Set<number>()
  prepare = () => {
    known = new Set(filesBelow(root).map((path) => statSync(path).ino))
  }
  let lost = 0
  const points = await atEachCall(
    kill,
    async () => {
      lost += losePower(known, lost % 2 === 0)
      await startsOneOf(['1.0', '1.1'])
      expect((await step('update', root, zips)).retcode).toBe(0)
      expectNoLeftovers()
      await startsOneOf(['1.1'])
      expect(readTrial(new Layout(root))?.judge).toBe(old)
    },
    () => ['update', root, zips],
  )
  await annotate(`${points} points, ${lost} files lost`)
  expect(points).toBeGreaterThan(20)
  expect(lost).toBeGreaterThan(20)
})

test('with a full disk at any call, an update says so and changes nothing that starts', {
  timeout: 1_200_000,
}, async () => {
  const full = (call: string, at: number) => `${call}:error=ENOSPC:when=${at}`
  const points = await atEachCall(
    full,
    async () => {
      await startsOneOf(['1.0', '1.1'])
      expect((await step('update', root, zips)).retcode).toBe(0)
      expectNoLeftovers()
      await startsOneOf(['1.1'])
    },
    () => ['update', root, zips],
  )
  expect(points).toBeGreaterThan(10)
})

test('two updaters at once: one does it, the other says who', { timeout: 60_000 }, async (ctx) => {
  mkdirSync(root, { recursive: true })
  const results = await Promise.all([step('update', root, zips), step('update', root, zips)])
  const said = results.map(({ stdout, stderr }) => `${stdout}${stderr}`)
  ctx.annotate(said.join(' | '))
  expect(said.some((text) => text === '1.1\n')).toBe(true)
  expect(
    said.every((text) => /^1\.1\n|^undefined\n|update is already running on .* \(pid \d+\)/.test(text)),
  ).toBe(true)
  await startsOneOf(['1.1'])
})

/** Files that are new and were not flushed hold nothing after that, or zeros: file systems do either. Returns how many there are. */
function losePower(known: ReadonlySet<number>, fill: boolean): number {
  const flushed = flushedIn(readFileSync(join(template, 'strace.log'), 'utf8'))
  const unsafe = filesBelow(root).filter((path) => !flushed.has(path) && !known.has(statSync(path).ino))
  for (const path of unsafe) writeFileSync(path, fill ? Buffer.alloc(statSync(path).size) : '')
  return unsafe.length
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The files whose bytes were on the disk when the log ends, by the names that they have then. */
function flushedIn(log: string): ReadonlySet<string> {
  let flushed = new Set<string>()
  for (const line of wholeCalls(log)) {
    const [, path, from = '', to = ''] =
      /^(?:fsync\(\d+<([^>]*)>\)|rename\("([^"]*)", "([^"]*)"\)) += 0$/.exec(line) ?? []
    if (path !== undefined) flushed.add(path)
    if (from === '') continue
    const isIn = (folder: string, one: string) => one === folder || one.startsWith(`${folder}/`)
    const kept = [...flushed].filter((one) => !isIn(to, one))
    flushed = new Set(kept.map((one) => (isIn(from, one) ? `${to}${one.slice(from.length)}` : one)))
  }
  return flushed
}

/** strace cuts a call in two where another thread comes between. */
function wholeCalls(log: string): string[] {
  const begun = new Map<string, string>()
  return log.split('\n').flatMap((line) => {
    const [, pid = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const [, start] = /^(.*) <unfinished \.\.\.>$/.exec(text) ?? []
    const [, end] = /^<\.\.\. \w+ resumed>(.*)$/.exec(text) ?? []
    if (start !== undefined) begun.set(pid, start)
    if (start !== undefined) return []
    return [end === undefined ? text : `${begun.get(pid) ?? ''}${end}`]
  })
}

/** The new version is switched to, and not decided. */
function onTrial(): void {
  placeRelease(root, { version: '1.1' })
  writeFileSync(join(root, 'current'), `${next}\n`)
  writeFileSync(join(root, 'previous'), `${old}\n`)
  const trial = {
    version: next,
    judge: old,
    needs: 'start',
    maxAttempts: 2,
    deadlineMs: 1000,
    attempts: 1,
    note: null,
  }
  writeFileSync(join(root, 'trial'), `${old}\n${JSON.stringify(trial)}\n`)
}
