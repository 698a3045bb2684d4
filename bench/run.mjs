// SPDX-License-Identifier: Apache-2.0
// `npm run bench`: what the product takes, beside what bare Node and bare sockets take for the same in the same run.
// `-- --only scatter,calls` runs some lines, `--quick` fewer rounds and no large fleets, `--peer salt` Salt itself too.
// Ends with 1 when CPU per operation, divided by its baseline's, grew by more than 15 % since bench/results/last.json.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { compare } from './compare.mjs'
import * as calls from './lines/calls.mjs'
import * as commands from './lines/commands.mjs'
import { fileTreeLines } from './lines/file-trees.mjs'
import { fileLines } from './lines/files.mjs'
import { firstSecondLines } from './lines/first-second.mjs'
import { highstateLines } from './lines/highstates.mjs'
import * as memory from './lines/memory.mjs'
import { pillarLines } from './lines/pillar.mjs'
import { renderingLines } from './lines/rendering.mjs'
import { scatterLines } from './lines/scatter.mjs'
import { stateLines } from './lines/states.mjs'
import { storeLines } from './lines/store.mjs'
import { stormLines } from './lines/storm.mjs'
import { updateLines } from './lines/updates.mjs'
import { windowsMachineLines } from './lines/windows-machine.mjs'
import { windowsPackageLines } from './lines/windows-packages.mjs'
import { peerFigures, recordedFigures } from './peer.mjs'
import { printTable } from './table.mjs'

const groups = {
  'salt-call': commands.callLines,
  salt: commands.saltLines,
  calls: calls.callLines,
  'first-second': firstSecondLines,
  throughput: calls.throughputLines,
  scatter: scatterLines,
  storm: stormLines,
  'minion-memory': memory.minionMemoryLines,
  'master-idle': memory.masterIdleLines,
  'minion-start': commands.minionStartLines,
  'dead-minion': commands.deadMinionLines,
  store: storeLines,
  files: fileLines,
  rendering: renderingLines,
  trees: fileTreeLines,
  states: stateLines,
  highstates: highstateLines,
  pillar: pillarLines,
  'windows-packages': windowsPackageLines,
  updates: updateLines,
  'windows-machine': windowsMachineLines,
}
const resultsFile = join(import.meta.dirname, 'results', 'last.json')
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    peer: { type: 'string' },
  },
})

const lines = await measure(chosenGroups())
const peer = flags.peer === 'salt' ? await peerFigures() : recordedFigures()
const before = previous()
const { compared, grown } = compare(lines, before)
printTable(compared, peer)
if (!flags.quick) save(compared, before)
if (grown.length > 0) console.error(`\nCPU per operation grew by more than 15 %: ${grown.join(', ')}`)
process.exit(grown.length > 0 ? 1 : 0)

function chosenGroups() {
  const names = flags.only?.split(',') ?? Object.keys(groups)
  const unknown = names.filter((name) => groups[name] === undefined)
  if (unknown.length === 0) return names
  console.error(`There is no line ${unknown.join(', ')}; there are: ${Object.keys(groups).join(', ')}`)
  process.exit(64)
}

/** A group that fails is a line that says so; the others go on. */
async function measure(names) {
  const measured = []
  for (const name of names) {
    const startMs = performance.now()
    process.stderr.write(`${name} …`)
    try {
      measured.push(...(await groups[name]({ rounds: 5, quick: flags.quick })))
    } catch (error) {
      measured.push({ id: name, name, notes: [`failed: ${error.message.split('\n')[0]}`], failed: true })
    }
    process.stderr.write(` ${((performance.now() - startMs) / 1000).toFixed(0)} s\n`)
  }
  return measured
}

function previous() {
  try {
    return JSON.parse(readFileSync(resultsFile, 'utf8'))
  } catch {
    // The first run has nothing to compare with.
    return { lines: [] }
  }
}

/** Lines that were not measured this time keep what was measured last. */
function save(measured, before) {
  const ids = new Set(measured.map(({ id }) => id))
  const kept = before.lines.filter(({ id }) => !ids.has(id))
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }
  mkdirSync(dirname(resultsFile), { recursive: true })
  const result = { taken: new Date().toISOString().slice(0, 10), machine, lines: [...kept, ...measured] }
  writeFileSync(resultsFile, `${JSON.stringify(result, forFile, 2)}\n`)
}

/** Numbers to five digits; lists of notes as one text, which a formatter leaves as it is. */
function forFile(_key, value) {
  if (Array.isArray(value) && typeof value[0] === 'string') return value.join('; ')
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value
}
