// SPDX-License-Identifier: Apache-2.0
// What a long-lived program gets from `LocalClient`: calls one after the other, commands, publishing, returns.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { LocalClient } from '@halite/client'
import { startCluster } from '../cluster.mjs'
import { startBareFleet, startFleet } from '../fleet.mjs'
import { cpuMs, interleave, median, medianOf, quantile, until } from '../measure.mjs'

const run = promisify(execFile)
const callsARound = 1000
const commandsARound = 20
const publishesARound = 1500
const inFlight = 64
const returnsFrom = 1000
const jobsARound = 15
const jobsInFlight = 4

/** One call at a time to one minion: pings against bare sockets, programs against starting them right here. */
export async function callLines({ rounds }) {
  const bare = await startBareFleet(1)
  const cluster = await startCluster({ minions: ['m1'] })
  const client = new LocalClient({ options: cluster.masterOptions })
  const pid = cluster.master.pid
  try {
    await cluster.waitConnected()
    const works = {
      bare: () => oneByOne(bare.masterPid, callsARound, () => bare.ask('sync')),
      ping: () => oneByOne(pid, callsARound, () => client.cmd('m1', 'test.ping')),
      true: () => oneByOne(pid, commandsARound, () => run('true')),
      command: () => oneByOne(pid, commandsARound, () => client.cmd('m1', 'cmd.run', ['true'])),
    }
    const results = await interleave(works, { rounds, warmUp: 2 })
    return [pingLine(results), ...commandLines(results)]
  } finally {
    await client.close()
    await cluster.close()
    await bare.close()
  }
}

/** Publishing with many jobs under way, and how fast returns are committed. */
export async function throughputLines({ rounds }) {
  return [await publishLine({ rounds }), await returnsLine({ rounds })]
}

async function publishLine({ rounds }) {
  const bare = await startBareFleet(1)
  const fleet = await startFleet(1)
  try {
    const works = {
      bare: () =>
        manyAtOnce(bare.masterPid, {
          count: publishesARound,
          width: inFlight,
          work: () => bare.ask('async'),
        }),
      product: () =>
        manyAtOnce(fleet.masterPid, {
          count: publishesARound,
          width: inFlight,
          work: () => fleet.client.cmdAsync('sim00000', 'test.ping'),
        }),
    }
    const { bare: bareRuns, product } = await interleave(works, { rounds })
    return rateLine('publish', 'cmdAsync, 64 in flight, returns arriving', {
      product,
      bare: bareRuns,
      atLeast: 3000,
    })
  } finally {
    await fleet.close()
    await bare.close()
  }
}

async function returnsLine({ rounds }) {
  const bare = await startBareFleet(returnsFrom)
  const fleet = await startFleet(returnsFrom)
  const perReturn = (result) => ({
    ...result,
    rate: result.rate * returnsFrom,
    cpu: result.cpu / returnsFrom,
  })
  try {
    const works = {
      bare: async () =>
        perReturn(
          await manyAtOnce(bare.masterPid, {
            count: jobsARound,
            width: jobsInFlight,
            work: () => bare.ask('sync'),
          }),
        ),
      product: async () =>
        perReturn(
          await manyAtOnce(fleet.masterPid, {
            count: jobsARound,
            width: jobsInFlight,
            work: () => storedJob(fleet.client),
          }),
        ),
    }
    const { bare: bareRuns, product } = await interleave(works, { rounds })
    return rateLine('returns', 'returns into the store, 1,000 minions', {
      product,
      bare: bareRuns,
      atLeast: 15_000,
    })
  } finally {
    await fleet.close()
    await bare.close()
  }
}

/** A job nobody listens to, until every return of it can be read from the store. */
async function storedJob(client) {
  const jid = await client.cmdAsync('*', 'test.ping')
  const isStored = async () =>
    (await client.connection.request('job_returns', { jid })).length === returnsFrom
  await until('all returns are stored', isStored)
}

async function oneByOne(pid, count, work) {
  const samples = []
  const cpuBefore = cpuMs(pid)
  const startMs = performance.now()
  for (let index = 0; index < count; index += 1) {
    const beganMs = performance.now()
    await work()
    samples.push(performance.now() - beganMs)
  }
  const wallMs = performance.now() - startMs
  return {
    rate: (count * 1000) / wallMs,
    p50: median(samples),
    p99: quantile(samples, 0.99),
    cpu: (cpuMs(pid) - cpuBefore) / count,
  }
}

async function manyAtOnce(pid, { count, width, work }) {
  let left = count
  const cpuBefore = cpuMs(pid)
  const startMs = performance.now()
  const lane = async () => {
    while (left > 0) {
      left -= 1
      await work()
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  return { rate: (count * 1000) / (performance.now() - startMs), cpu: (cpuMs(pid) - cpuBefore) / count }
}

function pingLine({ bare, ping }) {
  const line = rateLine('calls', "LocalClient.cmd('m1', 'test.ping'), one after the other", {
    product: ping,
    bare,
    atLeast: 1000,
  })
  return {
    ...line,
    notes: [`p50 ${medianOf(ping, 'p50').toFixed(2)} ms, p99 ${medianOf(ping, 'p99').toFixed(2)} ms`],
  }
}

function commandLines({ true: bare, command }) {
  const name = "LocalClient.cmd('m1', 'cmd.run', ['true'])"
  const p50 = {
    value: medianOf(command, 'p50'),
    unit: 'ms',
    baseline: medianOf(bare, 'p50'),
    against: 'execFile',
  }
  const rate = {
    value: medianOf(command, 'rate'),
    unit: '/s',
    baseline: medianOf(bare, 'rate'),
    against: 'execFile',
  }
  return [
    { id: 'command-p50', name: `${name}, warm, p50`, ...p50, reach: { atMost: 20 } },
    { id: 'command-rate', name: `${name}, warm`, ...rate, reach: { atLeast: 50 } },
  ]
}

function rateLine(id, name, { product, bare, atLeast }) {
  return {
    id,
    name,
    value: medianOf(product, 'rate'),
    unit: '/s',
    baseline: medianOf(bare, 'rate'),
    against: 'bare sockets',
    reach: { atLeast },
    cpu: medianOf(product, 'cpu'),
    baselineCpu: medianOf(bare, 'cpu'),
  }
}
