// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { loadOptions, parseJid, parseMinionId, silentLog } from '@halite/core'
import { Registry } from '@halite/loader'
import { manifest } from '@halite/modules'
import type { Job } from '@halite/protocol'
import { removeTemporaryDirectory, temporaryDirectory, until } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { JobQueue } from '../../src/jobs/job-queue.ts'
import { JobRunner, type JobRunnerInit } from '../../src/jobs/job-runner.ts'
import { ReturnJournal } from '../../src/jobs/return-journal.ts'
import { RunningJobs } from '../../src/jobs/running-jobs.ts'

const jid = parseJid('20260102030405000001')
const other = parseJid('20260102030405000002')
const job: Job = { jid, fun: 'test.ping', arg: [], tgt: '*', tgt_type: 'glob', ret: '', user: 'root' }

let directory: string
let journal: ReturnJournal
let running: RunningJobs
let runner: JobRunner
/** Whether a return was on disk when it was handed over to be sent. */
let sent: boolean[]

const path = () => join(directory, 'returns.journal')
const isOnDisk = (of = jid) => readFileSync(path()).includes(of)

beforeEach(() => {
  directory = temporaryDirectory('runner')
  journal = new ReturnJournal(path(), silentLog)
  running = new RunningJobs(directory)
  sent = []
  const { options } = loadOptions('minion', { overrides: { root_dir: directory, cachedir: directory } })
  const registry = new Registry(manifest, { options, log: silentLog, inDaemon: true })
  runner = new JobRunner({
    id: parseMinionId('m1'),
    options,
    registry: () => registry,
    grains: () => ({}),
    pillar: () => ({}),
    refreshModules: async () => undefined,
    log: silentLog,
    // Inline functions use neither.
    services: {} as JobRunnerInit['services'],
    pool: undefined as never,
    queue: new JobQueue(0),
    running,
    journal,
  })
})
afterEach(() => {
  journal.close()
  removeTemporaryDirectory(directory)
})

const source = {
  master: '10.0.0.1:4506',
  started: () => undefined,
  returnReady: () => sent.push(isOnDisk()),
}

test('a return of an inline job is handed over before it is on disk, where it is when the turn of the loop ends', async () => {
  runner.receive(job, { ...source, returnReady: () => void setImmediate().then(() => sent.push(isOnDisk())) })
  await until('the return is on disk', () => isOnDisk())
  await runner.idle()
  await setImmediate()
  expect(sent).toEqual([true])

  sent = []
  runner.receive({ ...job, jid: other }, { ...source, returnReady: () => sent.push(isOnDisk(other)) })
  await runner.idle()
  expect(sent).toEqual([false])
  expect(isOnDisk(other)).toBe(true)
  expect(journal.pending()).toMatchObject([{ ret: { jid } }, { ret: { jid: other } }])
})

test('the return of an inline job that took long enough to be noted is on disk before it is sent', async () => {
  runner.receive({ ...job, fun: 'test.sleep', arg: [0.2] }, source)
  await runner.idle()
  expect(sent).toEqual([true])
  expect(journal.has(jid)).toBe(true)
  expect(running.has(jid)).toBe(false)
})

test('a return that nobody acknowledges stays on disk for the next process', async () => {
  runner.receive(job, source)
  await runner.idle()
  await setImmediate()
  const next = new ReturnJournal(path(), silentLog)
  expect(next.pending()).toMatchObject([{ ret: { jid } }])
  next.close()
})

test('a job whose record cannot be removed is over all the same', async () => {
  const record = join(directory, 'proc', jid)
  runner.receive({ ...job, fun: 'test.sleep', arg: [0.2] }, source)
  await until('the job is noted', () => existsSync(record))
  rmSync(record)
  mkdirSync(record)
  await runner.idle()
  expect(sent).toEqual([true])
  expect(running.has(jid)).toBe(false)
})
