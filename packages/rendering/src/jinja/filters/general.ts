// SPDX-License-Identifier: Apache-2.0
import { isTruthy } from '@halite/core'
import { prettyFormat } from '../format/pretty.ts'
import { attribute } from '../runtime/access.ts'
import { itemsOf } from '../runtime/iteration.ts'
import type { NativeRow } from '../runtime/native.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { missingMember, Undefined } from '../runtime/undefined.ts'

/** Jinja's filters for values of any type. */
export const generalFilters: readonly NativeRow[] = [
  ['default', 'value, default_value?, boolean?', fallbackTo],
  ['d', 'value, default_value?, boolean?', fallbackTo],
  ['attr', 'obj, name', (rt, [value, name]) => ownAttribute(rt, value, rt.str(name))],
  ['pprint', 'value', (rt, [value]) => prettyFormat(value, rt.budget)],
  ['random', 'seq', (rt, [value]) => randomOf(rt, value)],
]

function fallbackTo(_rt: Runtime, [value, fallback, boolean]: readonly unknown[]): unknown {
  const isMissing =
    value instanceof Undefined || (boolean !== undefined && isTruthy(boolean) && !isTruthy(value))
  if (!isMissing) return value
  return fallback === undefined ? '' : fallback
}

/** An attribute alone: a map's items are none. */
function ownAttribute(rt: Runtime, value: unknown, name: string): unknown {
  if (value instanceof Map && !name.startsWith('__')) {
    const found = attribute(rt, new Map(), name)
    return found instanceof Undefined ? rt.undefined(missingMember(value, name)) : attribute(rt, value, name)
  }
  return attribute(rt, value, name)
}

function randomOf(rt: Runtime, value: unknown): unknown {
  const items = itemsOf(value)
  if (items.length === 0) return rt.undefined('No random item, sequence was empty.')
  return items[rt.services.random(items.length)]
}
