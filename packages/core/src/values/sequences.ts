// SPDX-License-Identifier: Apache-2.0
import { isInteger } from './float.ts'
import { operationError } from './operation-error.ts'
import { Tuple, tupleOf } from './tuple.ts'
import { pythonTypeName } from './type-name.ts'

/** What Python can join and repeat: text, bytes, lists and tuples. */
export type Sequence = string | Uint8Array | readonly unknown[]

/** The most items, characters or bytes that joining or repeating may give. */
const maxLength = 64 * 1024 * 1024

/** Whether a value is text, bytes, a list or a tuple. */
export function isSequence(value: unknown): value is Sequence {
  return typeof value === 'string' || value instanceof Uint8Array || Array.isArray(value)
}

/** Python's `+` of a sequence and what must be one of the same type. */
export function concatenated(a: Sequence, b: unknown): Sequence {
  const type = pythonTypeName(a)
  if (!isSequence(b) || pythonTypeName(b) !== type) throw cannotConcatenate(type, pythonTypeName(b))
  limitLength(a.length + b.length)
  if (typeof a === 'string') return a + (b as string)
  if (a instanceof Uint8Array) return Buffer.concat([a, b as Uint8Array])
  return sameKind(a, [...a, ...(b as readonly unknown[])])
}

/** Python's `*` of a sequence and what must be an integer; none or less gives an empty one. */
export function repeated(sequence: Sequence, times: unknown): Sequence {
  if (!isInteger(times) && typeof times !== 'boolean') {
    const type = pythonTypeName(times)
    throw operationError('TypeError', `can't multiply sequence by non-int of type '${type}'`)
  }
  const count = Math.max(0, Number(times))
  limitLength(sequence.length * count)
  if (typeof sequence === 'string') return sequence.repeat(sequence === '' ? 0 : count)
  if (sequence instanceof Uint8Array) return Buffer.alloc(sequence.length * count, sequence)
  if (sequence.length === 0) return sameKind(sequence, [])
  const items: unknown[] = []
  for (let time = 0; time < count; time++) for (const item of sequence) items.push(item)
  return sameKind(sequence, items)
}

function cannotConcatenate(type: string, other: string): Error {
  const text =
    type === 'bytes'
      ? `can't concat ${other} to bytes`
      : `can only concatenate ${type} (not "${other}") to ${type}`
  return operationError('TypeError', text)
}

function limitLength(length: number): void {
  if (length > maxLength) throw operationError('OverflowError', 'sequence too large to hold')
}

function sameKind(model: readonly unknown[], items: readonly unknown[]): readonly unknown[] {
  return model instanceof Tuple ? tupleOf(items) : items
}
