// SPDX-License-Identifier: Apache-2.0
import { compareText, compareValues, isSaltError, pythonRepr, pythonTypeName, Tuple } from '@halite/core'
import type { Budget } from '../runtime/limits.ts'

const width = 80

/** Python's `pprint.pformat`: on one line where it fits into 80 columns, else one item a line; keys sorted. */
export function prettyFormat(value: unknown, budget: Budget): string {
  return new PrettyWriter(budget).text(value, { indent: 0, allowance: 0 })
}

/** `indent` is the column of a value; `allowance` what has to follow it on its last line. */
interface Place {
  readonly indent: number
  readonly allowance: number
}

class PrettyWriter {
  readonly #budget: Budget

  constructor(budget: Budget) {
    this.#budget = budget
  }

  text(value: unknown, place: Place): string {
    const flat = flatRepr(value)
    this.#budget.charge(flat.length)
    if (flat.length <= width - place.indent - place.allowance) return flat
    if (value instanceof Map && value.size > 0) return this.#map(value, place)
    return Array.isArray(value) && value.length > 0 ? this.#list(value, place) : flat
  }

  #map(map: ReadonlyMap<unknown, unknown>, { indent, allowance }: Place): string {
    const entries = sortedEntries(map)
    const parts = entries.map(([key, item], index) => {
      const head = `${pythonRepr(key)}: `
      const isLast = index === entries.length - 1
      return (
        head + this.text(item, { indent: indent + 1 + head.length, allowance: isLast ? allowance + 1 : 1 })
      )
    })
    return `{${parts.join(`,\n${' '.repeat(indent + 1)}`)}}`
  }

  #list(list: readonly unknown[], { indent, allowance }: Place): string {
    const [open, close] = list instanceof Tuple ? ['(', list.length === 1 ? ',)' : ')'] : ['[', ']']
    const parts = Array.from(list, (item, index) => {
      const isLast = index === list.length - 1
      return this.text(item, { indent: indent + 1, allowance: isLast ? allowance + close.length : 1 })
    })
    return `${open}${parts.join(`,\n${' '.repeat(indent + 1)}`)}${close}`
  }
}

function flatRepr(value: unknown): string {
  if (value instanceof Map)
    return `{${sortedEntries(value)
      .map(([key, item]) => `${pythonRepr(key)}: ${flatRepr(item)}`)
      .join(', ')}}`
  if (Array.isArray(value) && !(value instanceof Tuple)) return `[${value.map(flatRepr).join(', ')}]`
  return pythonRepr(value)
}

/** By key; keys that cannot be compared are ordered by the names of their types, as by Python. */
function sortedEntries(map: ReadonlyMap<unknown, unknown>): [unknown, unknown][] {
  return [...map].sort(([a], [b]) => keyOrder(a, b))
}

function keyOrder(a: unknown, b: unknown): number {
  try {
    return compareValues(a, b)
  } catch (error) {
    if (!isSaltError(error, 'VALUE_OPERATION')) throw error
    return compareText(pythonTypeName(a), pythonTypeName(b))
  }
}
