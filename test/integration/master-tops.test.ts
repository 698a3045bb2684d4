// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Caller, RunnerClient } from '@halite/client'
import {
  type Cluster,
  captureLog,
  removeTemporaryDirectory,
  startCluster,
  temporaryDirectory,
} from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectPing, insider } from './hostile/attacker.ts'

const directory = temporaryDirectory('halite-tops')
const captured = captureLog()
let cluster: Cluster
const odd = 'w@x+1:a.b'

const tops = (name: string, body: string) =>
  `export default ({ defineTops }) => defineTops({ name: '${name}', doc: 'Of the site.', top: ${body} })`

function write(path: string, text: string): string {
  const whole = join(directory, path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, text)
  return whole
}

/** What modules do to a minion of the role `evil`. One that blocks costs no CPU, unlike an endless loop, and ends no sooner. */
const evil = {
  throws: "() => { throw new Error('broken on purpose') }",
  exits: '() => process.exit(0)',
  wrong: "() => ({ base: 'own' })",
  giant: "() => ({ base: Array.from({ length: 200001 }, (_, i) => 'x' + i) })",
  huge: "() => ({ base: ['x'.repeat(90 * 1024 * 1024)] })",
  blocks: '() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
}

beforeAll(async () => {
  const nodes = write(
    'nodes',
    `#!/bin/sh
printf '%s\\n' "$#" "$@" > ${directory}/words
case $3 in none) exit 0;; broken) echo sorry >&2; exit 4;; esac
printf 'environment: base\\nclasses: {own: {}, from_nodes: {}}\\n'\n`,
  )
  chmodSync(nodes, 0o755)
  write('srv/top.sls', "base:\n  'm*': [own]\n")
  for (const sls of ['own', 'from_nodes', 'of_m2', 'common', 'late'])
    write(`srv/${sls}.sls`, `${sls}: test.nop\n`)
  write('srv/_tops/synced.js', tops('synced', '() => ({ base: ["late"] })'))
  write(
    'ext/tops/by_id.mjs',
    tops(
      'by_id',
      `({ id, grains, options }, config) => ({
        base: [\`of_\${id}\`, 'common'], ...grains.role !== 'plain' && { dev: [\`\${grains.role ?? id}\`, String(options.publish_port), config.x] } })`,
    ),
  )
  write('ext/tops/more.mjs', tops('more', "() => ({ base: ['common'] })"))
  for (const [name, body] of Object.entries(evil))
    write(`ext/tops/${name}.mjs`, tops(name, `({ grains }) => grains.role === 'evil' ? (${body})() : {}`))
  cluster = await startCluster({
    minions: ['m1'],
    log: captured.log,
    master: {
      file_roots: { base: [join(directory, 'srv')] },
      module_dirs: [join(directory, 'ext')],
      master_tops: Object.fromEntries([
        ...[...Object.keys(evil), 'more', 'synced'].map((name) => [name, true]),
        ['by_id', { x: 'set' }],
        ['ext_nodes', `${nodes} 'a b' "c"`],
      ]),
    },
  })
}, 60_000)
afterAll(async () => {
  await cluster?.close()
  removeTemporaryDirectory(directory)
})

const returned = async (id: string, fun: string, kwarg = {}) =>
  (await cluster.client.cmd(id, fun, [], { kwarg, timeout: 60 }))[id]
const reasonOf = (module: string) =>
  captured.lines.find(
    ({ message, fields }) => message === 'a module of master_tops failed' && fields['module'] === module,
  )?.fields['reason']

describe('master_tops', () => {
  test('is merged behind what the top files say, the modules of the site first', async () => {
    expect(await returned('m1', 'state.show_top')).toEqual({
      base: ['own', 'of_m1', 'common', 'from_nodes'],
      dev: ['m1', String(cluster.masterOptions.publish_port), 'set'],
    })
  })

  test('runs its command with the id as the last word, and no shell', () => {
    expect(readFileSync(join(directory, 'words'), 'utf8').split('\n')).toEqual(['3', 'a b', 'c', 'm1', ''])
  })

  test('has a module from the moment it is synced', async () => {
    expect(captured.find('master_tops names a module that does not exist')?.fields).toMatchObject({
      module: 'synced',
    })
    await using runners = new RunnerClient({ options: cluster.masterOptions })
    expect(await runners.cmd('saltutil.sync_tops')).toEqual(['tops.synced'])
    expect(await returned('m1', 'state.show_top')).toMatchObject({
      base: ['own', 'of_m1', 'common', 'late', 'from_nodes'],
    })
  })

  test('comes first where master_tops_first of the minion says so, and is run by a highstate', async () => {
    await cluster.addMinion('m2', { master_tops_first: true, grains: { role: 'plain' } })
    expect(await returned('m2', 'state.show_top')).toEqual({
      base: ['of_m2', 'common', 'late', 'own', 'from_nodes'],
    })
    const ran = (await returned('m2', 'state.highstate')) as object
    expect(Object.keys(ran).map((key) => key.split('_|-')[1])).toEqual([
      'of_m2',
      'common',
      'late',
      'own',
      'from_nodes',
    ])
  })

  test('of a call without the daemon sees the grains of the call', async () => {
    const { pki_dir, cachedir, master_port } = cluster.minionOptions('m1')
    const options = {
      id: 'm1',
      master: '127.0.0.1',
      master_port,
      pki_dir,
      cachedir,
      grains: { role: 'called' },
    }
    const configDir = dirname(write('call/minion', JSON.stringify(options)))
    await using caller = new Caller({ configDir })
    expect(await caller.cmd('state.show_top')).toMatchObject({
      dev: ['called', String(cluster.masterOptions.publish_port), 'set'],
    })
  })
})

describe('hostile', () => {
  test('a minion with odd letters gets its own top and cannot name another one', async () => {
    await using minion = await insider(cluster, odd)
    expect(await minion.ask('_master_tops', {})).toMatchObject({
      value: { tops: { base: [`of_${odd}`, 'common', 'late', 'own', 'from_nodes'] } },
    })
    expect(readFileSync(join(directory, 'words'), 'utf8')).toBe(`3\na b\nc\n${odd}\n`)
    for (const load of [{ id: 'm1' }, { opts: { id: 'm1' } }, { grains: 5 }, null, 'm1'])
      expect([load, await minion.refusal('_master_tops', load)]).toEqual([load, 'VALUE_MALFORMED'])
    // A daemon's grains are those that the master keeps: none of this hand-made one.
    expect(await minion.ask('_master_tops', { grains: { role: 'evil' } })).toMatchObject({
      value: { tops: { dev: [odd, String(cluster.masterOptions.publish_port), 'set'] } },
    })
  })

  test('modules that crash, answer nonsense or block break no other, while the master answers', async () => {
    await cluster.addMinion('m3', { grains: { role: 'evil' } })
    const top = returned('m3', 'state.show_top')
    await expectPing(cluster)
    expect(await top).toMatchObject({ base: expect.arrayContaining(['of_m3', 'from_nodes']) })
    expect(reasonOf('throws')).toBe('broken on purpose')
    expect(reasonOf('exits')).toMatch(/exited with code 0/)
    expect(reasonOf('wrong')).toBe("its answer has no list of sls names under 'base'")
    expect(reasonOf('giant')).toMatch(/more than 100000 sls names/)
    expect(reasonOf('huge')).toMatch(/bytes/)
    expect(reasonOf('blocks')).toMatch(/was ended after 20 s/)
  }, 90_000)
})
