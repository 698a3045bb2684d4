// SPDX-License-Identifier: Apache-2.0
// Pillar of a whole fleet at once, ten templates for each minion, and what a ping of the fleet takes meanwhile.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fittingCount, startFleet } from '../fleet.mjs'
import { cpuMs, median } from '../measure.mjs'

const wanted = 1000
const templates = 10
const grainsOfMinion = {
  os: 'Debian',
  os_family: 'Debian',
  ...Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`grain${index}`, `value ${index}`])),
}

/** Every pillar is a first one: before each round a file of all of them has changed. */
export async function pillarLines({ rounds }) {
  const roots = `/tmp/halite-bench-pillar-${process.pid}`
  mkdirSync(roots, { recursive: true })
  const count = fittingCount(wanted)
  writeTemplates(roots, 0)
  const fleet = await startFleet(count, { pillar_roots: { base: [roots] } }, grainsOfMinion)
  try {
    const ping = () => timed(() => fleet.client.cmd('*', 'test.ping'))
    await fleet.ask('_pillar')
    await ping()
    const [quiet, busy, served, cpu] = [[], [], [], []]
    for (let round = 1; round <= rounds; round += 1) {
      for (let turn = 0; turn < 3; turn += 1) quiet.push(await ping())
      writeTemplates(roots, round)
      const before = cpuMs(fleet.masterPid)
      let isDone = false
      const asking = timed(() => fleet.ask('_pillar')).finally(() => {
        isDone = true
      })
      while (!isDone) busy.push(await ping())
      served.push(await asking)
      cpu.push(cpuMs(fleet.masterPid) - before)
    }
    const name = `pillar of ${count.toLocaleString('en')} minions at once, ${templates} templates each`
    return [
      {
        id: 'pillar-served',
        name,
        value: median(served),
        unit: 'ms',
        reach: { atMost: 5000 },
        notes: [
          `${Math.round((median(cpu) * 1000) / count)} us CPU of the master a minion, the pings included`,
        ],
      },
      {
        id: 'pillar-ping',
        name: `test.ping of the fleet meanwhile (${busy.length} pings)`,
        value: median(busy),
        unit: 'ms',
        baseline: median(quiet),
        against: 'the same when all is quiet',
        reach: { ratio: 1.5 },
      },
    ]
  } finally {
    await fleet.close()
    rmSync(roots, { recursive: true, force: true })
  }
}

/** Each gives every minion something else: nothing can be shared among them. */
function writeTemplates(roots, round) {
  const names = Array.from({ length: templates }, (_, index) => `t${index}`)
  writeFileSync(join(roots, 'top.sls'), `base:\n  '*': [${names.join(', ')}]\n`)
  for (const name of names) {
    const lines = [
      "{% set roles = ['web', 'db', 'cache'] %}",
      `${name}:`,
      `  round: ${round}`,
      "  id: {{ grains['id'] }}",
      "  family: {{ grains.get('os_family', 'none') }}",
      '{% for role in roles %}',
      '  {{ role }}:',
      '    port: {{ 8000 + loop.index }}',
      "    path: {{ '/srv/%s/%s' | format(role, grains['os'] | lower) }}",
      '{% endfor %}',
    ]
    writeFileSync(join(roots, `${name}.sls`), `${lines.join('\n')}\n`)
  }
}

async function timed(work) {
  const startMs = performance.now()
  await work()
  return performance.now() - startMs
}
