// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TargetType } from '@halite/client'
import { generateIdentity } from '@halite/core'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ minions: ['m1'], minion: { grains: { role: 'web' } } })
  // An accepted key of a minion that never connects: nothing is known of it.
  await cluster.restartMaster(() => {
    const directory = join(cluster.masterOptions.pki_dir, 'minions')
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'ghost'), generateIdentity().publicPem)
  })
  await cluster.waitConnected(['m1'])
  await until('the pillar of m1 is known again', async () => !(await undecidedByPillar()).includes('m1'))
}, 60_000)

async function undecidedByPillar(): Promise<readonly string[]> {
  const undecided: string[] = []
  const onUndecided = (ids: readonly string[]) => undecided.push(...ids)
  await cluster.client.cmd('a:b', 'test.ping', [], { tgtType: 'pillar', timeout: 5, onUndecided })
  return undecided
}

afterAll(() => cluster.close())

describe('a target by grains or pillar and a minion of which nothing is known', () => {
  it.each<[TargetType, string, object]>([
    ['grain', 'role:web', { m1: true }],
    ['grain_pcre', 'role:w', { m1: true }],
    ['grain', 'role:db', {}],
    ['compound', 'not G@role:db', { m1: true }],
    ['compound', 'G@role:web or G@role:db', { m1: true }],
    ['compound', 'G@role:web and not S@198.51.100.77', { m1: true }],
    ['pillar', 'a:b', {}],
    ['pillar_pcre', 'a:b', {}],
    ['ipcidr', '198.51.100.77', {}],
  ])('-%s %s: it is not asked, and named', async (tgtType, tgt, returns) => {
    const undecided: string[] = []
    const options = { tgtType, timeout: 5, onUndecided: (ids: readonly string[]) => undecided.push(...ids) }
    expect(await cluster.client.cmd(tgt, 'test.ping', [], options)).toEqual(returns)
    expect(undecided).toEqual(['ghost'])
    const { minions } = await cluster.client.runJob(tgt, 'test.ping', [], options)
    expect(minions).toEqual(Object.keys(returns))
    expect(await cluster.client.preview(tgt, { tgtType })).toEqual(Object.keys(returns))
  })

  it('is asked where its id decides', async () => {
    const undecided: string[] = []
    const onUndecided = (ids: readonly string[]) => undecided.push(...ids)
    const options = { tgtType: 'compound', onUndecided } as const
    const { minions } = await cluster.client.runJob('G@role:web or ghost', 'test.ping', [], options)
    expect(minions).toEqual(['ghost', 'm1'])
    expect(undecided).toEqual([])
  })

  it('is no failure of a batch', async () => {
    const answers = cluster.client.cmdBatch('role:web', 'test.ping', [], { tgtType: 'grain', batch: 1 })
    const seen: string[] = []
    for await (const answer of answers) seen.push(`${answer.type} ${answer.id}`)
    expect(seen).toEqual(['return m1'])
  })
})
