// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonTypeName } from '@halite/core'
import { prettyFormat } from '../format/pretty.ts'
import { attribute } from '../runtime/access.ts'
import { itemsOf } from '../runtime/iteration.ts'
import { type NativeRow, typeError } from '../runtime/native.ts'
import { Markup } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { missingMember, Undefined } from '../runtime/undefined.ts'

/** Jinja's filters for values of any type. */
export const generalFilters: readonly NativeRow[] = [
  ['default', 'value, default_value?, boolean?', fallbackTo],
  ['d', 'value, default_value?, boolean?', fallbackTo],
  ['attr', 'obj, name', (rt, [value, name]) => ownAttribute(rt, value, attributeName(name))],
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

function attributeName(name: unknown): string {
  if (name instanceof Undefined) name.fail()
  const text = name instanceof Markup ? name.text : name
  if (typeof text === 'string') return text
  throw typeError(`attribute name must be string, not '${pythonTypeName(name)}'`)
}

function randomOf(rt: Runtime, value: unknown): unknown {
  const items = itemsOf(value)
  if (items.length === 0) return rt.undefined('No random item, sequence was empty.')
  return items[rt.services.random(items.length)]
}
