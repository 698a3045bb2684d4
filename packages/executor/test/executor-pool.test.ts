// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import {
  isAlive,
  type Jid,
  jobEnd,
  type Logger,
  parseJid,
  parseMinionId,
  silentLog,
  unpack,
} from '@halite/core'
import { until } from '@halite/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { ExecutorPool } from '../src/executor-pool.ts'
import type { Graces } from '../src/executor-settings.ts'
import type { PackedResult } from '../src/result.ts'

const executor = join(import.meta.dirname, 'fake-executor.mjs')
let pool: ExecutorPool | undefined
let count = 0

afterEach(() => pool?.close())

function open(changes: { executor?: string; graces?: Graces; log?: Logger } = {}): ExecutorPool {
  pool = new ExecutorPool({
    files: { executor: changes.executor ?? executor, manifest: 'none' },
    id: parseMinionId('m'),
    // The fake asks nothing of the daemon.
    asks: {},
    log: changes.log ?? silentLog,
    memoryLimit: () => Number.POSITIVE_INFINITY,
    facts: () => ({ options: {}, grains: {}, pillar: {}, site: [] }),
    returnLimits: { maxBytes: 1e6, maxDepth: 64, maxValues: 1e6 },
    graces: changes.graces ?? { killMs: 20_000, termMs: 20_000, answerMs: 200 },
  })
  return pool
}

interface Started {
  readonly jid: Jid
  readonly abort: AbortController
  readonly pids: number[]
  readonly result: Promise<PackedResult>
  readonly value: Promise<unknown>
}

function start(on: ExecutorPool, fun: string, ...arg: unknown[]): Started {
  return startWith(new AbortController(), on, { fun, arg })
}

function startWith(
  abort: AbortController,
  on: ExecutorPool,
  { fun, arg }: { readonly fun: string; readonly arg: readonly unknown[] },
): Started {
  count += 1
  const jid = parseJid(`20260102030405${String(count).padStart(6, '0')}`)
  const pids: number[] = []
  const result = on.run({
    message: {
      type: 'run',
      kind: 'execution',
      jid,
      fun,
      arg,
      user: 'root',
      tgt: 'm',
      tgtType: 'glob',
      ret: '',
    },
    signal: abort.signal,
    onStart: (pid) => pids.push(pid),
  })
  return { jid, abort, pids, result, value: result.then(({ return: packed }) => unpack(packed)) }
}

describe('one job after the other', () => {
  test('shares one process', async () => {
    const on = open()
    const first = await start(on, 'pid').value
    expect(await start(on, 'pid').value).toBe(first)
  })

  test('gets another process when the spare has gone meanwhile', async () => {
    const on = open()
    const first = Number(await start(on, 'leave').value)
    await until('the spare has gone', () => !isAlive(first))
    expect(await start(on, 'pid').value).not.toBe(first)
  })

  test('is sent only the facts that changed', async () => {
    const on = open()
    expect(await start(on, 'parts').value).toEqual([['options', 'grains', 'pillar', 'site']])
    expect(await start(on, 'setups').value).toBe(1)
    on.refresh('pillar')
    on.refresh('pillar', 'grains')
    expect(await start(on, 'parts').value).toEqual([
      ['options', 'grains', 'pillar', 'site'],
      ['grains', 'pillar'],
    ])
  })
})

describe('jobs at the same time', () => {
  test('each have a process, and one of them stays as the spare', async () => {
    const on = open()
    const jobs = [1, 2, 3].map(() => start(on, 'later', 50))
    await Promise.all(jobs.map(({ result }) => result))
    const pids = jobs.flatMap((job) => job.pids)
    expect(new Set(pids).size).toBe(3)
    await until('two are gone', () => pids.filter(isAlive).length === 1)
  })
})

describe('a job whose process ends', () => {
  test.each([
    ['exit', [0], 'exited with code 0'],
    ['exit', [7], 'exited with code 7'],
    ['die', [], 'was ended by SIGSEGV'],
  ])('by %s %j is a result that says so', async (fun, arg, how) => {
    const on = open()
    const job = start(on, fun, ...arg)
    expect(await job.value).toBe(`ERROR: the process that ran the job ${how} before the job returned`)
    expect(await job.result).toMatchObject({ retcode: 1, success: false })
    expect(await start(on, 'echo', 'next').value).toBe('next')
  })

  test('because it could never start says so too', async () => {
    const on = open({ executor: join(import.meta.dirname, 'there-is-no-such-file.mjs') })
    expect(await start(on, 'echo', 1).value).toBe(
      'ERROR: the process that ran the job exited with code 1 before the job returned',
    )
  })
})

describe('ending a job', () => {
  test.each(['hang', 'loop'])('that does not end by itself (%s) ends its process', async (fun) => {
    const on = open()
    const job = start(on, fun)
    await until('it has begun', () => job.pids.length === 1)
    job.abort.abort()
    expect(await job.value).toContain('was ended by SIGKILL')
    expect(await start(on, 'echo', 'next').value).toBe('next')
  })

  test('that was ended before starts no process', async () => {
    const on = open()
    const abort = new AbortController()
    abort.abort()
    const ended = startWith(abort, on, { fun: 'echo', arg: [1] })
    expect(await ended.value).toBe('ERROR: the job was ended before it began')
    expect(ended.pids).toEqual([])
  })
})

describe('a job that is aborted', () => {
  test.each([
    ['SIGKILL', 'ERROR: the job was ended by a test'],
    ['SIGTERM', 'tidied after SIGTERM'],
  ] as const)(
    'with %s has time to clean up, and its process is gone afterwards',
    async (signal, returned) => {
      const on = open()
      const job = start(on, 'tidy', 400)
      await until('it has begun', () => job.pids.length === 1)
      job.abort.abort(jobEnd('the job was ended by a test', signal))
      expect(await job.value).toBe(returned)
      await until('the process is gone', () => !isAlive(job.pids[0] ?? 0))
      expect(await start(on, 'echo', 'next').value).toBe('next')
    },
  )

  test.each([
    ['SIGKILL', { killMs: 300, termMs: 60_000, answerMs: 60_000 }],
    ['SIGTERM', { killMs: 60_000, termMs: 300, answerMs: 60_000 }],
  ] as const)(
    'with %s and cleans up without end is killed after the grace period',
    async (signal, graces) => {
      const on = open({ graces })
      const job = start(on, 'tidy')
      await until('it has begun', () => job.pids.length === 1)
      job.abort.abort(jobEnd('the job was ended by a test', signal))
      expect(await job.result).toMatchObject({ retcode: 1, success: false })
      expect(await job.value).toBe('ERROR: the job was ended by a test')
      await until('the process is gone', () => !isAlive(job.pids[0] ?? 0))
    },
  )
})

test('what is no message of an executor is dropped', async () => {
  const on = open()
  expect(await start(on, 'babble').value).toBe('sense')
})

test('a process that floods its daemon is ended, and logged in two lines', async () => {
  const logged: string[] = []
  const note = (message: string) => void logged.push(message)
  const on = open({ log: { ...silentLog, warning: note, error: note } })
  const flood = start(on, 'flood')
  expect(await flood.value).toContain('was ended by SIGKILL')
  expect(logged).toEqual(['message of an executor dropped', 'executor ended: it sends what are no messages'])
  expect(await start(on, 'echo', 'next').value).toBe('next')
})

test('an answer for another job, or a second one, changes nothing', async () => {
  const on = open()
  expect(await start(on, 'confuse').value).toBe('right')
  expect(await start(on, 'echo', 'next').value).toBe('next')
})

test('close ends every process, and the jobs under way say so', async () => {
  const on = open()
  await start(on, 'echo', 1).value
  const jobs = [start(on, 'hang'), start(on, 'loop')]
  await until('both have begun', () => jobs.every(({ pids }) => pids.length === 1))
  on.close()
  for (const { value } of jobs) expect(await value).toContain('was ended by SIGKILL')
  await until('they are gone', () => !jobs.flatMap(({ pids }) => pids).some(isAlive))
})
