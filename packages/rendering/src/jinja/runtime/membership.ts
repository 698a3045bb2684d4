// SPDX-License-Identifier: Apache-2.0
import { equal, isNumeric, PythonObject, plainNumber, pythonTypeName, ValueMap } from '@halite/core'
import { iterate } from './iteration.ts'
import { typeError } from './native.ts'
import { hasAttributes, Iterable, MapView, Range } from './objects.ts'

/** An object that answers `in` itself. */
export interface Container {
  contains(item: unknown): boolean
}

/** Python's `in`. Throws its TypeError for what cannot be searched. */
export function contains(container: unknown, item: unknown): boolean {
  if (typeof container === 'string') {
    if (typeof item === 'string') return container.includes(item)
    throw typeError(`'in <string>' requires string as left operand, not ${pythonTypeName(item)}`)
  }
  if (Array.isArray(container))
    return typeof item === 'string'
      ? container.includes(item) || holds(container, item)
      : holds(container, item)
  if (container instanceof Map) return container.has(item)
  if (container instanceof Range) return isNumeric(item) && container.includes(Number(plainNumber(item)))
  if (container instanceof MapView && container.kind === 'keys') return container.map.has(item)
  if (container instanceof Set) return new ValueMap([...container].map((each) => [each, true])).has(item)
  if (container instanceof Uint8Array) return bytesContain(container, item)
  if (container instanceof Iterable) return holds(container.iterate(), item)
  if (container instanceof PythonObject && isContainer(container)) return container.contains(item)
  if (container instanceof PythonObject && !hasAttributes(container)) return holds(iterate(container), item)
  throw typeError(`argument of type '${pythonTypeName(container)}' is not iterable`)
}

function isContainer(value: PythonObject): value is PythonObject & Container {
  return 'contains' in value && typeof value.contains === 'function'
}

function holds(items: globalThis.Iterable<unknown>, item: unknown): boolean {
  for (const each of items) if (equal(each, item)) return true
  return false
}

function bytesContain(bytes: Uint8Array, item: unknown): boolean {
  if (typeof item === 'number') return bytes.includes(item)
  if (item instanceof Uint8Array) return Buffer.from(bytes).includes(Buffer.from(item))
  throw typeError(`a bytes-like object is required, not '${pythonTypeName(item)}'`)
}
