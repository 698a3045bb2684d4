// SPDX-License-Identifier: Apache-2.0
// What a line is made of: wall time, CPU and memory of processes as Linux accounts them, and medians.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** The middle of the values; the mean of the two middle ones when their number is even. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The value below which `share` (0 … 1) of the values lie. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** CPU a process has used so far in all its threads, ms; 0 for one that is gone. Exact to the microsecond. */
export function cpuMs(pid) {
  let nanoseconds = 0
  for (const thread of entries(`/proc/${pid}/task`)) {
    nanoseconds += Number(textOf(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] || 0)
  }
  return nanoseconds / 1e6
}

/** Proportional set size of a process, MiB; 0 for one that is gone. */
export function pssMiB(pid) {
  const kib = /^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1]
  return Number(kib ?? 0) / 1024
}

/** A process and everything below it. */
export function processTree(pid) {
  const parents = new Map(
    entries('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(name)]),
  )
  const found = [pid]
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child)
  return found
}

/** Runs a program to its end: wall and CPU (user and system, ms), exit code and standard output. */
export async function timeProcess(command, { env } = {}) {
  // The shell adds a fork, outside of what it measures; its clock for children is exact to the millisecond.
  const script = 'TIMEFORMAT="%3R %3U %3S"; { time "$@" 2>&4; } 4>&2 2>&3'
  const child = spawn('/bin/bash', ['-c', script, 'bash', ...command], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  })
  const [stdout, stderr, times] = child.stdio.slice(1).map(collect)
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [wall, user, system] = times().trim().split(' ').map(Number)
  return { code, wallMs: wall * 1000, cpuMs: (user + system) * 1000, stdout: stdout(), stderr: stderr() }
}

/**
 * Runs each of the named works in turn, round by round, so that what disturbs one disturbs its neighbours: name → results.
 * The first `warmUp` rounds are dropped.
 */
export async function interleave(works, { rounds, warmUp = 1 }) {
  const results = Object.fromEntries(Object.keys(works).map((name) => [name, []]))
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [name, work] of Object.entries(works)) {
      const result = await work()
      if (round >= 0) results[name].push(result)
    }
  }
  return results
}

/** A line that compares runs of a program (`timeProcess`) with those of another. */
export function comparison(product, baseline) {
  return {
    value: medianOf(product, 'wallMs'),
    unit: 'ms',
    baseline: medianOf(baseline, 'wallMs'),
    cpu: medianOf(product, 'cpuMs'),
    baselineCpu: medianOf(baseline, 'cpuMs'),
  }
}

/** The median of one field of results. */
export function medianOf(results, field) {
  return median(results.map((result) => result[field]))
}

/** Resolves once the check holds; rejects after `limitMs`. */
export async function until(what, isTrue, limitMs = 60_000) {
  const endMs = performance.now() + limitMs
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`within ${limitMs} ms it did not come true that ${what}`)
    await delay(20)
  }
}

function collect(stream) {
  const chunks = []
  stream.on('data', (chunk) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}

function parentOf(pid) {
  const stat = textOf(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function entries(path) {
  try {
    return readdirSync(path)
  } catch {
    // The process ended.
    return []
  }
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The process ended.
    return ''
  }
}
