// SPDX-License-Identifier: Apache-2.0
// How soon a master, a minion and a program that have all just started are at speed: none of their code has run before.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startCluster } from '../cluster.mjs'
import { startBareFleet } from '../fleet.mjs'
import { cpuMs, interleave, medianOf } from '../measure.mjs'

const run = promisify(execFile)
const seconds = 3
const folder = join(import.meta.dirname, '..')

/** Calls in the first second and in the third, of processes that are new in each round, against bare sockets as new. */
export async function firstSecondLines({ rounds }) {
  const { bare, product } = await interleave(
    { bare: bareRound, product: productRound },
    { rounds, warmUp: 0 },
  )
  const line = (id, name, field) => ({
    id,
    name: `LocalClient.cmd('*', 'test.ping') of new processes, ${name}`,
    value: medianOf(product, field),
    unit: '/s',
    baseline: medianOf(bare, field),
    against: 'bare sockets',
  })
  const first = {
    ...line('first-second', 'first second', 'first'),
    reach: { atLeast: 1000 },
    cpu: medianOf(product, 'cpu'),
    baselineCpu: medianOf(bare, 'cpu'),
  }
  return [first, line('third-second', 'third second', 'third')]
}

async function productRound() {
  const cluster = await startCluster({ minions: ['m1'] })
  try {
    await cluster.waitConnected()
    return await round('first-calls.mjs', cluster.configDir('master'), cluster.master.pid)
  } finally {
    await cluster.close()
  }
}

async function bareRound() {
  const fleet = await startBareFleet(1)
  try {
    return await round('baseline/first-asks.mjs', fleet.path, fleet.masterPid)
  } finally {
    await fleet.close()
  }
}

/** What the program got done, and what each answer cost the master. */
async function round(program, place, pid) {
  const before = cpuMs(pid)
  const { stdout } = await run(process.execPath, [join(folder, program), place, String(seconds)])
  const answers = JSON.parse(stdout)
  const within = (second) => answers.filter((ms) => Math.floor(ms / 1000) === second).length
  return { first: within(0), third: within(2), cpu: (cpuMs(pid) - before) / answers.length }
}
