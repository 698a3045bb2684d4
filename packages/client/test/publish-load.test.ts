// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { publishLoad } from '../src/publish-load.ts'

const call = { tgt: '*', fun: 'test.arg', arg: [1] }

test('a call without options carries what it needs and nothing else', () => {
  expect(publishLoad(call, {})).toEqual({ fun: 'test.arg', arg: [1], tgt: '*', tgt_type: 'glob' })
})

test('options have their places', () => {
  const options = { kwarg: { a: 2 }, tgtType: 'grain', delimiter: '|', timeout: 3, metadata: 'x' } as const
  expect(publishLoad(call, options)).toEqual({
    fun: 'test.arg',
    arg: [1, { __kwarg__: true, a: 2 }],
    tgt: '*',
    tgt_type: 'grain',
    delimiter: '|',
    timeout: 3,
    metadata: 'x',
  })
})

test('the mark of keyword arguments cannot be taken away, and stands first', () => {
  const { arg } = publishLoad(call, { kwarg: { __kwarg__: false, a: 2 } }) as { arg: unknown[] }
  expect(JSON.stringify(arg)).toBe('[1,{"__kwarg__":true,"a":2}]')
})

test('what cannot be done is refused before it is sent', () => {
  expect(() => publishLoad(call, { ret: 'redis' })).toThrow('there are no returners yet')
  expect(() => publishLoad(call, { jid: 'x' })).toThrow('20 digits')
  expect(publishLoad(call, { ret: '', jid: '' })).not.toHaveProperty('jid')
})
