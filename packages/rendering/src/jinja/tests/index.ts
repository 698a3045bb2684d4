// SPDX-License-Identifier: Apache-2.0
import { equal, isFloat, isInteger, isNumeric, pythonTypeName, Tuple } from '@halite/core'
import { flagsOf } from '../filters/salt/text.ts'
import { methodOf } from '../methods/index.ts'
import { isHashable } from '../runtime/access.ts'
import { NativeFunction, type NativeRow, nativeTable, typeError } from '../runtime/native.ts'
import { Callable, Iterable, MapView, Markup, Range } from '../runtime/objects.ts'
import { Pattern } from '../runtime/regex.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { Undefined } from '../runtime/undefined.ts'

const comparisons: readonly NativeRow[] = [
  ...rows(['==', 'eq'], 'a, b, /', (rt, [a, b]) => rt.eq(a, b, rt.place)),
  ...rows(['!=', 'ne'], 'a, b, /', (rt, [a, b]) => rt.ne(a, b, rt.place)),
  ...rows(['>', 'gt', 'greaterthan'], 'a, b, /', (rt, [a, b]) => rt.gt(a, b, rt.place)),
  ...rows(['>=', 'ge'], 'a, b, /', (rt, [a, b]) => rt.gteq(a, b, rt.place)),
  ...rows(['<', 'lt', 'lessthan'], 'a, b, /', (rt, [a, b]) => rt.lt(a, b, rt.place)),
  ...rows(['<=', 'le'], 'a, b, /', (rt, [a, b]) => rt.lteq(a, b, rt.place)),
  ['in', 'value, seq', (rt, [value, container]) => rt.in(value, container, rt.place)],
  ['sameas', 'value, other', (_rt, [value, other]) => isSame(value, other)],
]

const numbers: readonly NativeRow[] = [
  ['odd', 'value', (rt, [value]) => equal(remainder(rt, value, 2), 1)],
  ['even', 'value', (rt, [value]) => equal(remainder(rt, value, 2), 0)],
  ['divisibleby', 'value, num', (rt, [value, num]) => equal(remainder(rt, value, num), 0)],
  ['number', 'value', (_rt, [value]) => isNumeric(value) || typeof value === 'boolean'],
  ['integer', 'value', (_rt, [value]) => isInteger(value)],
  ['float', 'value', (_rt, [value]) => isFloat(value)],
]

const types: readonly NativeRow[] = [
  ['defined', 'value', (_rt, [value]) => !(value instanceof Undefined)],
  ['undefined', 'value', (_rt, [value]) => value instanceof Undefined],
  ['none', 'value', (_rt, [value]) => value === null],
  ['boolean', 'value', (_rt, [value]) => typeof value === 'boolean'],
  ['true', 'value', (_rt, [value]) => value === true],
  ['false', 'value', (_rt, [value]) => value === false],
  ['string', 'value', (_rt, [value]) => typeof value === 'string' || value instanceof Markup],
  ['mapping', 'value', (_rt, [value]) => value instanceof Map],
  ['sequence', 'value', (_rt, [value]) => isSequence(value)],
  ['iterable', 'value', (_rt, [value]) => isIterable(value)],
  ['callable', 'object', (_rt, [value]) => isCallable(value)],
  ['escaped', 'value', (_rt, [value]) => value instanceof Markup],
  ['lower', 'value', (rt, [value]) => cased(rt, value, 'islower')],
  ['upper', 'value', (rt, [value]) => cased(rt, value, 'isupper')],
  ['filter', 'value', (rt, [value]) => isNameIn(rt.services.filters, value)],
  ['test', 'value', (rt, [value]) => isNameIn(rt.services.tests, value)],
]

/** Salt's own tests. */
const saltTests: readonly NativeRow[] = [
  ['equalto', 'value, other', (rt, [a, b]) => rt.eq(a, b, rt.place)],
  ['list', 'value', (_rt, [value]) => Array.isArray(value) && !(value instanceof Tuple)],
  [
    'match',
    'txt, rgx, ignorecase?, multiline?',
    (rt, [text, pattern, ...flags]) =>
      new Pattern(rt.text(pattern), flagsOf(flags)).first(rt.text(text), true) !== undefined,
  ],
]

/** Every test of Jinja and Salt by name. */
export const tests: ReadonlyMap<string, NativeFunction> = nativeTable(comparisons, numbers, types, saltTests)

function rows(names: readonly string[], signature: string, body: NativeRow[2]): NativeRow[] {
  return names.map((name) => [name, signature, body])
}

/** An undefined value can be called: what it says then is what is wrong with it. */
function isCallable(value: unknown): boolean {
  return value instanceof Callable || value instanceof NativeFunction || value instanceof Undefined
}

/** Python looks for the value among the keys of a map. */
function isNameIn(table: ReadonlyMap<string, unknown>, value: unknown): boolean {
  if (!isHashable(value)) throw typeError(`unhashable type: '${pythonTypeName(value)}'`)
  const name = value instanceof Markup ? value.text : value
  return typeof name === 'string' && table.has(name)
}

/** Whether two values are one: the same object, or equal constants that Python keeps once. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'object' && a !== null) return a === b
  return a === b && pythonTypeName(a) === pythonTypeName(b)
}

/** `value % by`, of text too, where it is Python's formatting. */
function remainder(rt: Runtime, value: unknown, by: unknown): unknown {
  return rt.mod(value, by, rt.place)
}

function isSequence(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Map) return true
  return value instanceof Uint8Array || value instanceof Range || value instanceof Markup
}

function isIterable(value: unknown): boolean {
  if (value instanceof Undefined) return value.strictness === 'strict' ? value.fail() : true
  return isSequence(value) || value instanceof Set || value instanceof Iterable || value instanceof MapView
}

function cased(rt: Runtime, value: unknown, method: string): unknown {
  const text = rt.str(value)
  return methodOf(text, method)?.invoke(rt, [text], undefined)
}
