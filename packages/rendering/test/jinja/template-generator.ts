// SPDX-License-Identifier: Apache-2.0
import type { Dice } from '@halite/testing'

/** What generated templates work with. */
export const generatorContext: Readonly<Record<string, unknown>> = {
  text: 'Hello World',
  words: 'the quick, brown fox',
  number: 7,
  negative: -3,
  half: 2.5,
  none: null,
  yes: true,
  list: [3, 1, 2],
  names: ['b', 'A', 'c', 'a'],
  map: { b: 2, a: 1, c: { x: [1, 2] } },
  empty: [],
  users: [
    { n: 'bob', a: 30, g: 'x' },
    { n: 'al', a: 25, g: 'y' },
    { n: 'Cy', a: 35, g: 'x' },
  ],
}

/** A template that is well formed; whether it renders is for the engines to say. */
export function generateTemplate(dice: Dice): string {
  return Array.from({ length: 1 + dice.below(3) }, () => statement(dice, 2)).join(' ')
}

function statement(dice: Dice, depth: number): string {
  const expression = () => value(dice, 3)
  if (depth === 0) return `{{ ${expression()} }}`
  const body = () => statement(dice, depth - 1)
  switch (dice.below(10)) {
    case 0:
      return `{% if ${expression()} %}${body()}{% elif ${expression()} %}${body()}{% else %}${body()}{% endif %}`
    case 1:
      return `{% for item in ${dice.pick(['list', 'names', 'map', 'empty', 'users', 'range(3)', value(dice, 1)])} %}${body()}{{ loop.index }}{{ item }}{% else %}none{% endfor %}`
    case 2:
      return `{% set x = ${expression()} %}{{ x }}${body()}`
    case 3:
      return `{% macro m(a, b=${value(dice, 1)}) %}{{ a }}|{{ b }}{% endmacro %}{{ m(${value(dice, 1)}) }}`
    case 4:
      return `{% set block %}${body()}{% endset %}[{{ block | upper }}]`
    case 5:
      return `{% with y = ${expression()} %}{{ y }}{% endwith %}`
    default:
      return `{{ ${expression()} }}`
  }
}

const names = [
  'text',
  'words',
  'number',
  'negative',
  'half',
  'none',
  'yes',
  'list',
  'names',
  'map',
  'empty',
  'users',
  'nope',
]
const literals = [
  '1',
  '0',
  '2.0',
  "'a'",
  "'b,c'",
  "''",
  'true',
  '[]',
  '[1, 2]',
  '(1, 2)',
  "{'k': 1}",
  '-1',
  '10',
]
const filters = [
  ...[
    'upper',
    'lower',
    'title',
    'capitalize',
    'trim',
    'length',
    'first',
    'last',
    'list',
    'string',
    'int',
    'float',
    'abs',
  ],
  ...[
    'sort',
    'reverse | list',
    "join(',')",
    "default('d')",
    "default('d', true)",
    'sum',
    'round',
    'unique | list',
    'tojson',
  ],
  ...[
    'json',
    'yaml',
    'min',
    'max',
    'e',
    "replace('a', 'b')",
    "map('string') | list",
    'to_bool',
    'is_list',
    'flatten',
  ],
  ...[
    "selectattr('a') | list",
    "map(attribute='n') | list",
    'select | list',
    'batch(2) | list',
    'wordcount',
    'dictsort',
  ],
  ...[
    'indent(2)',
    'truncate(9)',
    'center(9)',
    'yaml(false)',
    'pprint',
    'urlencode',
    'md5',
    'quote',
    'sequence',
    'avg',
  ],
  ...[
    'xmlattr',
    'to_snake_case',
    'round(-1)',
    "intersect('abc')",
    "difference('abc')",
    "traverse('c:x')",
    'is_iter',
    'to_entries',
    'python',
    "update_dict_key_value('q:r', '')",
  ],
]
const tests = [
  'defined',
  'none',
  'number',
  'string',
  'mapping',
  'sequence',
  'iterable',
  'odd',
  'true',
  "in ['a', 1]",
  'integer',
  'lower',
]
const accesses = [
  '.a',
  '[0]',
  '[-1]',
  '[1:]',
  '[::-1]',
  "['b']",
  '.n',
  '.upper()',
  '.split()',
  '.items() | list',
  ".get('a')",
  '.keys() | list',
]
const operators = [
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '~',
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  'and',
  'or',
  'in',
  'not in',
]

function value(dice: Dice, depth: number): string {
  if (depth === 0) return dice.pick(dice.below(3) === 0 ? literals : names)
  const inner = () => value(dice, depth - 1)
  switch (dice.below(8)) {
    case 0:
      return `(${inner()} ${dice.pick(operators)} ${inner()})`
    case 1:
      return `(${inner()} if ${inner()} else ${inner()})`
    case 2:
      return `(not ${inner()})`
    case 3:
    case 4:
      return `(${inner()} | ${dice.pick(filters)})`
    case 5:
      return `(${inner()} is ${dice.pick(tests)})`
    case 6:
      return `(${inner()})${dice.pick(accesses)}`
    default:
      return dice.pick(names)
  }
}
