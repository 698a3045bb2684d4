// SPDX-License-Identifier: Apache-2.0
import { isMap, isTruthy, pythonTypeName, Tuple, ValueMap } from '@halite/core'
import { TemplateProblem } from '../../runtime/errors.ts'
import { iterate } from '../../runtime/iteration.ts'
import { type NativeRow, typeError } from '../../runtime/native.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { toNumber } from './text.ts'

/** Salt's filters between maps and lists of their entries or rows. */
export const entryFilters: readonly NativeRow[] = [
  ['mysql_to_dict', 'data, key', (rt, [value, key]) => tableRows(rt, value, rt.text(key))],
  ['to_entries', 'data', (_rt, [value]) => toEntries(value)],
  ['from_entries', 'entries', (_rt, [value]) => fromEntries(value)],
]

function tableRows(rt: Runtime, value: unknown, key: string): ValueMap {
  const rows = new ValueMap()
  let headers: string[] = []
  for (const each of iterate(value)) {
    const line = rt.text(each)
    if (line === '' || line.startsWith('+')) continue
    const cells = line.split('|').map((cell) => cell.trim())
    if (headers.length <= 1) {
      headers = cells
      continue
    }
    const row = new ValueMap()
    for (let index = 1; index < headers.length - 1; index++)
      row.set(headers[index], toNumber(cells[index] ?? ''))
    rows.set(row.get(key) ?? null, row)
  }
  return rows
}

function toEntries(value: unknown): unknown[] {
  const entry = (key: unknown, item: unknown) =>
    new ValueMap([
      ['key', key],
      ['value', item],
    ])
  if (value instanceof Map) return Array.from(value, ([key, item]) => entry(key, item))
  if (Array.isArray(value) && !(value instanceof Tuple))
    return Array.from(value, (item, index) => entry(index, item))
  throw new TemplateProblem('error', 'Input data must be a dict or list')
}

function fromEntries(value: unknown): ValueMap {
  const map = new ValueMap()
  for (const entry of iterate(value)) {
    if (!isMap(entry) || !(entry instanceof Map))
      throw typeError(`'${pythonTypeName(entry)}' object is not a mapping`)
    const parts = new Map(
      Array.from(entry, ([key, item]) => [typeof key === 'string' ? key.toLowerCase() : key, item]),
    )
    const key = ['key', 'name']
      .map((name) => parts.get(name))
      .find((each) => each !== undefined && isTruthy(each))
    if (key !== undefined) map.set(key, parts.get('value') ?? null)
  }
  return map
}
