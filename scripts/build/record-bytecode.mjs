// SPDX-License-Identifier: Apache-2.0
// Bytecode of what programs run, kept beside the bundle for the Node that runs this: each program runs once as people use it
// and leaves what V8 compiled meanwhile. Programs that find it start with a fifth less CPU (docs/adr/010-bytecode.md).
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fleet } from '../fleet.mjs'
import { bytecodePlace } from './bytecode-place.mjs'

/** Records into `dist/` of `root`, which is built. When a program fails it says so: programs start slower then. */
export async function recordBytecode(root) {
  try {
    await record(root)
  } catch (error) {
    mkdirSync(bytecodePlace(root), { recursive: true })
    console.error(`No bytecode is kept, programs start slower: ${error.message}`)
  }
}

async function record(root) {
  const folder = mkdtempSync(join(tmpdir(), 'halite-bytecode-'))
  const fleet = new Fleet({ minions: ['m1'], env: { HALITE_RECORD_BYTECODE: folder } })
  try {
    await exercise(fleet)
    await fleet.stop()
    keep(folder, bytecodePlace(root))
  } finally {
    await fleet.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function exercise(fleet) {
  await fleet.start()
  await run(fleet, ['salt-key', '-y', '-A'])
  await fleet.connected()
  await run(fleet, ['salt', '*', 'test.ping'])
  await run(fleet, ['salt', '*', 'cmd.run', 'true'])
  await run(fleet, ['salt', '*', 'state.template_str', statesIn(fleet.directory)])
  await run(fleet, ['salt-run', 'jobs.list_jobs'])
  const config = fleet.configOf('m1')
  await run(fleet, ['salt-call', '--local', 'state.template_str', statesIn(fleet.directory)], { config })
}

/** Of what runs of states use most. */
function statesIn(directory) {
  return `
{% for name in ['a', 'b'] %}
DIRECTORY/{{ name }}:
  file.managed: [contents: {{ name | upper }}, mode: '0600']
{% endfor %}
'true':
  cmd.run: [onchanges: [file: DIRECTORY/a]]
ping:
  module.run: [name: test.ping]
`.replaceAll('DIRECTORY', directory)
}

/** Puts the files where programs look for them, whole or not at all; those of other Nodes stay. */
function keep(folder, place) {
  const staging = `${place}.next`
  rmSync(staging, { recursive: true, force: true })
  mkdirSync(staging, { recursive: true })
  for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(staging, name))
  rmSync(place, { recursive: true, force: true })
  renameSync(staging, place)
}

async function run(fleet, [program, ...words], settings) {
  const { code, stderr } = await fleet.tool(program, words, settings)
  if (code !== 0)
    throw new Error(`${program} ${words.join(' ')} ended with exit code ${code}: ${stderr.trim()}`)
}
