// SPDX-License-Identifier: Apache-2.0
import { Tuple } from '@halite/core'
import { Markup } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { Undefined } from '../runtime/undefined.ts'

/** Reads what filters call an attribute: `'a.b'` step by step, a number as an index, nothing as the item itself. */
export function getter(rt: Runtime, attribute: unknown, fallback?: unknown): (item: unknown) => unknown {
  const steps = stepsOf(attribute)
  return (start) => {
    let value = start
    for (const step of steps) {
      value = rt.item(value, step, rt.place)
      if (value instanceof Undefined && fallback !== undefined && fallback !== null) value = fallback
    }
    return value
  }
}

/** As `getter`, for several attributes with commas between them. */
export function multiGetter(rt: Runtime, attribute: unknown): (item: unknown) => Tuple {
  const getters = (typeof attribute === 'string' ? attribute.split(',') : [attribute]).map((each) =>
    getter(rt, each),
  )
  return (item) => {
    const tuple = new Tuple()
    for (const get of getters) tuple.push(get(item))
    return tuple
  }
}

/** Text without regard to case, where a filter compares that way. */
export function ignoringCase(value: unknown): unknown {
  const text = value instanceof Markup ? value.text : value
  return typeof text === 'string' ? text.toLowerCase() : text
}

function stepsOf(attribute: unknown): unknown[] {
  if (attribute === undefined || attribute === null) return []
  if (typeof attribute !== 'string') return [attribute]
  return attribute.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}
