// SPDX-License-Identifier: Apache-2.0
import { isInteger, PythonObject, pythonRepr, pythonTypeName, Tuple } from '@halite/core'
import { methodOf } from '../methods/index.ts'
import { numberPart } from '../methods/number.ts'
import { typeError } from './native.ts'
import { BoundMethod, Group, hasAttributes, Markup, Range } from './objects.ts'
import type { Runtime } from './runtime.ts'
import { Slice, sliced } from './slice.ts'
import { pointAt } from './text-points.ts'
import { missingMember, Undefined } from './undefined.ts'

/** Attributes that every object has in Python, and that its sandbox forbids. */
const internals = new Set(
  [
    'class dict doc module init new del repr str bytes format lt le eq ne gt ge hash bool getattribute setattr delattr dir',
    'init_subclass subclasshook reduce reduce_ex sizeof subclasses mro base bases name qualname call self func globals code',
    'closure defaults kwdefaults annotations builtins import getattr getitem setitem delitem iter next len contains add',
    'mul rmul mod rmod index getnewargs class_getitem reversed ior or ror iadd imul getstate weakref',
  ]
    .join(' ')
    .split(' ')
    .map((name) => `__${name}__`),
)

/** `object.name`: an attribute or method, else an item with that key, else undefined. */
export function attribute(rt: Runtime, object: unknown, name: string): unknown {
  if (object instanceof Undefined) return object.fail()
  if (internals.has(name)) return unsafe(rt, object, name)
  const own = ownAttribute(rt, object, name)
  if (own !== undefined) return own
  if (object instanceof Map) {
    const value: unknown = object.get(name)
    if (value !== undefined) return value
  }
  return rt.undefined(missingMember(object, name))
}

/** `object[key]`: an item or slice, else, for text, the attribute of that name, else undefined. */
export function item(rt: Runtime, object: unknown, key: unknown): unknown {
  if (object instanceof Undefined) return object.fail()
  const plainKey = key instanceof Markup ? key.text : key
  if (plainKey instanceof Undefined) return plainKey.fail()
  const found = itemOf(rt, object, plainKey)
  if (found !== undefined) return found
  if (typeof plainKey === 'string') {
    if (internals.has(plainKey)) return unsafe(rt, object, plainKey)
    const own = ownAttribute(rt, object, plainKey)
    if (own !== undefined) return own
  }
  return rt.undefined(missingMember(object, plainKey))
}

/** An object whose items are its own affair, such as `salt`. */
export interface HasItems {
  item(key: unknown, rt: Runtime): unknown
}

function itemOf(rt: Runtime, object: unknown, key: unknown): unknown {
  if (object instanceof Map) {
    if (key instanceof Slice) throw typeError("unhashable type: 'slice'")
    return isHashable(key) ? object.get(key) : undefined
  }
  if (key instanceof Slice) return sliceOf(object instanceof Markup ? object.text : object, key)
  if (isInteger(key) || typeof key === 'boolean') return itemAt(object, Number(key))
  return object instanceof PythonObject && isItemized(object) ? object.item(key, rt) : undefined
}

/** A slice fails where an item would be undefined. */
function sliceOf(object: unknown, slice: Slice): unknown {
  const part = sliced(object, slice)
  if (part === undefined) throw typeError(`'${pythonTypeName(object)}' object is not subscriptable`)
  return part
}

function isItemized(value: PythonObject): value is PythonObject & HasItems {
  return 'item' in value && typeof value.item === 'function'
}

/** What Python's `hash` accepts: everything but lists, maps, sets and slices. Throws for an undefined value. */
export function isHashable(key: unknown): boolean {
  if (key instanceof Undefined) key.fail()
  return (
    !(key instanceof Map || key instanceof Set || key instanceof Slice) &&
    (!Array.isArray(key) || key instanceof Tuple)
  )
}

function itemAt(object: unknown, index: number): unknown {
  if (Array.isArray(object) || object instanceof Uint8Array) return object.at(index)
  if (typeof object === 'string') return pointAt(object, index)
  if (object instanceof Markup) return pointAt(object.text, index)
  if (!(object instanceof Range)) return undefined
  const place = index < 0 ? index + object.length : index
  return place >= 0 && place < object.length ? object.at(place) : undefined
}

/** An attribute of the object itself, or a method of its type bound to it. */
function ownAttribute(rt: Runtime, object: unknown, name: string): unknown {
  if (object instanceof PythonObject && hasAttributes(object)) return object.attribute(name, rt)
  if (object instanceof Group) {
    const named = object.attribute(name)
    if (named !== undefined) return named
  }
  const plain = object instanceof Markup ? object.text : object
  const part = numberPart(plain, name)
  if (part !== undefined) return part
  const method = methodOf(plain, name)
  return method === undefined ? undefined : new BoundMethod(plain, method)
}

function unsafe(rt: Runtime, object: unknown, name: string): Undefined {
  const message = `access to attribute ${pythonRepr(name)} of ${pythonRepr(pythonTypeName(object))} object is unsafe.`
  return rt.undefined(message, 'syntax')
}
