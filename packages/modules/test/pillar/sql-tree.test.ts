// SPDX-License-Identifier: Apache-2.0
import { pythonRepr } from '@halite/core'
import { describe, expect, test } from 'vitest'
import { sqlQueries, withMinion } from '../../src/pillar/parts/sql-queries.ts'
import { SqlTree } from '../../src/pillar/parts/sql-tree.ts'

const four = [
  ['m', 'k', 'a', 1],
  ['m', 'k', 'b', 2],
  ['m', 'l', 'a', 3],
]
const pairs = [
  ['a', 1],
  ['a', 2],
  ['b', 3],
]

/** What Salt 3007.10 makes of the same rows. */
const answers: readonly (readonly [
  settings: object,
  rows: readonly (readonly unknown[])[],
  expected: string,
])[] = [
  [{}, four, "{'m': {'k': {'a': 1, 'b': 2}, 'l': {'a': 3}}}"],
  [{ depth: 1 }, four, "{'m': {'x': 'l', 'y': 'a', 'z': 3}}"],
  [{ depth: 2 }, four, "{'m': {'k': {'y': 'b', 'z': 2}, 'l': {'y': 'a', 'z': 3}}}"],
  [{ with_lists: [1] }, four, "{'m': [{'a': 1, 'b': 2}, {'a': 3}]}"],
  [{ with_lists: '2,3' }, four, "{'m': {'k': [[1], [2]], 'l': [[3]]}}"],
  [{ with_lists: [3] }, four, "{'m': {'k': {'a': [1], 'b': [2]}, 'l': {'a': [3]}}}"],
  [{ as_list: true }, pairs, "{'a': [1, 2], 'b': 3}"],
  [{}, pairs, "{'a': 2, 'b': 3}"],
  [
    { ignore_null: true },
    [
      ['a', null],
      ['b', 3],
    ],
    "{'b': 3}",
  ],
  [{}, [['v']], "{'v': 'v'}"],
  [
    { as_list: true },
    [
      ['a', 'b', 1],
      ['a', 'b', 2],
      ['a', null, 3],
    ],
    "{'a': {'b': [1, 2], None: 3}}",
  ],
  [
    { depth: 1, as_list: true },
    [
      ['a', 1, 2],
      ['a', 3, 4],
    ],
    "{'a': {'x': [1, 3], 'y': [2, 4]}}",
  ],
]

function columnsOf([row = []]: readonly (readonly unknown[])[]): readonly string[] {
  return row.length === 4 ? ['w', 'x', 'y', 'z'] : ['w', 'x', 'y'].slice(0, row.length)
}

describe('rows become data as in Salt', () => {
  test.each(answers)('%j of %j', (settings, rows, expected) => {
    const tree = new SqlTree()
    for (const query of sqlQueries([{ query: 'q', ...settings }]))
      tree.add(query, { columns: columnsOf(rows), rows })
    expect(pythonRepr(tree.data)).toBe(expected)
  })

  test('a key in front of a query has its data below it, and the rest beside', () => {
    const tree = new SqlTree()
    const [first, second] = sqlQueries({ b: 'q', a: ['q', 1] })
    if (first === undefined || second === undefined) throw new Error('there are two queries')
    expect([first.root, first.depth, second.root]).toEqual(['a', 1, 'b'])
    for (const query of [first, second, first]) tree.add(query, { columns: ['x', 'y'], rows: [['k', 1]] })
    expect(tree.data).toEqual({ a: { k: 1 }, b: { k: 1 } })
  })
})

describe('settings', () => {
  test('empty queries are left out', () => {
    expect(sqlQueries({ a: '', b: [], c: { depth: 1 }, d: null, e: [''], f: { query: ' ' } })).toEqual([])
  })

  test.each([
    [{ a: { query: 'q', dept: 1 } }, 'has the setting dept'],
    [{ a: { query: 'q', depth: -1 } }, 'the setting depth'],
    [{ a: { query: 'q', with_lists: '1,x' } }, 'the setting with_lists'],
  ])('%j is refused', (config, text) => {
    expect(() => sqlQueries(config)).toThrow(text)
  })

  test('the id of a minion is a text in a query, whatever it holds', () => {
    expect(withMinion('a like %s or b = %s or c like "x%%"', 'web.1@x')).toBe(
      `a like 'web.1@x' or b = 'web.1@x' or c like "x%"`,
    )
    for (const id of ["a'b", 'a\\', 'a b', 'a\n', 'a\0', 'a"b', ''])
      expect(() => withMinion('%s', id)).toThrow('cannot stand')
    expect(() => withMinion("like '%d'", 'm1')).toThrow('neither %s nor %%')
    expect(() => withMinion("like 'a%", 'm1')).toThrow('neither %s nor %%')
  })
})
