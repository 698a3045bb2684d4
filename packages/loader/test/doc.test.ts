// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { arg, argspecOf, docOf, fn } from '../src/index.ts'

const get = fn({
  doc: 'Return a value.\n\nEmpty if absent.',
  examples: ["salt '*' demo.get os", "salt '*' demo.get a:b"],
  args: {
    key: arg.string('The path.'),
    default: arg.any('What else.').default(''),
    limit: arg.integer('How many.').optional(),
    args: arg.rest('More.'),
    kwargs: arg.keywords('Others.'),
  },
  run: () => null,
})
const ping = fn({ doc: 'Answer.', run: () => true })

test('documentation has the shape of a Python docstring', () => {
  expect(docOf(ping)).toBe('\n    Answer.\n    ')
  expect(docOf(get)).toBe(`
    Return a value.

    Empty if absent.

    key
        The path.

    default : ''
        What else.

    limit
        How many.

    *args
        More.

    **kwargs
        Others.

    CLI Example:

        salt '*' demo.get os
        salt '*' demo.get a:b
    `)
})

test('the argument specification has the shape of Python', () => {
  expect(argspecOf(ping)).toEqual({ args: null, defaults: null, varargs: null, kwargs: null })
  expect(argspecOf(get)).toEqual({
    args: ['key', 'default', 'limit'],
    defaults: ['', null],
    varargs: true,
    kwargs: true,
  })
})
