// SPDX-License-Identifier: Apache-2.0
import { isInteger, pythonRepr, pythonTypeName, ValueMap } from '@halite/core'
import { intOf, intOr } from '../methods/arguments.ts'
import { entriesFrom, updated } from '../methods/map.ts'
import { Cycler, Joiner, Namespace } from '../runtime/global-objects.ts'
import {
  type Keywords,
  type NativeFunction,
  type NativeRow,
  nativeTable,
  pythonErrorOf,
  typeError,
  valueError,
} from '../runtime/native.ts'
import { Markup, OrderedMap, Range } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { loremIpsum } from './lorem-ipsum.ts'

const rows: readonly NativeRow[] = [
  ['range', '*', (rt, [args]: [unknown[]]) => rangeOf(rt, args)],
  [
    'dict',
    'mapping?, **',
    (rt, [mapping, keywords]: [unknown, Keywords]) => filled(rt, new ValueMap(), [mapping, keywords]),
  ],
  [
    'odict',
    'mapping?, **',
    (rt, [mapping, keywords]: [unknown, Keywords]) => filled(rt, new OrderedMap(), [mapping, keywords]),
  ],
  [
    'namespace',
    'mapping?, **',
    (_rt, [mapping, keywords]: [unknown, Keywords]) =>
      new Namespace([...(mapping === undefined ? [] : entriesFrom(mapping)), ...keywords]),
  ],
  ['cycler', '*', (_rt, [items]: [unknown[]]) => new Cycler(items)],
  ['joiner', 'sep?', (_rt, [separator]) => new Joiner(separator ?? ', ')],
  [
    'lipsum',
    'n?, html?, min?, max?',
    (rt, [count, html, min, max]) =>
      loremIpsum(rt, {
        count: intOr(count, 5),
        html: html !== false,
        min: intOr(min, 20),
        max: intOr(max, 100),
      }),
  ],
  [
    'raise',
    'msg',
    (rt, [message]) => {
      throw pythonErrorOf(rt.str(message))
    },
  ],
  ['show_full_context', '', (rt) => fullContext(rt)],
]

/** The functions and names that every template has. */
export const globals: ReadonlyMap<string, NativeFunction> = nativeTable(rows)

function rangeOf(rt: Runtime, args: readonly unknown[]): Range {
  if (args.length === 0) throw typeError('range expected at least 1 argument, got 0')
  if (args.length > 3) throw typeError(`range expected at most 3 arguments, got ${args.length}`)
  const numbers = args.map(intOf)
  const [start = 0, stop = 0] = numbers.length === 1 ? [0, numbers[0]] : numbers
  const step = numbers[2] ?? 1
  if (step === 0) throw valueError('range() arg 3 must not be zero')
  const range = new Range(start, stop, step)
  const { maxRange } = rt.services.limits
  if (range.length > maxRange) {
    throw pythonErrorOf(`Range too big. The sandbox blocks ranges larger than MAX_RANGE (${maxRange}).`)
  }
  return range
}

function filled(rt: Runtime, map: ValueMap, given: readonly [unknown, Keywords]): ValueMap {
  updated(rt, map, given)
  return map
}

/** The context as plain data: what is neither text, number nor collection as Python's `repr`. */
function fullContext(rt: Runtime): unknown {
  const map = new ValueMap()
  for (const [name, value] of rt.everyName()) map.set(name, simple(value, 0))
  return map
}

function simple(value: unknown, depth: number): unknown {
  if (depth > 100) return pythonTypeName(value)
  if (value instanceof Map)
    return new ValueMap(Array.from(value, ([key, item]) => [key, simple(item, depth + 1)]))
  if (Array.isArray(value)) return value.map((item) => simple(item, depth + 1))
  if (value instanceof Markup) return value.text
  const isSimple =
    value === null || ['string', 'boolean', 'number', 'bigint'].includes(typeof value) || isInteger(value)
  return isSimple ? value : pythonRepr(value)
}
