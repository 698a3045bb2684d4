// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { type ArgSpec, arg } from '../src/index.ts'

const accepted: readonly (readonly [string, ArgSpec<unknown>, unknown, unknown])[] = [
  ['text', arg.string('.'), 'a', 'a'],
  ['text of an integer', arg.string('.'), 5, '5'],
  ['text of a fraction', arg.string('.'), 3006.1, '3006.1'],
  ['text of a boolean', arg.string('.'), true, 'True'],
  ['text of bytes', arg.string('.'), Buffer.from('é'), 'é'],
  ['text of a large integer', arg.string('.'), 9007199254740993n, '9007199254740993'],
  ['a boolean', arg.boolean('.'), false, false],
  ['a number as boolean', arg.boolean('.'), 1, true],
  ['a word as boolean', arg.boolean('.'), 'Yes', true],
  ['the other word as boolean', arg.boolean('.'), 'off', false],
  ['an integer', arg.integer('.'), 5, 5],
  ['an integer as text', arg.integer('.'), ' -5 ', -5],
  ['a number as text', arg.number('.'), '1.5e3', 1500],
  ['seconds', arg.seconds('.'), 0.5, 0.5],
  ['a list', arg.list('.'), [1, 2], [1, 2]],
  ['a list in one text', arg.list('.'), 'a, b,,c', ['a', 'b', 'c']],
  ['a list of one', arg.list('.'), 5, [5]],
  ['a list of text', arg.list('.', arg.string('.')), [5, 'a'], ['5', 'a']],
  ['a map', arg.map('.'), { a: 1 }, { a: 1 }],
  ['a list of maps', arg.map('.'), [{ a: 1 }, { b: 2 }], { a: 1, b: 2 }],
  ['a path', arg.path('.'), '/etc', '/etc'],
  ['a choice', arg.choice('.', ['a', 'b']), 'b', 'b'],
  ['anything', arg.any('.'), null, null],
  ['None where none is needed', arg.string('.').optional(), null, undefined],
  ['None where there is a default', arg.integer('.').default(7), null, 7],
  ['None as any value', arg.any('.').default(''), null, null],
]

const refused: readonly (readonly [ArgSpec<unknown>, unknown, string])[] = [
  [arg.string('.'), [], 'expected text, got a list'],
  [arg.string('.'), {}, 'expected text, got a map'],
  [arg.string('.'), null, 'expected text, got None'],
  [arg.boolean('.'), 'maybe', 'expected true or false, got "maybe"'],
  [arg.integer('.'), 1.5, 'expected a whole number, got 1.5'],
  [arg.integer('.'), true, 'expected a whole number, got True'],
  [arg.integer('.'), '0x10', 'expected a whole number, got "0x10"'],
  [arg.number('.'), Number.NaN, 'expected a number, got nan'],
  [arg.number('.'), '', 'expected a number, got ""'],
  [arg.seconds('.'), -1, 'expected seconds, 0 or more, got -1'],
  [arg.list('.'), { a: 1 }, 'expected a list, got a map'],
  [arg.list('.', arg.string('.')), [[]], 'expected text, got a list'],
  [arg.map('.'), 'a', 'expected a map, got "a"'],
  [arg.path('.'), 'a\0b', 'expected a path, got "a\\u0000b"'],
  [arg.choice('.', ['a', 'b']), 'c', 'expected one of a, b, got "c"'],
]

describe('an argument takes what its type can have been written as', () => {
  test.each(accepted)('%s', (_name, spec, value, expected) => {
    expect(spec.parse(value)).toEqual(expected)
  })
})

describe('an argument refuses everything else and says what it expected', () => {
  test.each(refused)('%o %o', (spec, value, message) => {
    expect(() => spec.parse(value)).toThrow(message)
  })
})
