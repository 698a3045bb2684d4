// SPDX-License-Identifier: Apache-2.0
// The job store with a million returns: how fast it is asked through the API, and whether removing old jobs holds up the
// loop. Run it with `npm run build && node bench/store.mjs [jobs] [returns of a job]`; prints a table, needs 1 GB of disk.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { RunnerClient } from '@halite/client'
import { jidAt, loadOptions, pack } from '@halite/core'
import { JobStore, Master } from '@halite/master'
import { manifest } from '@halite/modules'

const [jobs = 1000, returnsOfJob = 1000] = process.argv.slice(2).map(Number)
const directory = mkdtempSync(join(tmpdir(), 'halite-bench-'))
const root = join(directory, 'master')
const config = { root_dir: root, interface: '127.0.0.1', publish_port: 0, ret_port: 0, log_level: 'quiet' }
const { options } = loadOptions('master', { configDir: join(root, 'etc'), overrides: config })
const minions = Array.from({ length: returnsOfJob }, (_, index) => `minion${String(index).padStart(5, '0')}`)
/** About what a small function returns: 220 bytes. */
const value = pack({ stdout: 'x'.repeat(150), stderr: '', pid: 12_345, retcode: 0, when: '2026-11-20' })
const firstMs = Date.now() - jobs * 1000
const rows = []

try {
  await fill()
  await ask()
  await retain()
  print()
} finally {
  rmSync(directory, { recursive: true, force: true })
}

function jidOf(index) {
  return jidAt(BigInt(firstMs + index * 1000) * 1000n)
}

function openStore() {
  const path = join(options.cachedir, 'jobs')
  mkdirSync(path, { recursive: true })
  return JobStore.open(path)
}

async function fill() {
  const store = openStore()
  const startMs = performance.now()
  for (let index = 0; index < jobs; index += 1) {
    const jid = jidOf(index)
    const job = { jid, fun: 'cmd.run_all', arg: ['true'], tgt: '*', tgt_type: 'glob', ret: '', user: 'root' }
    await store.saveJob(job, minions)
    const ret = { jid, fun: job.fun, fun_args: job.arg, return: value, retcode: 0, success: true }
    await Promise.all(minions.map((id) => store.saveReturn(id, ret).committed))
  }
  const seconds = (performance.now() - startMs) / 1000
  const count = jobs * returnsOfJob
  rows.push(['returns stored', count.toLocaleString('en')])
  rows.push(['stored a second', Math.round(count / seconds).toLocaleString('en')])
  rows.push(['size', `${(store.bytes / 2 ** 20).toFixed(0)} MiB`])
  await store.close()
}

async function ask() {
  const master = new Master({ options, manifest })
  await master.start()
  const runner = new RunnerClient({ options })
  await time('jobs.list_jobs count=10', () => runner.cmd('jobs.list_jobs', [], { count: 10 }))
  await time('jobs.list_jobs count=100', () => runner.cmd('jobs.list_jobs', [], { count: 100 }))
  await time('jobs.list_jobs, all', () => runner.cmd('jobs.list_jobs'))
  await time(`jobs.lookup_jid, ${returnsOfJob} returns`, () =>
    runner.cmd('jobs.lookup_jid', [jidOf(Math.trunc(jobs / 2))]),
  )
  await time('jobs.lookup_jid, no such job', () => runner.cmd('jobs.lookup_jid', ['20200101000000000000']))
  await runner.close()
  await master.close()
}

async function time(what, call) {
  const samples = []
  for (let round = 0; round < 30; round += 1) {
    const startMs = performance.now()
    await call()
    samples.push(performance.now() - startMs)
  }
  samples.sort((a, b) => a - b)
  rows.push([what, `p50 ${samples[15].toFixed(1)} ms, p99 ${samples[29].toFixed(1)} ms`])
}

async function retain() {
  const store = openStore()
  await removal(store, 'half by age', { sinceWallMs: firstMs + (jobs / 2) * 1000, maxBytes: undefined })
  await removal(store, 'half of the rest by bytes', { sinceWallMs: undefined, maxBytes: store.bytes / 2 })
  await store.close()
}

async function removal(store, what, retention) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const startMs = performance.now()
  const dropped = await store.retain(retention)
  const seconds = (performance.now() - startMs) / 1000
  delay.disable()
  const held = (nanoseconds) => (nanoseconds / 1e6).toFixed(1)
  const most = `loop held p99 ${held(delay.percentile(99))} ms, most ${held(delay.max)} ms`
  rows.push([`removed ${what}`, `${dropped} jobs in ${seconds.toFixed(1)} s, ${most}`])
}

function print() {
  const width = Math.max(...rows.map(([what]) => what.length))
  console.log(`| ${'what'.padEnd(width)} | measured |\n| ${'-'.repeat(width)} | --- |`)
  for (const [what, measured] of rows) console.log(`| ${what.padEnd(width)} | ${measured} |`)
}
