// SPDX-License-Identifier: Apache-2.0
import type { ManifestEntry } from '@halite/loader'
import { expect, test } from 'vitest'
import { manifest } from '../../packages/modules/src/manifest.generated.ts'
import { expectNone } from './expect-none.ts'

/**
 * What the minion's daemon runs itself, without an executor: quick, without side effects, unable to hang.
 * Anything else could stop the daemon from answering `saltutil.running`. `*` stands for every function of a module.
 */
const runInDaemon = [
  'test.*',
  'sys.*',
  'match.*',
  'grains.equals',
  'grains.get',
  'grains.item',
  'grains.items',
  'grains.ls',
  'grains.has_value',
  'grains.fetch',
  'grains.filter_by',
  'config.*',
  'pillar.get',
  'pillar.fetch',
  'pillar.item',
  'pillar.raw',
  'pillar.keys',
  'pillar.filter_by',
  'saltutil.running',
  'saltutil.find_job',
  'saltutil.is_running',
  'saltutil.kill_job',
  'saltutil.term_job',
  'saltutil.signal_job',
  'saltutil.term_all_jobs',
  'saltutil.kill_all_jobs',
  'saltutil.refresh_grains',
  'saltutil.refresh_pillar',
  'saltutil.pillar_refresh',
  'saltutil.refresh_modules',
]

/** Functions that a `*` above names and that need an executor all the same, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'sys.renderer_doc': 'imports renderers, which run in executors',
  'test.sleep': 'waits as long as it is told',
  'test.rand_sleep': 'waits as long as it is told',
  'test.fib': 'computes as long as it is told',
  'test.collatz': 'computes as long as it is told',
  'test.tty': 'writes to a device, which may not take it',
  'test.attr_call': 'runs another function',
  'test.cross_test': 'runs the function it is given',
  'test.try': 'runs the function it is given',
}

const functions = Object.values(manifest.execution ?? {}).flatMap(namesOf)

test('only functions of the list run in the daemon', () => {
  const offences = functions.filter(({ name, inline }) => inline && !belongsInDaemon(name))
  expectNone('These need an executor (`inline: false`), or a place in the list', offences.map(nameOf))
})

test('every function of the list that exists does run there', () => {
  const offences = functions.filter(({ name, inline }) => !inline && belongsInDaemon(name))
  expectNone('These are quick and pure (`inline: true`), or an exception', offences.map(nameOf))
})

test('no exception outlives its function', () => {
  const gone = Object.keys(exceptions).filter((name) => functions.every((one) => one.name !== name))
  expectNone('Not in the manifest', gone)
})

test('the floor of a minion is there: ping, running, find_job, kill_job', () => {
  const floor = ['test.ping', 'saltutil.running', 'saltutil.find_job', 'saltutil.kill_job']
  expect(functions.filter(({ inline }) => inline).map(nameOf)).toEqual(expect.arrayContaining(floor))
})

function belongsInDaemon(name: string): boolean {
  if (exceptions[name] !== undefined) return false
  return runInDaemon.includes(name) || runInDaemon.includes(`${name.split('.')[0]}.*`)
}

function namesOf({ name, virtual, functions: names = [], inline = [] }: ManifestEntry) {
  return names.map((one) => ({ name: `${virtual ?? name}.${one}`, inline: inline.includes(one) }))
}

function nameOf({ name }: { name: string }): string {
  return name
}
