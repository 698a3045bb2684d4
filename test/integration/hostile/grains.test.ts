// SPDX-License-Identifier: Apache-2.0
import { pack } from '@halite/core'
import { type Cluster, startCluster } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectPing, type HandMinion, insider } from './attacker.ts'

let cluster: Cluster
let evil: HandMinion

beforeAll(async () => {
  cluster = await startCluster({ minions: 2 })
  evil = await insider(cluster, 'evil')
})
afterAll(async () => {
  await evil.close()
  await cluster.close()
})

test('grains above the limits are refused, and nothing of them is kept', async () => {
  for (const grains of [
    { os: 'a'.repeat(2 * 1024 * 1024) },
    { list: Array.from({ length: 20_000 }, (_, index) => index) },
    Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`g${index}`, 1])),
    { nested: { list: [Array.from({ length: 20_000 }, () => null)] } },
  ]) {
    expect(await evil.refusal('_grains', { grains })).toBe('VALUE_TOO_LARGE')
    expect(await evil.refusal('_pillar', { grains })).toMatch(/no refusal|VALUE_TOO_LARGE/)
    expect((await cluster.client.preview('os:none', { tgtType: 'grain' })).includes('evil')).toBe(true)
  }
  expect((await evil.ask('_grains', { grains: { os: 'ok' } })).type).toBe('reply')
  expect(await cluster.client.preview('os:ok', { tgtType: 'grain' })).toEqual(['evil'])
})

const costly: [string, unknown][] = [
  ['one long text', 'a'.repeat(1_000_000)],
  ['many long texts', Array.from({ length: 15 }, () => 'a'.repeat(60_000))],
  ['very many texts', Array.from({ length: 9000 }, (_, index) => `${'a'.repeat(90)}${index}`)],
]
const targets = [
  ['grain_pcre', 'os:(?!x).*(?<=q)z'],
  ['grain_pcre', 'os:.*(?=buntu).*'],
  ['grain_pcre', `os:${'(a?){30}'.repeat(20)}x`],
  ['grain', `os:${'*a'.repeat(100)}b`],
  ['compound', 'P@os:(?!x).*(?<=q)z or G@os:*b'],
] as const

test.each(costly)('%s in a grain: no target fails, none holds the master up', async (_name, os) => {
  expect((await evil.ask('_grains', { grains: { os } })).type).toBe('reply')
  for (const [tgtType, tgt] of targets) {
    const startMs = performance.now()
    const [selected] = await Promise.all([cluster.client.preview(tgt, { tgtType }), expectPing(cluster)])
    expect([tgt, selected.filter((id) => id !== 'evil')]).toEqual([tgt, []])
    expect(performance.now() - startMs).toBeLessThan(10_000)
  }
  const { os: real } = (await cluster.client.cmd('m1', 'grains.item', ['os']))['m1'] as { os: string }
  const found = await cluster.client.preview(`os:(?=${real})${real}`, { tgtType: 'grain_pcre' })
  expect(found.filter((id) => id !== 'evil')).toEqual(['m1', 'm2'])
})

test('grains as large as they may be are taken', async () => {
  const grains = { os: 'x', texts: Array.from({ length: 9000 }, (_, index) => `${'a'.repeat(90)}${index}`) }
  expect(pack(grains).length).toBeGreaterThan(800_000)
  expect((await evil.ask('_grains', { grains })).type).toBe('reply')
  expect(await cluster.client.preview('os:x', { tgtType: 'grain' })).toEqual(['evil'])
})
