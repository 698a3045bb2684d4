// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MinionRequestContext } from '../../../packages/master/src/requests/minion-request-context.ts'
import { minionRequests } from '../../../packages/master/src/requests/minion-requests.ts'
import { counter, expectPing, type HandMinion, insider } from './attacker.ts'

const packedTrue = Buffer.from([0xc3])
const jid = '20240101000000000000'
const file = { saltenv: 'base', path: 'top.sls' }

/** A load of each request that its schema accepts, with every field that it may have. */
const loads: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  _open: { grains: {} },
  _return: { jid, return: packedTrue, retcode: 0, success: true, out: 'nested' },
  _call: {
    jid,
    return: packedTrue,
    retcode: 0,
    success: true,
    out: 'nested',
    fun: 'test.ping',
    fun_args: [],
  },
  _started: { jid },
  _confirm: { epoch: Buffer.alloc(16) },
  _missed: { epoch: Buffer.alloc(16), after: 0 },
  _grains: { grains: {} },
  _pillar: {
    grains: {},
    pillarenv: 'base',
    saltenv: 'base',
    override: {},
    ext: {},
    clean_cache: false,
    held: false,
  },
  _revoke_auth: { preserve_minion_cache: true },
  _minion_event: { tag: 'x', data: 1 },
  _ping: {},
  _file_envs: {},
  _file_find: file,
  _file_hash_and_stat: file,
  _file_list: { saltenv: 'base', form: 'files', prefix: '', page: 0, held: '' },
  _serve_file: { ...file, version: 'x', loc: 0, length: 1 },
  _file_recv: { path: ['a'], size: 1, loc: 0, data: packedTrue },
  _mine: { entries: [{ name: 'x', data: 1, allow_tgt: 'm1', allow_tgt_type: 'glob' }], clear: false },
  _mine_get: { tgt: '*', tgt_type: 'glob', fun: 'x' },
  _mine_delete: { name: 'x' },
  _mine_flush: {},
  _master_tops: { grains: {} },
  _bye: {},
}

const names = [...minionRequests({} as MinionRequestContext).keys()]
/** Fields by which Salt's requests, or anybody's idea of them, name who is asking. */
const identities = ['id', 'minion_id', 'minion', 'peer', 'user', 'session', 'tok', 'key', 'role', '__proto__']

/** Own fields only: an assignment to `__proto__` would make none. */
function withField(load: Readonly<Record<string, unknown>>, field: string, value: unknown): object {
  return new Map([...Object.entries(load), [field, value]])
}

function nested(depth: number): unknown {
  let value: unknown = 'm1'
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

const hostile: readonly (readonly [string, unknown])[] = [
  ['None', null],
  ['a truth value', true],
  ['nothing', ''],
  ['a NUL', 'm1\0'],
  ['a path', '../../minions/m1'],
  ['an absolute path', '/etc/passwd'],
  ['a path in other characters', '..\u2215..\uff0f\u2024\u2024\\m1'],
  ['a line break', 'm1\nm2'],
  ['a turned text', 'm\u202e1'],
  ['half a character', '\ud800'],
  ['the name of a property', '__proto__'],
  ['another name of a property', 'constructor'],
  ['a long text', 'x'.repeat(100_000)],
  ['a negative number', -1],
  ['a fraction', 0.5],
  ['a number beyond integers', 2 ** 63],
  ['no number', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['an integer of 64 bits', 2n ** 63n],
  ['three bytes', Buffer.from([0xff, 0, 0xc1])],
  ['a list', ['m1', '../m1', null]],
  ['many', Array(20_000).fill('x')],
  ['a map', { id: 'm1' }],
  ['a map of properties', new Map([['__proto__', new Map([['id', 'm1']])]])],
  ['a map by numbers', new Map([[1, 2]])],
  ['a deep list', nested(150)],
]

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ minions: 1 })
  await until('the grains of m1 are kept', () => existsSync(dataOf('m1')))
})
afterAll(() => cluster.close())

test('every request of the table has its load here', () => {
  expect(Object.keys(loads).sort()).toEqual(names.toSorted())
})

const dataOf = (id: string) => join(cluster.masterOptions.cachedir, 'minions', id, 'data.p')

/** What the master keeps of m1, and the names of all it keeps something of. */
function kept(): unknown {
  const { pki_dir, cachedir } = cluster.masterOptions
  return {
    key: readFileSync(join(pki_dir, 'minions', 'm1'), 'utf8'),
    data: readFileSync(dataOf('m1')),
    places: readdirSync(join(cachedir, 'minions')).filter((name) => !name.startsWith('evil')),
    keys: readdirSync(join(pki_dir, 'minions')).filter((name) => !name.startsWith('evil')),
    state: cluster.state('m1'),
  }
}

async function refused(evil: HandMinion, name: string, load: object): Promise<string | undefined> {
  // A body that cannot be decoded is counted and gets no answer.
  const down = await evil.ask(name, load, 100).catch(() => undefined)
  return down?.type === 'error' ? down.error.code : undefined
}

describe.each(names)('%s', (name) => {
  const load = loads[name] ?? {}

  test('names no other minion, whatever the field is called', async () => {
    await using evil = await insider(cluster, `evil.id${name}`)
    const before = kept()
    for (const field of identities.filter((each) => !(each in load))) {
      const answer = await refused(evil, name, withField(load, field, 'm1'))
      expect([field, answer === 'BUSY' ? 'VALUE_MALFORMED' : answer]).toEqual([field, 'VALUE_MALFORMED'])
    }
    expect(kept()).toEqual(before)
  })

  test.each(Object.keys(load))('takes any value as %s, or refuses it, and fails at none', async (field) => {
    await using evil = await insider(cluster, `evil.${field}${name}`)
    const before = kept()
    const failed = counter(cluster, 'requests', 'requests_failed_request_failed')
    const odd: string[] = []
    for (const [title, value] of hostile) {
      if (name === '_revoke_auth' && typeof value === 'boolean') continue
      if ((await refused(evil, name, withField(load, field, value))) === 'REQUEST_FAILED') odd.push(title)
    }
    // A refusal has a code of its own: this one is for faults of the master.
    expect(odd).toEqual([])
    expect(counter(cluster, 'requests', 'requests_failed_request_failed')).toBe(failed)
    expect(kept()).toEqual(before)
    await expectPing(cluster)
  })
})
