// SPDX-License-Identifier: Apache-2.0
// What daemons take while nothing happens: proportional set size of all their processes, and CPU.
import { setTimeout as delay } from 'node:timers/promises'
import { startCluster } from '../cluster.mjs'
import { startBareFleet, startFleet } from '../fleet.mjs'
import { cpuMs, interleave, median, processTree, pssMiB } from '../measure.mjs'

const settleMs = 5000
/** From one heartbeat to the next: within it each minion confirms one. */
const windowMs = 15_000
const idleMinions = 1000

/** A minion beside its master, against a process with its two sockets and nothing else. */
export async function minionMemoryLines({ rounds }) {
  const works = { bare: bareMinionPss, product: minionPss }
  const { bare, product } = await interleave(works, { rounds, warmUp: 0 })
  return [
    {
      id: 'minion-pss',
      name: 'idle minion beside a master, PSS',
      value: median(product),
      unit: 'MiB',
      baseline: median(bare),
      against: 'bare sockets',
      reach: { atMost: 58 },
    },
  ]
}

async function minionPss() {
  const cluster = await startCluster({ minions: ['m1'] })
  try {
    await cluster.waitConnected()
    await cluster.run('salt', '*', 'test.ping')
    await delay(settleMs)
    return sumPss(cluster.minion('m1').pid)
  } finally {
    await cluster.close()
  }
}

async function bareMinionPss() {
  const bare = await startBareFleet(1)
  try {
    await bare.ask('sync')
    await delay(settleMs)
    return sumPss(bare.hostPids[0])
  } finally {
    await bare.close()
  }
}

/** A master with a thousand idle minions. */
export async function masterIdleLines({ rounds }) {
  const bare = await startBareFleet(idleMinions)
  const bareMemory = sumPss(bare.masterPid)
  await bare.close()
  const fleet = await startFleet(idleMinions)
  try {
    await delay(settleMs)
    const shares = []
    for (let round = 0; round < rounds; round += 1) shares.push(await busyPercent(fleet.masterPid))
    const name = 'master, 1,000 idle minions'
    return [
      {
        id: 'master-pss',
        name: `${name}, PSS`,
        value: sumPss(fleet.masterPid),
        unit: 'MiB',
        baseline: bareMemory,
        against: 'bare sockets',
        reach: { atMost: 170 },
      },
      {
        id: 'master-idle',
        name: `${name}, CPU`,
        value: median(shares),
        unit: '% of a core',
        reach: { atMost: 3 },
      },
    ]
  } finally {
    await fleet.close()
  }
}

async function busyPercent(pid) {
  const startMs = performance.now()
  const before = cpuMs(pid)
  await delay(windowMs)
  return ((cpuMs(pid) - before) / (performance.now() - startMs)) * 100
}

function sumPss(pid) {
  return processTree(pid).reduce((sum, one) => sum + pssMiB(one), 0)
}
