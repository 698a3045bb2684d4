// SPDX-License-Identifier: Apache-2.0
import { isFloat } from './float.ts'
import { PythonObject } from './python-object.ts'
import { Tuple } from './tuple.ts'

/** Python's name for the type of a value: `NoneType`, `bool`, `int`, `float`, `str`, `bytes`, `list`, `tuple`, `set` or `dict`. */
export function pythonTypeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (isFloat(value)) return 'float'
  if (typeof value === 'number' || typeof value === 'bigint') return 'int'
  if (typeof value === 'string') return 'str'
  if (value instanceof Uint8Array) return 'bytes'
  if (Array.isArray(value)) return value instanceof Tuple ? 'tuple' : 'list'
  if (value instanceof PythonObject) return value.typeName
  return value instanceof Set ? 'set' : 'dict'
}
