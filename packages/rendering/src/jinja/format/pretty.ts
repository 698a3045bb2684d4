// SPDX-License-Identifier: Apache-2.0
import { isMap, pythonRepr, Tuple } from '@halite/core'
import type { Budget } from '../runtime/limits.ts'
import { sortedBy } from '../runtime/sorting.ts'

const width = 80

/** Python's `pprint.pformat`: on one line where it fits into 80 columns, else one item a line; keys sorted. */
export function prettyFormat(value: unknown, budget: Budget): string {
  return format(value, 0, 0, budget)
}

/** `indent` is the column of the value; `allowance` what has to follow it on the last line. */
function format(value: unknown, indent: number, allowance: number, budget: Budget): string {
  const flat = flatRepr(value)
  budget.charge(flat.length)
  if (flat.length <= width - indent - allowance) return flat
  if (isMap(value) && value instanceof Map && value.size > 0)
    return formatMap(value, indent, allowance, budget)
  if (Array.isArray(value) && value.length > 0) return formatList(value, indent, allowance, budget)
  return flat
}

function formatMap(
  map: ReadonlyMap<unknown, unknown>,
  indent: number,
  allowance: number,
  budget: Budget,
): string {
  const entries = sortedEntries(map)
  const parts = entries.map(([key, item], index) => {
    const head = `${pythonRepr(key)}: `
    const isLast = index === entries.length - 1
    return head + format(item, indent + 1 + head.length, isLast ? allowance + 1 : 1, budget)
  })
  return `{${parts.join(`,\n${' '.repeat(indent + 1)}`)}}`
}

function formatList(list: readonly unknown[], indent: number, allowance: number, budget: Budget): string {
  const [open, close] = list instanceof Tuple ? ['(', list.length === 1 ? ',)' : ')'] : ['[', ']']
  const parts = Array.from(list, (item, index) => {
    const isLast = index === list.length - 1
    return format(item, indent + 1, isLast ? allowance + close.length : 1, budget)
  })
  return `${open}${parts.join(`,\n${' '.repeat(indent + 1)}`)}${close}`
}

function flatRepr(value: unknown): string {
  if (value instanceof Map)
    return `{${sortedEntries(value)
      .map(([key, item]) => `${pythonRepr(key)}: ${flatRepr(item)}`)
      .join(', ')}}`
  if (Array.isArray(value) && !(value instanceof Tuple)) return `[${value.map(flatRepr).join(', ')}]`
  return pythonRepr(value)
}

/** By key; keys of different types keep their order, as Python sorts them by the name of their type. */
function sortedEntries(map: ReadonlyMap<unknown, unknown>): [unknown, unknown][] {
  const types = new Set(Array.from(map.keys(), (key) => typeof key))
  return types.size === 1 ? sortedBy(map, ([key]) => key) : [...map]
}
