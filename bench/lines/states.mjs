// SPDX-License-Identifier: Apache-2.0
// States of a machine without a master: whole processes, from the first to the last moment of salt-call; Salt beside where
// SALT_PYTHON names a Python that has it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '@halite/testing'
import { median } from '../measure.mjs'

const chained = 5000
const managed = 1000

export function stateLines({ rounds, quick }) {
  const directory = `/tmp/halite-bench-states-${process.pid}`
  const repeats = quick ? 2 : rounds
  prepare(directory)
  try {
    const files = join(directory, 'out')
    const empty = () => {
      rmSync(files, { recursive: true, force: true })
      mkdirSync(files)
    }
    const nothing = () => undefined
    const node = seconds(repeats, nothing, () => spawnSync(process.execPath, ['-e', '0']))
    const line = ({ id, name, sls, before = nothing, atMost, baseline }) => ({
      id,
      name,
      unit: 's',
      ...inTurns(repeats, before, { value: () => ours(directory, sls), ...baseline?.work }),
      ...(baseline && { against: baseline.against }),
      reach: { atMost },
      notes: saltNotes(() => seconds(1, before, () => salts(directory, sls))),
    })
    return [
      line({ id: 'states-two', name: 'state.apply of two trivial states', sls: 'two', atMost: 3 * node }),
      line({ id: 'states-chain', name: `${chained} chained test.nop`, sls: 'chain', atMost: 1.2 }),
      line({
        id: 'states-new',
        name: `${managed} file.managed, created`,
        sls: 'files',
        before: empty,
        atMost: 1,
        baseline: { work: { baseline: () => bareFiles(files) }, against: 'a bare process that creates them' },
      }),
      line({ id: 'states-same', name: `${managed} file.managed, unchanged`, sls: 'files', atMost: 0.5 }),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function prepare(directory) {
  const roots = join(directory, 'roots')
  for (const path of [roots, join(directory, 'conf'), join(directory, 'out')])
    mkdirSync(path, { recursive: true })
  const conf = {
    id: 'm1',
    file_client: 'local',
    root_dir: join(directory, 'root'),
    file_roots: { base: [roots] },
  }
  writeFileSync(join(directory, 'conf/minion'), JSON.stringify({ ...conf, log_level: 'quiet' }))
  writeFileSync(join(roots, 'two.sls'), 'a: test.nop\nb: test.succeed_with_changes\n')
  const chain = Array.from({ length: chained }, (_, n) => {
    const requisite = n === 0 ? '    []\n' : `    - require:\n      - test: s${n - 1}\n`
    return `s${n}:\n  test.nop:\n${requisite}`
  })
  writeFileSync(join(roots, 'chain.sls'), chain.join(''))
  const files = Array.from(
    { length: managed },
    (_, n) => `${join(directory, 'out', `f${n}`)}:\n  file.managed:\n    - contents: hello ${n}\n`,
  )
  writeFileSync(join(roots, 'files.sls'), files.join(''))
}

const words = (directory, sls) => [
  '--local',
  '-c',
  join(directory, 'conf'),
  '--out',
  'quiet',
  'state.apply',
  sls,
]

function ours(directory, sls) {
  succeeded(spawnSync(process.execPath, [join(repositoryRoot, 'bin/salt-call'), ...words(directory, sls)]))
}

/** As many files by a process that does nothing else. */
function bareFiles(directory) {
  const script = join(import.meta.dirname, '../baseline/create-files.mjs')
  succeeded(spawnSync(process.execPath, [script, directory, String(managed)]))
}

function salts(directory, sls) {
  const code = 'import sys; from salt.scripts import salt_call; sys.argv[0] = "salt-call"; salt_call()'
  succeeded(spawnSync(process.env['SALT_PYTHON'], ['-c', code, ...words(directory, sls)]))
}

function succeeded({ status, stderr }) {
  if (status !== 0) throw new Error(`a process exited with ${status}: ${stderr}`)
}

/** What Salt takes for the same, where it is there. */
function saltNotes(measured) {
  return process.env['SALT_PYTHON'] ? [`Salt: ${measured().toFixed(2)} s`] : []
}

/** The median of several rounds, each prepared by `before`. */
function seconds(repeats, before, work) {
  return inTurns(repeats, before, { work }).work
}

/** The medians of several works by their names, done in turns: what slows the machine down meanwhile slows all of them. */
function inTurns(repeats, before, works) {
  const names = Object.keys(works)
  const taken = Array.from({ length: repeats }, () =>
    names.map((name) => {
      before()
      const start = performance.now()
      works[name]()
      return (performance.now() - start) / 1000
    }),
  )
  return Object.fromEntries(names.map((name, at) => [name, median(taken.map((round) => round[at]))]))
}
