// SPDX-License-Identifier: Apache-2.0
// States through a master: a large highstate on a warm minion, and many minions that apply states while the master is pinged.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { LocalClient } from '@halite/client'
import { startCluster } from '../cluster.mjs'
import { median, processTree, quantile } from '../measure.mjs'

const slsCount = 200
const statesAnSls = 15
const crowd = 50
const statesAMinion = 100
const pingEveryMs = 20

export async function highstateLines({ rounds, quick }) {
  return [...(await largeLines(quick ? 2 : rounds)), await crowdLine(quick ? 10 : crowd)]
}

/** Every template asks the pillar for the number of its states, and each state for a value. */
async function largeLines(rounds) {
  const roots = `/tmp/halite-bench-highstate-${process.pid}`
  const cluster = await startCluster({ minions: ['m1'], masterConfig: prepareLarge(roots) })
  const client = new LocalClient({ options: cluster.masterOptions })
  try {
    await cluster.waitConnected()
    const apply = () => client.cmd('m1', 'state.highstate', [], { timeout: 120 })
    checked(await apply(), 'm1', slsCount * statesAnSls)
    await apply()
    const seconds = []
    for (let round = 0; round < rounds; round += 1) {
      const startMs = performance.now()
      await apply()
      seconds.push((performance.now() - startMs) / 1000)
    }
    const name = `highstate of ${slsCount} sls, ${slsCount * statesAnSls} states, pillar in each, warm minion`
    return [
      { id: 'highstate-large', name, unit: 's', value: median(seconds), reach: { atMost: 1.5 } },
      {
        id: 'highstate-memory',
        name: 'the most that a process of that minion held',
        unit: 'MiB',
        value: Math.max(...processTree(cluster.minion('m1').pid).map(mostMiB)),
        reach: { atMost: 200 },
      },
    ]
  } finally {
    await client.close()
    await cluster.close()
    rmSync(roots, { recursive: true, force: true })
  }
}

/** Writes the tree; the options of a master that serves it. */
function prepareLarge(directory) {
  const [roots, pillar] = [join(directory, 'roots'), join(directory, 'pillar')]
  for (const path of [roots, pillar]) mkdirSync(path, { recursive: true })
  const names = Array.from({ length: slsCount }, (_, index) => `s${index}`)
  const top = (all) => `base:\n  '*':\n${all.map((name) => `    - ${name}\n`).join('')}`
  writeFileSync(join(roots, 'top.sls'), top(names))
  for (const name of names) {
    const lines = [
      `{% set conf = salt['pillar.get']('app:${name}', {}) %}`,
      '{% for n in range(conf.count) %}',
      `${name}-{{ n }}:`,
      '  test.configurable_test_state:',
      '    - changes: False',
      '    - result: True',
      `    - comment: {{ conf.text }} on {{ grains['id'] }}`,
      '{% endfor %}',
    ]
    writeFileSync(join(roots, `${name}.sls`), `${lines.join('\n')}\n`)
  }
  writeFileSync(join(pillar, 'top.sls'), top(['app']))
  const values = names.map((name) => `  ${name}:\n    count: ${statesAnSls}\n    text: value of ${name}\n`)
  writeFileSync(join(pillar, 'app.sls'), `app:\n${values.join('')}`)
  return { file_roots: { base: [roots] }, pillar_roots: { base: [pillar] } }
}

function checked(returns, id, count) {
  const states = Object.values(returns[id] ?? {})
  const done = states.filter((state) => state.result === true).length
  if (done !== count) throw new Error(`${done} of ${count} states succeeded`)
}

/** The most that a process ever held of memory, in MiB. */
function mostMiB(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024
}

/**
 * How long a ping waits while all minions fetch their states and return them. They would have machines of their own: here they take
 * what the master and the pinged minion leave of the cores.
 */
async function crowdLine(count) {
  const roots = `/tmp/halite-bench-crowd-${process.pid}`
  mkdirSync(roots, { recursive: true })
  const states = Array.from({ length: statesAMinion }, (_, index) => `s${index}:\n  test.nop: []\n`)
  writeFileSync(join(roots, 'many.sls'), states.join(''))
  const ids = Array.from({ length: count }, (_, index) => `m${index}`)
  const cluster = await startCluster({
    minions: [...ids, 'pinged'],
    masterConfig: { file_roots: { base: [roots] }, timeout: 120 },
  })
  const client = new LocalClient({ options: cluster.masterOptions })
  try {
    await cluster.waitConnected(undefined, 120_000)
    for (const id of ids) setPriority(cluster.minion(id).pid, constants.priority.PRIORITY_LOW)
    const ping = async () => {
      const startMs = performance.now()
      await client.cmd('pinged', 'test.ping')
      return performance.now() - startMs
    }
    await ping()
    let isDone = false
    const applied = client.cmd('m*', 'state.apply', ['many'], { timeout: 120 }).finally(() => {
      isDone = true
    })
    const pings = []
    while (!isDone) {
      pings.push(await ping())
      await new Promise((resolve) => setTimeout(resolve, pingEveryMs))
    }
    for (const id of ids) checked(await applied, id, statesAMinion)
    return {
      id: 'states-crowd',
      name: `test.ping while ${count} minions apply ${statesAMinion} states each, p99 of ${pings.length}`,
      unit: 'ms',
      value: quantile(pings, 0.99),
      reach: { atMost: 100 },
      notes: [`p50 ${median(pings).toFixed(1)} ms`],
    }
  } finally {
    await client.close()
    await cluster.close()
    rmSync(roots, { recursive: true, force: true })
  }
}
