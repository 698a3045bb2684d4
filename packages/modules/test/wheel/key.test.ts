// SPDX-License-Identifier: Apache-2.0
import { fingerprint, publicPemOf } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { callMaster, contextOf, shownBy, TestKeys } from '../runners/master-call.ts'

let keys: TestKeys

beforeEach(() => {
  keys = new TestKeys()
})

afterEach(() => {
  keys[Symbol.dispose]()
})

function run(fun: string, arg: readonly unknown[] = [], kwarg: Record<string, unknown> = {}) {
  return callMaster('wheel', contextOf({ keys: keys.store }), [`key.${fun}`, arg, kwarg])
}

const none = { minions: [], minions_pre: [], minions_rejected: [], minions_denied: [] }

describe('listing', () => {
  beforeEach(() => {
    keys.add('minions', 'm2')
    keys.add('minions', 'm1')
    keys.add('minions_pre', 'new1')
    keys.add('minions_denied', 'm1')
  })

  test('list_all has every state, in the order of Salt', async () => {
    expect(JSON.stringify(await run('list_all'))).toBe(
      '{"minions":["m1","m2"],"minions_pre":["new1"],"minions_rejected":[],"minions_denied":["m1"]}',
    )
  })

  test('prints as salt-key does', async () => {
    expect(await shownBy('key', await run('list_all'))).toBe(
      'Accepted Keys:\nm1\nm2\nDenied Keys:\nm1\nUnaccepted Keys:\nnew1\nRejected Keys:',
    )
  })

  test.each([
    ['accepted', { minions: ['m1', 'm2'] }],
    ['acc', { minions: ['m1', 'm2'] }],
    ['pre', { minions_pre: ['new1'] }],
    ['unaccepted', { minions_pre: ['new1'] }],
    ['rejected', { minions_rejected: [] }],
    ['den', { minions_denied: ['m1'] }],
    ['all', { ...none, minions: ['m1', 'm2'], minions_pre: ['new1'], minions_denied: ['m1'] }],
  ])('list %s', async (state, expected) => {
    expect(await run('list', [state])).toEqual(expected)
  })

  test('list of what is no state is refused', async () => {
    await expect(run('list', ['lost'])).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' })
  })

  test.each<[unknown, object]>([
    ['m*', { minions: ['m1', 'm2'], minions_denied: ['m1'] }],
    ['m2,new?', { minions: ['m2'], minions_pre: ['new1'] }],
    [['m2', 'new?'], { minions: ['m2'], minions_pre: ['new1'] }],
    ['nobody', {}],
    ['', {}],
  ])('name_match %j', async (match, expected) => {
    expect(await run('name_match', [match])).toEqual(expected)
  })
})

describe('accept', () => {
  test('moves pending keys and returns what it accepted', async () => {
    keys.add('minions', 'old')
    keys.add('minions_pre', 'new1')
    keys.add('minions_pre', 'new2')
    expect(await run('accept', ['new1'])).toEqual({ minions: ['new1'] })
    expect(await run('accept', ['*'])).toEqual({ minions: ['new2'] })
    expect(await run('accept', ['new1'])).toEqual({})
    expect(await run('list_all')).toEqual({ ...none, minions: ['new1', 'new2', 'old'] })
  })

  test('takes rejected and denied keys only when told to', async () => {
    keys.add('minions_rejected', 'r1')
    keys.add('minions_denied', 'd1')
    expect(await run('accept', ['*'])).toEqual({})
    expect(await run('accept', ['*'], { include_rejected: true })).toEqual({ minions: ['r1'] })
    expect(await run('accept', ['*', false, true])).toEqual({ minions: ['d1'] })
  })

  test('of a denied key shuts out the key that was accepted until then', async () => {
    keys.add('minions', 'm1')
    const other = keys.add('minions_denied', 'm1')
    await run('accept', ['m1'], { include_denied: true })
    expect(keys.changes).toEqual([
      { id: 'm1', from: 'minions', to: undefined },
      { id: 'm1', from: 'minions_denied', to: 'minions' },
    ])
    expect(await run('finger', ['m1'])).toEqual({ minions: { m1: fingerprint(other) } })
  })
})

describe('reject', () => {
  test('moves pending keys, accepted ones only when told to', async () => {
    keys.add('minions', 'm1')
    keys.add('minions_pre', 'new1')
    expect(await run('reject', ['*'])).toEqual({ minions_rejected: ['new1'] })
    expect(await run('reject', ['*'], { include_accepted: true })).toEqual({ minions_rejected: ['m1'] })
    expect(keys.changes).toContainEqual({ id: 'm1', from: 'minions', to: 'minions_rejected' })
  })
})

describe('delete', () => {
  test('removes keys of every state and returns them by the state they were in', async () => {
    keys.add('minions', 'm1')
    keys.add('minions_denied', 'm1')
    keys.add('minions', 'm2')
    expect(await run('delete', ['m1'])).toEqual({ minions: ['m1'], minions_denied: ['m1'] })
    expect(await run('list_all')).toEqual({ ...none, minions: ['m2'] })
  })

  test('of several globs is one change, so that the group key is renewed once', async () => {
    keys.add('minions', 'm1')
    keys.add('minions', 'm2')
    await run('delete', ['m1,m2'])
    expect(keys.changes.map(({ id }) => id)).toEqual(['m1', 'm2'])
    expect(keys.reports).toBe(1)
  })
})

describe('by state and id', () => {
  beforeEach(() => {
    keys.add('minions', 'm1')
    keys.add('minions_denied', 'm1')
    keys.add('minions_pre', 'new1')
    keys.add('minions_pre', 'new2')
    keys.misname('minions_pre', 'new*')
    keys.misname('minions_pre', 'new2,m1')
  })

  test('files whose names are no ids are listed escaped, and never accepted', async () => {
    expect(await run('list', ['pre'])).toEqual({
      minions_pre: ['new1', 'new2', 'new2\\x2cm1', 'new\\x2a'],
    })
    expect(await run('accept_dict', [{ minions_pre: ['new\\x2a', 'new2\\x2cm1'] }])).toEqual({})
    expect(await run('finger', ['new*'])).toEqual({
      minions_pre: { 'new\\x2a': expect.stringMatching(/^[\da-f]{2}(:[\da-f]{2}){31}$/) },
    })
  })

  test.each([['new2,m1'], ['new2\\x2cm1'], [['new2,m1']], [['new2\\x2cm1']]])(
    'delete of %j, the name of a key, deletes that key alone',
    async (match) => {
      expect(await run('delete', [match])).toEqual({ minions_pre: ['new2\\x2cm1'] })
      expect(await run('list_all')).toEqual({
        minions: ['m1'],
        minions_pre: ['new1', 'new2', 'new\\x2a'],
        minions_rejected: [],
        minions_denied: ['m1'],
      })
    },
  )

  test.each(['accept', 'reject', 'name_match', 'finger', 'print'])(
    '%s of the name of a key looks at no other key',
    async (fun) => {
      const left = { accept: [], reject: [] }[fun] ?? ['minions_pre']
      expect(Object.keys((await run(fun, ['new*'])) as object)).toEqual(left)
      expect(await run('list', ['pre'])).toEqual({
        minions_pre: ['new1', 'new2', 'new2\\x2cm1', 'new\\x2a'],
      })
    },
  )

  test('delete_dict deletes a misnamed file, and * everything', async () => {
    expect(await run('delete_dict', [{ minions_pre: ['new\\x2a'] }])).toEqual({
      minions_pre: ['new\\x2a'],
    })
    await run('delete', ['*'])
    expect(await run('list_all')).toEqual(none)
  })

  test('delete_dict leaves the accepted key of a denied id alone', async () => {
    expect(await run('delete_dict', [{ minions_denied: ['m1', 'm2'] }])).toEqual({ minions_denied: ['m1'] })
    expect(await run('list', ['accepted'])).toEqual({ minions: ['m1'] })
  })

  test('accept_dict and reject_dict take ids as they are written', async () => {
    expect(await run('accept_dict', [{ minions_pre: ['new2'] }])).toEqual({ minions: ['new2'] })
    await expect(run('accept_dict', [{ minions_pre: ['new*'] }])).rejects.toMatchObject({
      code: 'ID_INVALID',
    })
    expect(await run('reject_dict', [{ minions_pre: 'new1', minions: ['m1'] }])).toEqual({
      minions_rejected: ['new1'],
    })
    expect(await run('reject_dict', [{ minions: ['m1'] }], { include_accepted: true })).toEqual({
      minions_rejected: ['m1'],
    })
  })

  test.each([
    [{ minions_pre: ['../m1'] }, 'ID_INVALID'],
    [{ local: ['m1'] }, 'ARGUMENTS_INVALID'],
    ['new1', 'ARGUMENTS_INVALID'],
  ])('%j is refused', async (dict, code) => {
    for (const fun of ['accept_dict', 'reject_dict', 'delete_dict']) {
      await expect(run(fun, [dict])).rejects.toMatchObject({ code })
    }
    expect(keys.changes).toEqual([])
  })
})

test.each(['name_match', 'accept', 'reject', 'delete', 'finger', 'print', 'key_str'])(
  '%s refuses a glob that can match no id',
  async (fun) => {
    await expect(run(fun, ['../minions/*'])).rejects.toMatchObject({
      code: 'ID_INVALID',
      message: 'key glob "../minions/*" can match no minion id',
    })
  },
)

describe('showing', () => {
  test('finger and print give each key by state and id', async () => {
    const raw = keys.add('minions', 'm1')
    const pending = keys.add('minions_pre', '__proto__')
    expect(await run('finger', ['m1'])).toEqual({ minions: { m1: fingerprint(raw) } })
    const expected = {
      minions: { m1: publicPemOf(raw) },
      minions_pre: { ['__proto__']: publicPemOf(pending) },
    }
    expect(await run('print', ['*'])).toEqual(expected)
    expect(await run('key_str', ['*'])).toEqual(expected)
  })

  test('prints a fingerprint as salt-key does', async () => {
    const raw = keys.add('minions', 'm1')
    expect(await shownBy('key', await run('finger', ['m1']))).toBe(`Accepted Keys:\nm1:  ${fingerprint(raw)}`)
  })

  test('the key of the master is under the name Salt gives it', async () => {
    const { fingerprint: finger, pem } = keys.store.master()
    expect(await run('finger_master')).toEqual({ local: { 'master.pub': finger } })
    expect(await run('finger_master', ['sha256'])).toEqual({ local: { 'master.pub': finger } })
    expect(await run('master_key_str')).toEqual({ local: { 'master.pub': pem } })
  })

  test('another hash than sha256 is refused', async () => {
    await expect(run('finger', ['*', 'md5'])).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' })
  })
})
