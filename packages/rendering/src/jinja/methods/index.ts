// SPDX-License-Identifier: Apache-2.0
import { Float, isFloat, Tuple } from '@halite/core'
import { type NativeFunction, nativeTable } from '../runtime/native.ts'
import { Range } from '../runtime/objects.ts'
import { bytesMethods } from './bytes.ts'
import { listMethods, sequenceMethods } from './list.ts'
import { mapMethods } from './map.ts'
import { floatMethods, integerMethods } from './number.ts'
import { rangeMethods } from './range.ts'
import { setMethods } from './set.ts'
import { textCaseMethods } from './text-case.ts'
import { textLayoutMethods } from './text-layout.ts'
import { textSearchMethods } from './text-search.ts'
import { textSplitMethods } from './text-split.ts'

type Table = ReadonlyMap<string, NativeFunction>

const text = nativeTable(textCaseMethods, textSearchMethods, textSplitMethods, textLayoutMethods)
const list = nativeTable(sequenceMethods, listMethods)
const tuple = nativeTable(sequenceMethods)
const map = nativeTable(mapMethods)
const range = nativeTable(rangeMethods)
const set = nativeTable(setMethods)
const bytes = nativeTable(bytesMethods)
const integer = nativeTable(integerMethods)
const float = nativeTable(floatMethods)

/** The method that values of this type have by that name; undefined when Python's type has none a template may call. */
export function methodOf(object: unknown, name: string): NativeFunction | undefined {
  return tableOf(object)?.get(name)
}

function tableOf(object: unknown): Table | undefined {
  if (typeof object === 'string') return text
  if (object instanceof Map) return map
  if (object instanceof Range) return range
  if (Array.isArray(object)) return object instanceof Tuple ? tuple : list
  if (typeof object === 'number' || object instanceof Float) return isFloat(object) ? float : integer
  if (typeof object === 'bigint' || typeof object === 'boolean') return integer
  if (object instanceof Set) return set
  return object instanceof Uint8Array ? bytes : undefined
}
