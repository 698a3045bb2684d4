// SPDX-License-Identifier: Apache-2.0
// Commands as a person types them, from the start of the process to its end.
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LocalClient } from '@halite/client'
import { startCluster } from '../cluster.mjs'
import { startBareFleet } from '../fleet.mjs'
import { comparison, interleave, median, medianOf, timeProcess } from '../measure.mjs'
import { bareClient, otherNode, root } from '../programs.mjs'

const tool = (name) => join(root, 'bin', name)
const connectedLimitMs = 30_000

/** `salt-call --local test.ping` against an empty script, on this Node and on Node 24. */
export async function callLines({ rounds }) {
  const cluster = await startCluster({ minions: ['m1'], start: false })
  try {
    const config = cluster.configDir('m1')
    const lines = [await callLine(process.execPath, 'this Node', { config, rounds })]
    lines.push(await callLineOf24({ config, rounds }))
    return lines
  } finally {
    await cluster.close()
  }
}

async function callLineOf24(how) {
  try {
    const node = await otherNode(24)
    // As a clone is that this Node set up: with bytecode of its own.
    await succeeding([node, join(root, 'scripts', 'setup.mjs')])
    return await callLine(node, 'Node 24', how)
  } catch (error) {
    return {
      id: 'salt-call-24',
      name: 'salt-call --local test.ping, Node 24',
      notes: [`not measured: ${error.message.split('\n')[0]}`],
    }
  }
}

async function callLine(node, title, { config, rounds }) {
  const { empty, call } = await interleave(
    {
      empty: () => succeeding([node, '-e', '0']),
      call: () => succeeding([node, tool('salt-call'), '-c', config, '--local', 'test.ping']),
    },
    { rounds: rounds * 3, warmUp: 2 },
  )
  const is24 = title === 'Node 24'
  return {
    id: is24 ? 'salt-call-24' : 'salt-call',
    name: `salt-call --local test.ping, ${title}`,
    ...comparison(call, empty),
    against: 'node -e 0',
    ...(is24 ? {} : { reach: { ratio: 2.2 } }),
  }
}

/** `salt '*' test.ping` with one minion, against a bare client over ipc. */
export async function saltLines({ rounds }) {
  const client = await bareClient()
  const bare = await startBareFleet(1)
  const cluster = await startCluster({ minions: ['m1'] })
  try {
    await cluster.waitConnected(['m1'], connectedLimitMs)
    const { asker, salt } = await interleave(
      {
        asker: () => succeeding([process.execPath, client, bare.path]),
        salt: () => succeeding([tool('salt'), '-c', cluster.configDir('master'), '*', 'test.ping']),
      },
      { rounds: rounds * 3, warmUp: 2 },
    )
    return [
      {
        id: 'salt-ping',
        name: "salt '*' test.ping, 1 minion",
        ...comparison(salt, asker),
        against: 'bare ipc client',
        reach: { ratio: 2 },
      },
    ]
  } finally {
    await cluster.close()
    await bare.close()
  }
}

/** From the start of a minion whose key is known to the answer of its first job. */
export async function minionStartLines({ rounds }) {
  const cluster = await startCluster({ minions: ['m1'] })
  const client = new LocalClient({ options: cluster.masterOptions })
  try {
    await cluster.waitConnected(['m1'], connectedLimitMs)
    const { empty, start, job } = await interleave(
      {
        empty: () => succeeding([process.execPath, '-e', '0']),
        start: () => startAndPing(cluster, client),
        job: async () => {
          const startMs = performance.now()
          await client.cmd('m1', 'cmd.run', ['true'])
          return { wallMs: performance.now() - startMs }
        },
      },
      { rounds },
    )
    return [
      {
        id: 'minion-start',
        name: 'minion start, known key, to the first ping answered',
        value: medianOf(start, 'wallMs'),
        unit: 'ms',
        baseline: medianOf(empty, 'wallMs'),
        against: 'node -e 0',
        reach: { atMost: 350 },
      },
      {
        id: 'first-job',
        name: 'first cmd.run of a minion',
        value: medianOf(job, 'wallMs'),
        unit: 'ms',
        baseline: medianOf(empty, 'wallMs'),
        against: 'node -e 0',
        reach: { atMost: 250 },
      },
    ]
  } finally {
    await client.close()
    await cluster.close()
  }
}

async function startAndPing(cluster, client) {
  await cluster.minion('m1').stop()
  const startMs = performance.now()
  const started = cluster.minion('m1').start()
  // While it is away a job is answered at once with the reason.
  while ((await client.cmd('m1', 'test.ping'))['m1'] !== true) await delay(2)
  const wallMs = performance.now() - startMs
  await started
  return { wallMs }
}

/** `salt '*' test.ping -t 3` when one of two minions was killed: how long, how it exits, what it says. */
export async function deadMinionLines({ rounds }) {
  const cluster = await startCluster({ minions: ['m1', 'm2'] })
  try {
    await cluster.waitConnected(['m1', 'm2'], connectedLimitMs)
    cluster.minion('m2').kill('SIGKILL')
    const runs = []
    for (let round = 0; round < rounds; round += 1) {
      runs.push(
        await timeProcess([tool('salt'), '-c', cluster.configDir('master'), '*', 'test.ping', '-t', '3']),
      )
    }
    const reason = /m2:\n\s+(.*)/.exec(runs[0].stdout)?.[1] ?? `not told: ${runs[0].stdout}`
    const codes = [...new Set(runs.map(({ code }) => code))]
    return [
      {
        id: 'dead-minion',
        name: "salt '*' test.ping -t 3, one of two minions dead",
        value: median(runs.map(({ wallMs }) => wallMs)),
        unit: 'ms',
        baseline: 3000,
        against: 'its timeout',
        reach: { atMost: 3500 },
        failed: codes.some((code) => code !== 1),
        notes: [
          `exit ${codes.join(', ')}`,
          `"${reason}"`,
          `first run after the kill ${runs[0].wallMs.toFixed(0)} ms`,
        ],
      },
    ]
  } finally {
    await cluster.close()
  }
}

async function succeeding(command) {
  const result = await timeProcess(command)
  if (result.code !== 0)
    throw new Error(`${command.join(' ')} ended with ${result.code}: ${result.stderr}${result.stdout}`)
  return result
}
