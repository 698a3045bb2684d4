// SPDX-License-Identifier: Apache-2.0
import type { MasterContext } from '@halite/loader'
import { describe, expect, test } from 'vitest'
import { callMaster, contextOf, minion, shownBy, TestKeys } from './master-call.ts'

const grains: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  m1: { os: 'Debian' },
  m2: { os: 'Ubuntu' },
}

const fleet = contextOf({
  options: { nodegroups: { first: 'L@m1,m3' } },
  presence: () => [minion('m2', false), minion('m3', true), minion('m1', true)],
  grains: (id) => grains[id],
})

function run(fun: string, kwarg: Record<string, unknown> = {}, context: MasterContext = fleet) {
  return callMaster('runners', context, [`manage.${fun}`, [], kwarg])
}

test('status, up and down print as Salt does', async () => {
  const pair = contextOf({ presence: () => [minion('m1', true), minion('m2', false)] })
  expect(await shownBy('nested', await run('status', {}, pair))).toBe('down:\n    - m2\nup:\n    - m1')
  expect(await shownBy('nested', await run('down', {}, pair))).toBe('- m2')
  const both = contextOf({ presence: () => [minion('m1', true), minion('m2', true)] })
  expect(await shownBy('nested', await run('status', {}, both))).toBe('down:\nup:\n    - m1\n    - m2')
})

test('status as data: sorted, up before down', async () => {
  expect(JSON.stringify(await run('status'))).toBe('{"up":["m1","m3"],"down":["m2"]}')
})

test.each<[Record<string, unknown>, object]>([
  [{ tgt: 'm1' }, { up: ['m1'], down: [] }],
  [
    { tgt: 'm1,m2', tgt_type: 'list' },
    { up: ['m1'], down: ['m2'] },
  ],
  [
    { tgt: ['m1', 'm2'], tgt_type: 'list' },
    { up: ['m1'], down: ['m2'] },
  ],
  [
    { tgt: 'os:Ubuntu', tgt_type: 'grain' },
    { up: [], down: ['m2'] },
  ],
  [
    { tgt: 'm* and not G@os:Debian', tgt_type: 'compound' },
    { up: [], down: ['m2'] },
  ],
  [
    { tgt: 'first', tgt_type: 'nodegroup' },
    { up: ['m1', 'm3'], down: [] },
  ],
  [{ tgt: 'nobody' }, { up: [], down: [] }],
])('status of %j; one whose grains are not known is not selected by them', async (kwarg, expected) => {
  expect(await run('status', { ...kwarg, timeout: 5, gather_job_timeout: 10 })).toEqual(expected)
})

test('a target type that does not exist is refused', async () => {
  await expect(run('up', { tgt: '*', tgt_type: 'range' })).rejects.toMatchObject({
    code: 'TARGET_INVALID',
    message: 'targets of type range are not served',
  })
})

test('up', async () => {
  expect(await run('up')).toEqual(['m1', 'm3'])
})

describe('removekeys', () => {
  test('deletes the accepted keys of those who are down, by name and not by glob', async () => {
    using keys = new TestKeys()
    for (const id of ['m1', 'm2', 'm']) keys.add('minions', id)
    keys.add('minions_denied', 'm')
    const presence = () => [minion('m1', true), minion('m2', true), minion('m', false)]
    const context = contextOf({ keys: keys.store, presence })
    expect(await run('down', { removekeys: true }, context)).toEqual(['m'])
    expect(keys.store.listAll()).toMatchObject({ minions: ['m1', 'm2'], minions_denied: ['m'] })
  })

  test('touches no key when everybody is up', async () => {
    const context = contextOf({ presence: () => [minion('m1', true)] })
    expect(await run('down', { removekeys: true }, context)).toEqual([])
  })
})

test.each(['list_state', 'present', 'alived', 'joined', 'allowed', 'reaped'])(
  '%s lists those connected',
  async (fun) => {
    expect(await run(fun)).toEqual(['m1', 'm3'])
    expect(await run(fun, { subset: 'm3,m2' })).toEqual(['m3'])
    expect(await run(fun, { subset: [] })).toEqual([])
  },
)

test.each(['list_not_state', 'not_present', 'not_alived', 'not_joined', 'not_allowed', 'not_reaped'])(
  '%s lists the accepted ones that are not',
  async (fun) => {
    expect(await run(fun)).toEqual(['m2'])
    expect(await run(fun, { subset: ['m1'] })).toEqual([])
  },
)

test('versions has a heading for each way to differ from the master', async () => {
  const presence = () => [
    minion('old', true, '0.0.9'),
    minion('candidate', true, '0.1.0-rc.2'),
    minion('same', true, '0.1.0'),
    minion('newer', true, '0.10.0'),
    minion('gone', false),
  ]
  expect(await run('versions', {}, contextOf({ presence }))).toEqual({
    Master: '0.1.0',
    'Minion offline': { gone: false },
    'Minion requires update': { candidate: '0.1.0-rc.2', old: '0.0.9' },
    'Up to date': { same: '0.1.0' },
    'Minion newer than master': { newer: '0.10.0' },
  })
  expect(await run('versions', {}, contextOf({ presence: () => [] }))).toEqual({ Master: '0.1.0' })
})

test('without a running master nobody knows who is there', async () => {
  await expect(run('status', {}, contextOf({}))).rejects.toMatchObject({ code: 'MASTER_UNREACHABLE' })
})
