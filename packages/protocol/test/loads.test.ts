// SPDX-License-Identifier: Apache-2.0
import { type Decoder, pack, unpack } from '@halite/core'
import { loads } from '@halite/protocol'
import { describe, expect, it } from 'vitest'
import { codeOf, filled, grant } from './fixed.ts'

const jid = '20261120045348714672'
const epoch = { id: grant.id, key: grant.key, topic: grant.topic, lastJob: 3 }
const job = { jid, fun: 'test.ping', arg: [], tgt: '*', tgt_type: 'glob', ret: '', user: 'root' }

/** Every decoder with a load that fills all its fields. */
const full: Readonly<Record<string, unknown>> = {
  jobSchema: { ...job, delimiter: ':', master_id: 'm_master', nodegroups: { web: 'web*' } },
  epochSchema: epoch,
  openSchema: { grains: { os: 'Debian' } },
  openReplySchema: { topic: filled(1, 16), publishPort: 4505, epoch, heartbeat: 15, masterId: 'm_master' },
  returnSchema: { jid, return: pack(true), retcode: 0, success: true, out: 'txt' },
  calledSchema: {
    jid,
    fun: ['a.b', 'c.d'],
    fun_args: [[1], []],
    return: pack(true),
    retcode: 0,
    success: true,
    out: 'txt',
  },
  startedSchema: { jid },
  confirmSchema: { epoch: filled(1, 16) },
  missedSchema: { epoch: filled(1, 16), after: 3 },
  grainsSchema: { grains: { os: 'Debian' } },
  pillarSchema: {
    grains: { os: 'Debian' },
    pillarenv: 'base',
    saltenv: 'dev',
    override: { a: 1 },
    held: true,
  },
  pillarReplySchema: { pillar: { role: 'web' } },
  topsSchema: { grains: { os: 'Debian' } },
  topsReplySchema: { tops: { base: ['web'] } },
  mineSchema: { entries: [{ name: 'ip', data: '10.0.0.1', allow_tgt: 'web*' }], clear: true },
  mineEntrySchema: { name: 'ip', data: '10.0.0.1', allow_tgt: ['web1'], allow_tgt_type: 'list' },
  mineGetSchema: { tgt: '*', tgt_type: 'glob', fun: ['ip', 'os'] },
  mineGetReplySchema: { mine: { web1: '10.0.0.1' } },
  mineDeleteSchema: { name: 'ip' },
  revokeSchema: { preserve_minion_cache: true },
  minionEventSchema: { tag: 'disk/full', data: { free: 0 } },
  emptySchema: {},
  publishSchema: {
    fun: 'cmd.run',
    arg: ['id', { __kwarg__: true, cwd: '/' }],
    tgt: ['web1', 'web2'],
    tgt_type: 'list',
    ret: 'mail',
    jid,
    delimiter: ':',
    timeout: 5,
    listen: true,
    batch: { count: 3, wait: 0.5, failhard: true },
  },
  batchSchema: { count: 3, percent: 10, wait: 0, failhard: false },
  oneJobSchema: { jid },
  followReplySchema: { minions: ['web1'], batch: { over: true, missing: [] } },
  batchStateSchema: { over: false, missing: [{ id: 'web1', status: 'Not run', reason: 'stopped' }] },
  skippedSchema: { id: 'web1', status: 'No response', reason: 'gone' },
  batchRunSchema: { minions: ['web1', 'web2'] },
  fireSchema: { tag: 'shop/order', data: { amount: 3 } },
  previewSchema: { tgt: 'web*', tgt_type: 'glob', delimiter: ':' },
  previewReplySchema: { minions: ['web1'], unknown: ['web9'], undecided: ['web2'] },
  absenceSchema: { id: 'web1', reason: 'not seen' },
  publishReplySchema: {
    jid,
    minions: ['web1'],
    absent: [{ id: 'web1', reason: 'not seen' }],
    unknown: ['web9'],
  },
  subscribeSchema: { prefix: 'salt/job/' },
  eventSchema: { tag: 'salt/auth', data: { id: 'web1' } },
  eventsSchema: [{ tag: 'salt/auth', data: { id: 'web1' } }],
  callSchema: { fun: 'jobs.list_jobs', arg: [1], kwarg: { ext_source: 'x' }, background: true },
  jobReturnsSchema: { jid, after: 'web1' },
  jobStateSchema: { jid, ids: ['web1'], ask: true },
}

/** What a master sends: it may be of a later version. */
const fromMaster: ReadonlySet<string> = new Set([
  'jobSchema',
  'epochSchema',
  'openReplySchema',
  'pillarReplySchema',
  'topsReplySchema',
  'mineGetReplySchema',
  'publishReplySchema',
  'previewReplySchema',
  'absenceSchema',
  'followReplySchema',
  'batchStateSchema',
  'skippedSchema',
  'batchRunSchema',
  'eventSchema',
  'eventsSchema',
])

const decoders = Object.entries(loads).flatMap(([name, each]): [string, Decoder<unknown>][] =>
  typeof each === 'function' ? [[name, each as Decoder<unknown>]] : [],
)

it('every decoder has its case here', () => {
  expect(decoders.map(([name]) => name).sort()).toEqual(Object.keys(full).sort())
})

describe.each(decoders)('%s', (name, decode) => {
  const travelled = (load: unknown) => decode(unpack(pack(load)), 'load')

  it('takes what it stands for', () => {
    expect(travelled(full[name])).toEqual(full[name])
  })

  it.each([null, true, 7, 'text', filled(1, 16), 2n ** 60n, [null], [[]]])(
    'refuses a bare value %#',
    (load) => {
      expect(codeOf(() => travelled(load))).toBe('VALUE_MALFORMED')
    },
  )

  it(`${fromMaster.has(name) ? 'ignores' : 'refuses'} what it does not know, and what a prototype would lend`, () => {
    const load = full[name]
    const unknown = ['id2', 'constructor', 'toString', 'hasOwnProperty', '__proto_'].map((key) =>
      pack(extended(load, key)),
    )
    const cases = Array.isArray(load) ? unknown : [...unknown, decodedWithProto(pack(load))]
    for (const packed of cases) {
      if (fromMaster.has(name)) expect(decode(unpack(packed), 'load')).toEqual(load)
      else expect(codeOf(() => decode(unpack(packed), 'load'))).toBe('VALUE_MALFORMED')
    }
  })

  it('refuses each field of another type, by name', () => {
    const load = full[name]
    if (Array.isArray(load)) return
    for (const key of Object.keys(load as object)) {
      if (key === 'data') continue
      const wrong = { ...(load as object), [key]: 2n ** 60n }
      expect(() => travelled(wrong)).toThrow(
        expect.objectContaining({ message: expect.stringContaining(`load.${key}`) }),
      )
    }
  })
})

/** The load with one more field, in each of its items when it is a list. */
function extended(load: unknown, key: string): unknown {
  if (Array.isArray(load)) return load.map((each) => extended(each, key))
  return { ...(load as object), [key]: 'x' }
}

/** A packed map with one more pair: `__proto__` → a map with the field `id`. */
function decodedWithProto(packed: Buffer): Buffer {
  const pairs = unpack(packed) as object
  const count = Object.keys(pairs).length
  const proto = Buffer.from('a95f5f70726f746f5f5f81a26964a17a', 'hex')
  return Buffer.concat([Buffer.from([0x80 | (count + 1)]), packed.subarray(1), proto])
}

describe('bounds', () => {
  it.each<[string, keyof typeof loads, object]>([
    ['a return over 64 MiB', 'returnSchema', { return: Buffer.alloc(loads.maxReturnBytes + 1) }],
    ['more than 100 functions', 'jobSchema', { fun: Array(101).fill('test.ping') }],
    ['more than 100,000 arguments', 'jobSchema', { arg: Array(100_001).fill(1) }],
    ['a jid that is a path', 'jobSchema', { jid: '../../etc' }],
    ['a target type nobody serves', 'publishSchema', { tgt_type: 'everything' }],
    ['an invalid port', 'openReplySchema', { publishPort: 65_536 }],
    ['a heartbeat without end', 'openReplySchema', { heartbeat: Number.POSITIVE_INFINITY }],
    ['an epoch with a short key', 'openReplySchema', { epoch: { ...epoch, key: filled(1, 31) } }],
    ['an id with a slash', 'jobStateSchema', { ids: ['a/b'] }],
    ['a negative number of a publication', 'missedSchema', { after: -1 }],
    ['a number of a publication past 2^53', 'missedSchema', { after: 2 ** 53 }],
  ])('refuse %s', (_, name, fields) => {
    const decode = loads[name] as Decoder<unknown>
    expect(codeOf(() => decode({ ...(full[name] as object), ...fields }, 'load'))).toBe('VALUE_MALFORMED')
  })

  it('let optional fields be absent or nil', () => {
    expect(loads.jobSchema({ ...job, delimiter: null }, 'load')).toEqual(job)
    expect(loads.openSchema({}, 'load')).toEqual({})
  })
})

it('keys and ids outlive their frame', () => {
  const packed = pack(full['openReplySchema'])
  const reply = loads.openReplySchema(unpack(packed), 'load')
  packed.fill(0)
  expect(reply).toEqual(full['openReplySchema'])
})
