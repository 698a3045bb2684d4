// SPDX-License-Identifier: Apache-2.0
import { isInteger, pythonTypeName } from '@halite/core'
import { typeError } from '../runtime/native.ts'
import { Markup } from '../runtime/objects.ts'
import { Undefined } from '../runtime/undefined.ts'

/** An argument that has to be text. Throws Python's TypeError, or what an undefined value says. */
export function textOf(value: unknown, problem = 'must be str'): string {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  if (value instanceof Undefined) return value.fail()
  throw typeError(`${problem}, not ${pythonTypeName(value)}`)
}

/** An argument that has to be an integer a program can count with. Throws Python's TypeError. */
export function intOf(value: unknown): number {
  if (isInteger(value)) return Number(value)
  if (typeof value === 'boolean') return Number(value)
  if (value instanceof Undefined) return value.fail()
  throw typeError(`'${pythonTypeName(value)}' object cannot be interpreted as an integer`)
}

/** As `intOf`, or `fallback` where nothing or None was given. */
export function intOr(value: unknown, fallback: number): number {
  return value === undefined || value === null ? fallback : intOf(value)
}
