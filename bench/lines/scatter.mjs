// SPDX-License-Identifier: Apache-2.0
// Scatter-gather: one `test.ping` to every minion and all the returns, against bare sockets that move the same frames.
import { setTimeout as delay } from 'node:timers/promises'
import { fittingCount, startBareFleet, startFleet } from '../fleet.mjs'
import { cpuMs, interleave, median, medianOf } from '../measure.mjs'

const sizes = [1000, 9600]
/** A baseline that costs more is badly written, one that costs less leaves work out. */
const bareCpuUs = { least: 32 * 0.7, most: 32 * 1.3 }
/** After the product was held still for the baseline's turn its heartbeats catch up. */
const settleMs = 1500
/** From one heartbeat to the next: within it the master acknowledges what was returned. */
const heartbeatMs = 15_000
/** Jobs before anything is timed: a master that runs for long has compiled what it does. */
const warmUpJobs = 40
/** Jobs in one turn. */
const jobsATurn = 3
/** Returns from which CPU is measured: fewer, after a pause, measure how caches and compiled code warm up. */
const returnsForCpu = 20_000

/** The line for each size: wall against the baseline's, and CPU of the master for each return. */
export async function scatterLines({ rounds, quick }) {
  const lines = []
  for (const wanted of quick ? sizes.slice(0, 1) : sizes) {
    lines.push(...(await linesFor(wanted, { rounds })))
  }
  return lines
}

async function linesFor(wanted, { rounds }) {
  try {
    return linesOf(await measureScatter(fittingCount(wanted), { rounds }), wanted)
  } catch (error) {
    const name = `scatter-gather test.ping, ${wanted.toLocaleString('en')} minions`
    return [
      {
        id: `scatter-${wanted}-wall`,
        name,
        failed: true,
        notes: [`failed: ${error.message.split('\n')[0]}`],
      },
    ]
  }
}

/** Medians of the product and of the bare sockets with `count` minions. */
export async function measureScatter(count, { rounds }) {
  const bare = await startBareFleet(count)
  const fleet = await startFleet(count).catch(async (error) => {
    await bare.close()
    throw error
  })
  try {
    const works = {
      bare: () => bareRound(bare, fleet),
      product: () => timed(fleet.masterPid, () => scatter(fleet.client, count)),
    }
    for (let job = 0; job < warmUpJobs; job += 1) {
      await bare.ask('sync')
      await scatter(fleet.client, count)
    }
    const { bare: bareRounds, product } = await interleave(works, { rounds })
    const cpuMsOfJobs = []
    for (let round = 0; round < rounds; round += 1) cpuMsOfJobs.push(await productCpuMs(fleet, count))
    return {
      count,
      bareWallMs: medianOf(bareRounds, 'wallMs'),
      bareCpuUs: (medianOf(bareRounds, 'cpuMs') * 1000) / count,
      productWallMs: medianOf(product, 'wallMs'),
      productCpuUs: (median(cpuMsOfJobs) * 1000) / count,
    }
  } finally {
    await fleet.close()
    await bare.close()
  }
}

/** The product's idle heartbeats would burden the baseline and flatter the ratio: it is stopped for the moment. */
async function bareRound(bare, fleet) {
  const others = [fleet.masterPid, ...fleet.hostPids]
  for (const pid of others) process.kill(pid, 'SIGSTOP')
  try {
    return await timed(bare.masterPid, () => bare.ask('sync'))
  } finally {
    for (const pid of others) process.kill(pid, 'SIGCONT')
    await delay(settleMs)
  }
}

/**
 * CPU of the master for one job. Returns are acknowledged with the answers to the heartbeat that follows: that is part of what
 * they cost. What the master does between two heartbeats when nothing is asked is not.
 */
async function productCpuMs({ client, masterPid }, count) {
  const jobs = Math.max(jobsATurn, Math.ceil(returnsForCpu / count))
  const idleCpuMs = await cpuWhile(masterPid, () => delay(heartbeatMs))
  const allCpuMs = await cpuWhile(masterPid, async () => {
    for (let job = 0; job < jobs; job += 1) await scatter(client, count)
    await delay(heartbeatMs)
  })
  const waiting = await acknowledgementsWaiting(client)
  if (waiting > 0) throw new Error(`${waiting} minions were not acknowledged in the time that was measured`)
  return (allCpuMs - idleCpuMs) / jobs
}

async function acknowledgementsWaiting(client) {
  const { requests } = await client.connection.request('status', {})
  return requests.acknowledgements_waiting
}

async function scatter(client, count) {
  const returns = await client.cmd('*', 'test.ping')
  const came = Object.keys(returns).length
  if (came !== count) throw new Error(`${came} of ${count} minions returned`)
}

/** Wall and CPU of one job, as the mean of a few. */
async function timed(pid, work) {
  let wallMs = 0
  const allCpuMs = await cpuWhile(pid, async () => {
    const startMs = performance.now()
    for (let job = 0; job < jobsATurn; job += 1) await work()
    wallMs = (performance.now() - startMs) / jobsATurn
  })
  return { wallMs, cpuMs: allCpuMs / jobsATurn }
}

async function cpuWhile(pid, work) {
  const before = cpuMs(pid)
  await work()
  return cpuMs(pid) - before
}

function linesOf({ count, bareWallMs, bareCpuUs: bareUs, productWallMs, productCpuUs }, wanted) {
  const name = `scatter-gather test.ping, ${count.toLocaleString('en')} minions`
  const isSound = bareUs >= bareCpuUs.least && bareUs <= bareCpuUs.most
  const notes = [
    ...(count === wanted ? [] : [`${wanted} do not fit the limit of open files`]),
    ...(isSound ? [] : [`baseline not sound, no verdict: ${bareUs.toFixed(1)} us of master CPU a return`]),
  ]
  const cpu = { cpu: productCpuUs, baselineCpu: bareUs }
  return [
    {
      id: `scatter-${wanted}-wall`,
      name,
      value: productWallMs,
      unit: 'ms',
      baseline: bareWallMs,
      against: 'bare sockets',
      ...(isSound ? { reach: { ratio: 1.8 } } : {}),
      ...cpu,
      notes,
    },
    {
      id: `scatter-${wanted}-cpu`,
      name: `${name}: master CPU a return`,
      value: productCpuUs,
      unit: 'us',
      baseline: bareUs,
      against: 'bare sockets',
      reach: { atMost: 60 },
      ...cpu,
      notes,
    },
  ]
}
