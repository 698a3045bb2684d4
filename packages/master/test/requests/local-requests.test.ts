// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { LocalPeer, SessionOf } from '@halite/transport'
import { expect, test } from 'vitest'
import type { Wish } from '../../src/authorise.ts'
import type { LocalRequestContext } from '../../src/requests/local-context.ts'
import { localRequests } from '../../src/requests/local-requests.ts'

const session = { peer: { type: 'local', user: 'alice', name: 'alice' } } as unknown as SessionOf<LocalPeer>
const jid = '20260102030405000000'
const target = { tgt: 'web1,web2', tgt_type: 'list' }
/** The stored job that `batch_stop` names. */
const stored = { fun: 'pkg.install', arg: ['vim'], tgt: 'db*', tgt_type: 'glob' }

/** A master that records wishes and denies them all. Whatever else is used of it would act before the decision. */
function denyingMaster() {
  const wishes: Wish[] = []
  const used: string[] = []
  const forbidden = (name: string): unknown =>
    new Proxy(
      {},
      {
        get: (_target, key) => {
          used.push(`${name}.${String(key)}`)
          return () => undefined
        },
      },
    )
  const jobs = {
    publisher: forbidden('publisher'),
    store: { load: () => stored, settled: async () => used.push('store.settled') },
    batches: forbidden('batches'),
  }
  const authorise = (wish: Wish) => {
    wishes.push(wish)
    throw new SaltError('REQUEST_DENIED', 'denied')
  }
  const context = {
    log: forbidden('log'),
    wheel: forbidden('wheel'),
    runs: forbidden('runs'),
    connections: forbidden('connections'),
    locals: forbidden('locals'),
    events: forbidden('events'),
    status: () => used.push('status'),
    jobs,
    authorise,
  } as unknown as LocalRequestContext
  return { context, wishes, used }
}

const requests: readonly (readonly [
  name: string,
  load: Record<string, unknown>,
  wish: Omit<Wish, 'user'>,
])[] = [
  [
    'publish',
    { fun: 'cmd.run', arg: ['uptime', { cwd: '/' }], ...target },
    {
      kind: 'publish',
      fun: 'cmd.run',
      arg: ['uptime', { cwd: '/' }],
      target: { tgt: 'web1,web2', tgtType: 'list' },
    },
  ],
  [
    'publish',
    { fun: ['test.ping', 'cmd.run'], arg: [[], ['id']], ...target },
    {
      kind: 'publish',
      fun: ['test.ping', 'cmd.run'],
      arg: [[], ['id']],
      target: { tgt: 'web1,web2', tgtType: 'list' },
    },
  ],
  [
    'batch_stop',
    { jid },
    { kind: 'publish', fun: 'pkg.install', arg: ['vim'], target: { tgt: 'db*', tgtType: 'glob' } },
  ],
  [
    'runner',
    { fun: 'jobs.list_jobs', arg: [1], kwarg: { count: 2 } },
    { kind: 'runner', fun: 'jobs.list_jobs', arg: [1], kwarg: { count: 2 } },
  ],
  [
    'wheel',
    { fun: 'key.delete', arg: ['*'], kwarg: {} },
    { kind: 'wheel', fun: 'key.delete', arg: ['*'], kwarg: {} },
  ],
  ['fire_event', { tag: 'company/x', data: { a: 1 } }, { kind: 'fire', fun: 'company/x', arg: [{ a: 1 }] }],
  ['subscribe', { prefix: 'salt/' }, { kind: 'read', fun: 'subscribe', arg: [{ prefix: 'salt/' }] }],
  ['unsubscribe', { prefix: 'salt/' }, { kind: 'read', fun: 'unsubscribe', arg: [{ prefix: 'salt/' }] }],
  ['follow', { jid }, { kind: 'read', fun: 'follow', arg: [{ jid }] }],
  ['job_returns', { jid }, { kind: 'read', fun: 'job_returns', arg: [{ jid }] }],
  ['job_state', { jid, ids: [] }, { kind: 'read', fun: 'job_state', arg: [{ jid, ids: [] }] }],
  ['preview', target, { kind: 'read', fun: 'preview', arg: [target] }],
  ['status', {}, { kind: 'read', fun: 'status', arg: [{}] }],
]

test.each(requests)(
  '%s is decided by user, function, arguments and target, before anything else',
  async (name, load, wish) => {
    const { context, wishes, used } = denyingMaster()
    const run = async () => localRequests(context).get(name)?.run(session, load)
    await expect(run()).rejects.toMatchObject({ code: 'REQUEST_DENIED' })
    expect(wishes).toEqual([{ user: 'alice', ...wish }])
    expect(used).toEqual([])
  },
)

test('every request but ping and bye is in that table', () => {
  const names = [...localRequests(denyingMaster().context).keys()]
  expect(names.sort()).toEqual(['bye', 'ping', ...new Set(requests.map(([name]) => name))].sort())
})
