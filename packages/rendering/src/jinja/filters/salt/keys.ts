// SPDX-License-Identifier: Apache-2.0
import { isInteger, parseIntText, pythonTypeName, ValueMap } from '@halite/core'
import { entriesFrom } from '../../methods/map.ts'
import { TemplateProblem } from '../../runtime/errors.ts'
import { itemsOf, iterate } from '../../runtime/iteration.ts'
import { type NativeRow, typeError } from '../../runtime/native.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { Undefined } from '../../runtime/undefined.ts'
import { toNumber } from './text.ts'

type Dict = Map<unknown, unknown>

/** Salt's filters that reach into nested maps by a path of keys. */
export const keyFilters: readonly NativeRow[] = [
  [
    'traverse',
    'data, key, default?, delimiter?',
    (rt, [data, key, fallback, delimiter]) =>
      traversed(rt, data, { key, fallback: fallback ?? null, delimiter: delimiterOf(rt, delimiter) }),
  ],
  [
    'set_dict_key_value',
    'in_dict, keys, value, delimiter?, ordered_dict?',
    (rt, [map, keys, value, delimiter]) =>
      changedAt(rt, [map, keys, delimiter], (holder, key) => holder.set(key, value)),
  ],
  [
    'update_dict_key_value',
    'in_dict, keys, value, delimiter?, ordered_dict?',
    (rt, [map, keys, value, delimiter]) =>
      changedAt(rt, [map, keys, delimiter], (holder, key) => update(holder, key, value)),
  ],
  [
    'append_dict_key_value',
    'in_dict, keys, value, delimiter?, ordered_dict?',
    (rt, [map, keys, value, delimiter]) =>
      changedAt(rt, [map, keys, delimiter], (holder, key) => listAt(holder, key, 'append').push(value)),
  ],
  [
    'extend_dict_key_value',
    'in_dict, keys, value, delimiter?, ordered_dict?',
    (rt, [map, keys, value, delimiter]) =>
      changedAt(rt, [map, keys, delimiter], (holder, key) => extend(holder, key, value)),
  ],
]

function delimiterOf(rt: Runtime, value: unknown): string {
  return value === undefined ? ':' : rt.text(value)
}

/** `a:b:0`: keys of maps and indexes of lists; a list is also searched for a map that has the key. */
function traversed(
  rt: Runtime,
  data: unknown,
  how: { key: unknown; fallback: unknown; delimiter: string },
): unknown {
  let value = data
  for (const step of stepsOf(rt, how.key, how.delimiter)) {
    const next = Array.isArray(value) ? inList(value, step) : inMap(value, step)
    if (next === undefined) return how.fallback
    value = next
  }
  return value
}

function stepsOf(rt: Runtime, key: unknown, delimiter: string): readonly unknown[] {
  if (typeof key === 'string') return key.split(delimiter)
  return isInteger(key) ? [key] : itemsOf(rt.iterate(key, rt.place))
}

function inList(list: readonly unknown[], step: unknown): unknown {
  const index = typeof step === 'string' ? parseIntText(step) : step
  const key = index ?? step
  const holder = list.find((item) => item instanceof Map && item.has(key))
  if (holder instanceof Map) return holder.get(key)
  return typeof index === 'number' ? list.at(index) : undefined
}

function inMap(value: unknown, step: unknown): unknown {
  if (value instanceof Undefined) value.fail()
  if (!(value instanceof Map)) return undefined
  const found: unknown = value.get(step)
  return found === undefined && typeof step === 'string' ? value.get(toNumber(step)) : found
}

function changedAt(
  rt: Runtime,
  [map, keys, delimiter]: readonly unknown[],
  change: (holder: Dict, key: string) => unknown,
): unknown {
  if (!(map instanceof Map))
    throw typeError(`'${pythonTypeName(map)}' object does not support item assignment`)
  const path = rt.text(keys).split(delimiterOf(rt, delimiter))
  rt.budget.charge(path.length)
  const last = path.pop() ?? ''
  let holder: Dict = map
  for (const key of path) {
    const next: unknown = holder.get(key)
    if (next instanceof Map) holder = next
    else {
      const made = new ValueMap()
      holder.set(key, made)
      holder = made
    }
  }
  change(holder, last)
  return map
}

function update(holder: Dict, key: string, value: unknown): void {
  const target = holder.get(key) ?? new ValueMap()
  if (!(target instanceof Map)) throw cannot('update', target)
  holder.set(key, target)
  if (value === '') return
  if (typeof value !== 'object' || value === null) {
    throw new TemplateProblem(
      'function',
      `Cannot update <class 'dict'> with a <class '${pythonTypeName(value)}'>.`,
    )
  }
  for (const [each, item] of entriesFrom(value)) target.set(each, item)
}

function listAt(holder: Dict, key: string, action: string): unknown[] {
  const list = holder.get(key) ?? []
  if (!Array.isArray(list)) throw cannot(action, list)
  holder.set(key, list)
  return list
}

function extend(holder: Dict, key: string, value: unknown): void {
  const list = listAt(holder, key, 'extend')
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) {
    throw new TemplateProblem(
      'function',
      `Cannot extend <class 'list'> with a <class '${pythonTypeName(value)}'>.`,
    )
  }
  list.push(...iterate(value))
}

function cannot(action: string, value: unknown): TemplateProblem {
  return new TemplateProblem(
    'function',
    `The last key contains a <class '${pythonTypeName(value)}'>, which cannot ${action}.`,
  )
}
