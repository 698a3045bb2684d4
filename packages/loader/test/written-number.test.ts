// SPDX-License-Identifier: Apache-2.0
import { Float } from '@halite/core'
import { expect, test } from 'vitest'
import { plainNumbers, writtenNumber, writtenText } from '../src/index.ts'

test.each([
  ['5.10', 5.1],
  ['-5.', new Float(-5)],
  ['+.5', 0.5],
  ['1.5e+3', new Float(1500)],
  ['1_000.50', 1000.5],
  ['190:20:30.15', 685230.15],
  ['-.inf', Number.NEGATIVE_INFINITY],
  ['.NaN', Number.NaN],
])('%s is the number %o', (text, number) => {
  expect(writtenText(writtenNumber(text))).toBe(text)
  expect(plainNumbers(writtenNumber(text))).toStrictEqual(number)
})

test.each(['', '.', 'abc', '1:2', '0x10', '5.1.2', ':5.0', '1::2.0', 'e5'])(
  'what only looks like one stays a map: %o',
  (text) => {
    expect(writtenText({ __float__: text })).toBeUndefined()
    expect(plainNumbers({ __float__: text })).toEqual({ __float__: text })
  },
)

test('numbers are found at any depth, and nothing else changes', () => {
  const other = { __float__: '1.0', more: true }
  const bytes = Buffer.from('x')
  expect(plainNumbers([{ a: [writtenNumber('1.50')] }, other, bytes, null])).toEqual([
    { a: [1.5] },
    other,
    bytes,
    null,
  ])
})
