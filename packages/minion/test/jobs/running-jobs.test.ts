// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { endingSignalOf, isAlive, parseJid, processStart, silentLog } from '@halite/core'
import type { Job } from '@halite/protocol'
import { captureLog, removeTemporaryDirectory, temporaryDirectory, until } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RunningJobs } from '../../src/jobs/running-jobs.ts'

let cachedir: string
let jobs: RunningJobs

beforeEach(() => {
  cachedir = temporaryDirectory('proc')
  jobs = new RunningJobs(cachedir)
})
afterEach(() => removeTemporaryDirectory(cachedir))

const master = '10.0.0.1:4506'
const jid = parseJid('20260102030405000001')
const job: Job = { jid, fun: 'cmd.run', arg: ['sleep 9'], tgt: '*', tgt_type: 'glob', ret: '', user: 'root' }
const files = () => readdirSync(join(cachedir, 'proc'))

test('a job that runs is listed as saltutil.running shows it, and has a file', () => {
  jobs.begin(master, job)
  expect(jobs.list()).toEqual([
    {
      jid,
      fun: 'cmd.run',
      arg: ['sleep 9'],
      tgt: '*',
      tgt_type: 'glob',
      ret: '',
      user: 'root',
      pid: process.pid,
    },
  ])
  jobs.moved(jid, 4711)
  expect(jobs.list()[0]?.pid).toBe(4711)
  expect([jobs.has(jid), jobs.size, files()]).toEqual([true, 1, [jid]])
  jobs.end(jid)
  expect([jobs.has(jid), jobs.size, files(), jobs.list()]).toEqual([false, 0, [], []])
})

test('a job whose file is still there is noted again, unreadable for others', () => {
  jobs.begin(master, job)
  const next = new RunningJobs(cachedir)
  next.begin('10.0.0.2:4506', job)
  expect(next.abandoned(silentLog)).toMatchObject([{ master: '10.0.0.2:4506', pid: process.pid }])
  expect(statSync(join(cachedir, 'proc', jid)).mode & 0o077).toBe(0)
  next.end(jid)
  jobs.end(jid)
  expect(files()).toEqual([])
})

describe('a job that changes nothing', () => {
  const notCalled = (error: unknown) => {
    throw error
  }

  test('needs no file when it is over at once', async () => {
    jobs.beginBrief(master, job, notCalled)
    expect([jobs.list().length, files(), jobs.isNoted(jid)]).toEqual([1, [], false])
    jobs.end(jid)
    // Longer than until a file would be written.
    await setTimeout(60)
    expect([jobs.list(), files()]).toEqual([[], []])
  })

  test('is noted when it goes on, and its file goes with it', async () => {
    jobs.beginBrief(master, job, notCalled)
    await until('it is noted', () => files().length === 1)
    expect(jobs.isNoted(jid)).toBe(true)
    expect(new RunningJobs(cachedir).abandoned(silentLog)).toMatchObject([{ master, pid: process.pid, job }])
    jobs.end(jid)
    expect(files()).toEqual([])
  })

  test('is noted at once when it gets a process of its own after all', async () => {
    jobs.beginBrief(master, job, notCalled)
    jobs.moved(jid, 4711)
    expect(files()).toEqual([jid])
    await setTimeout(60)
    expect(new RunningJobs(cachedir).abandoned(silentLog)).toMatchObject([{ pid: 4711 }])
    jobs.end(jid)
    expect(files()).toEqual([])
  })

  test('goes on when it cannot be noted, which is told', async () => {
    rmSync(join(cachedir, 'proc'), { recursive: true })
    const errors: unknown[] = []
    jobs.beginBrief(master, job, (error) => errors.push(error))
    await until('it is told', () => errors.length === 1)
    expect([errors, jobs.has(jid)]).toEqual([[expect.objectContaining({ code: 'ENOENT' })], true])
    jobs.end(jid)
    expect(jobs.has(jid)).toBe(false)
  })
})

describe('after a crash', () => {
  test('the jobs that ran are known, until they are ended', () => {
    jobs.begin(master, job)
    const next = new RunningJobs(cachedir)
    expect(next.abandoned(silentLog)).toMatchObject([{ master, job }])
    expect(next.list()).toEqual([])
    next.end(jid)
    expect(new RunningJobs(cachedir).abandoned(silentLog)).toEqual([])
  })

  test('a process that went on without its minion is ended, and no other one', async () => {
    const child = spawn('sleep', ['60'], { detached: true })
    await once(child, 'spawn')
    const left = { master, job, pid: child.pid ?? 0, started: processStart(child.pid ?? 0) }
    jobs.endLeftover({ ...left, started: '1' })
    expect(isAlive(left.pid)).toBe(true)
    jobs.endLeftover(left)
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL')
  })

  test('a record that cannot be read is told and removed; files that are none stay', () => {
    writeFileSync(join(cachedir, 'proc', jid), Buffer.from([0x83, 0xa6]))
    writeFileSync(join(cachedir, 'proc', 'README'), 'not ours')
    const captured = captureLog()
    expect(jobs.abandoned(captured.log)).toEqual([])
    expect(captured.find('record of a running job is not readable')?.fields['jid']).toBe(jid)
    expect(files()).toEqual(['README'])
  })
})

describe('signals', () => {
  let child: ChildProcess | undefined

  afterEach(() => {
    child?.kill('SIGKILL')
  })

  test('to a job that runs in the daemon end its wait', () => {
    const { signal } = jobs.begin(master, job)
    expect(jobs.signal(jid, 'SIGTERM', 15)).toBe(`Signal 15 sent to job ${jid} at pid ${process.pid}`)
    expect(signal.aborted).toBe(true)
  })

  test('to a job with a process abort the job first, and reach that process when they are repeated', async () => {
    child = spawn('sleep', ['60'], { detached: true })
    const ended = once(child, 'exit')
    const { signal } = jobs.begin(master, job)
    jobs.moved(jid, child.pid ?? 0)
    expect(jobs.signal(jid, 'SIGTERM', 15)).toBe(`Signal 15 sent to job ${jid} at pid ${child.pid}`)
    expect([signal.aborted, endingSignalOf(signal.reason), isAlive(child.pid ?? 0)]).toEqual([
      true,
      'SIGTERM',
      true,
    ])
    expect(signal.reason.message).toBe('the job was ended by SIGTERM before it returned')
    jobs.signal(jid, 'SIGTERM', 15)
    expect(await ended).toEqual([null, 'SIGTERM'])
  })

  test('that end no program reach the process of a job and abort nothing', async () => {
    child = spawn('sh', ['-c', 'trap "echo usr2; exit" USR2; echo ready; while :; do sleep 0.05; done'], {
      detached: true,
    })
    const lines: string[] = []
    child.stdout?.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')))
    const { signal } = jobs.begin(master, job)
    jobs.moved(jid, child.pid ?? 0)
    await until('the trap is set', () => lines.includes('ready'))
    jobs.signal(jid, 'SIGUSR2', 12)
    await until('the trap has run', () => lines.includes('usr2'))
    expect(signal.aborted).toBe(false)
  })

  test('to a job that does not run say nothing', () => {
    expect(jobs.signal(jid, 'SIGTERM', 15)).toBe('')
    expect(jobs.signal('../../etc/passwd', 'SIGTERM', 15)).toBe('')
  })

  test('end everything when the daemon stops', () => {
    const { signal } = jobs.begin(master, job)
    jobs.moved(jid, 4711)
    jobs.abortAll()
    expect([signal.aborted, endingSignalOf(signal.reason)]).toEqual([true, 'SIGKILL'])
  })
})

describe('a job that waits for its turn', () => {
  const later: Job = { ...job, jid: parseJid('20260102030405000002') }

  test('is listed as such, with no process', () => {
    jobs.begin(master, job)
    jobs.waits(jid)
    expect(jobs.list()).toMatchObject([{ jid, pid: 0, queued: true, queue_type: 'job_queue' }])
    jobs.moved(jid, 4711)
    expect(jobs.list()[0]).not.toHaveProperty('queued')
    expect(jobs.list()[0]?.pid).toBe(4711)
  })

  test('keeps its place across restarts, before those that come later', () => {
    for (const each of [job, later]) {
      jobs.begin(master, each)
      jobs.waits(each.jid)
    }
    const next = new RunningJobs(cachedir)
    const left = next.abandoned(silentLog)
    expect(left).toMatchObject([
      { job, place: 1, pid: 0 },
      { job: later, place: 2, pid: 0 },
    ])
    next.begin(master, later)
    next.waits(later.jid, 2)
    const third: Job = { ...job, jid: parseJid('20260102030405000003') }
    next.begin(master, third)
    next.waits(third.jid)
    expect(new RunningJobs(cachedir).abandoned(silentLog).map(({ place }) => place)).toEqual([1, 2, 3])
  })

  test('can be ended', () => {
    const { signal } = jobs.begin(master, job)
    jobs.waits(jid)
    jobs.signal(jid, 'SIGKILL', 9)
    jobs.signal(jid, 'SIGKILL', 9)
    expect(signal.aborted).toBe(true)
  })
})
