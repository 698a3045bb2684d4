// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, plainNumber, pythonStr, SaltError, textKeyed } from '@halite/core'

/** A query of an external pillar, and how its rows become data. */
export interface SqlQuery {
  /** The key that its data goes below; undefined for none. */
  readonly root: unknown
  /** `%s` in it is the id of the minion, `%%` a `%`. */
  readonly query: string
  /** How many of the first columns are keys: 0 for all but the last. */
  readonly depth: number
  /** Values that meet under one key become a list. */
  readonly asList: boolean
  /** A single column holds JSON. */
  readonly asJson: boolean
  /** Levels whose maps become lists of their values, from 1. */
  readonly withLists: readonly number[]
  /** A column without a value is left out. */
  readonly ignoreNull: boolean
}

const names = ['query', 'depth', 'as_list', 'as_json', 'with_lists', 'ignore_null']

/**
 * The queries of settings in any form that Salt has: a text, a list of queries, or a map of keys to queries, which are asked in the order
 * of the keys. A query is a text, a list of it and its depth, or a map. One that is empty is left out. Throws `ARGUMENTS_INVALID`.
 */
export function sqlQueries(config: unknown): readonly SqlQuery[] {
  if (isMap(config)) {
    const entries = entriesOf(config).map(([root, each]) => [root, pythonStr(root), each] as const)
    const sorted = entries.sort(([, one], [, other]) => (one < other ? -1 : 1))
    return sorted.flatMap(([root, , each]) => queryOf(root, each))
  }
  return (Array.isArray(config) ? config : [config]).flatMap((each) => queryOf(undefined, each))
}

function queryOf(root: unknown, given: unknown): readonly SqlQuery[] {
  const settings = settingsIn(given)
  const { query, depth = 0, with_lists: lists } = settings
  if (typeof query !== 'string' || query.trim() === '') return []
  return [
    {
      root,
      query,
      depth: amount('depth', depth),
      asList: settings['as_list'] === true,
      asJson: settings['as_json'] === true,
      withLists: listOf(lists).map((level) => amount('with_lists', level)),
      ignoreNull: settings['ignore_null'] === true,
    },
  ]
}

function settingsIn(given: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(given)) return { query: given[0], depth: given[1] ?? 0 }
  if (!isMap(given)) return { query: given }
  const settings = textKeyed(given)
  const unknown = Object.keys(settings).find((name) => !names.includes(name))
  if (unknown === undefined) return settings
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `a query has the setting ${unknown}; there are ${names.join(', ')}`,
  )
}

function listOf(lists: unknown): readonly unknown[] {
  if (lists === undefined || lists === null || lists === '') return []
  return Array.isArray(lists) ? lists : pythonStr(lists).split(',')
}

function amount(name: string, value: unknown): number {
  const number = Number(typeof value === 'string' ? value : (plainNumber(value) ?? Number.NaN))
  if (Number.isSafeInteger(number) && number >= 0) return number
  throw new SaltError('ARGUMENTS_INVALID', `the setting ${name} of a query must be a whole number, 0 or more`)
}

/**
 * A query with the id of a minion in place of `%s`, as a text of SQL. Throws `ARGUMENTS_INVALID` for another `%`, and for an id that
 * would end the text.
 */
export function withMinion(query: string, id: string): string {
  if (!/^[^'"\\\p{C}\p{Z}]+$/u.test(id)) {
    throw new SaltError('ARGUMENTS_INVALID', `the id ${JSON.stringify(id)} cannot stand in a query`)
  }
  return query.replace(/%(.?)/gs, (_all, what: string) => {
    if (what === 's') return `'${id}'`
    if (what === '%') return '%'
    throw new SaltError('ARGUMENTS_INVALID', 'a query has a % that is neither %s nor %%', {
      hint: 'Write %% for a % of SQL, as in LIKE.',
    })
  })
}
