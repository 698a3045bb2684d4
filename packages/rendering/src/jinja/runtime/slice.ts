// SPDX-License-Identifier: Apache-2.0
import { isInteger, PythonObject, Tuple, tupleOf } from '@halite/core'
import { typeError, valueError } from './native.ts'
import { Range } from './objects.ts'
import { lengthOf, pointSlice, pointsOf } from './text-points.ts'

/** `[start:stop:step]`, not yet applied to anything. */
export class Slice extends PythonObject {
  readonly start: unknown
  readonly stop: unknown
  readonly step: unknown

  constructor(start: unknown, stop: unknown, step: unknown) {
    super()
    this.start = start
    this.stop = stop
    this.step = step
  }

  get typeName(): string {
    return 'slice'
  }

  override repr(): string {
    return `slice(${[this.start, this.stop, this.step].map(String).join(', ')})`
  }
}

/** The part of text, bytes, a list, a tuple or a range; undefined for what has no parts. */
export function sliced(object: unknown, slice: Slice): unknown {
  if (typeof object === 'string') return slicedText(object, slice)
  if (object instanceof Range) return slicedRange(object, slice)
  if (!Array.isArray(object) && !(object instanceof Uint8Array)) return undefined
  const items = indexes(slice, object.length).map((index) => object[index])
  if (object instanceof Uint8Array) return Uint8Array.from(items as number[])
  return object instanceof Tuple ? tupleOf(items) : items
}

function slicedText(text: string, slice: Slice): string {
  const length = lengthOf(text)
  const { start, stop, step } = bounds(slice, length)
  if (step === 1) return stop > start ? pointSlice(text, start, stop) : ''
  const points = length === text.length ? text : pointsOf(text)
  return indexes(slice, length)
    .map((index) => points[index])
    .join('')
}

function slicedRange(range: Range, slice: Slice): Range {
  const { start, stop, step } = bounds(slice, range.length)
  return new Range(range.at(start), range.at(stop), range.step * step)
}

function indexes(slice: Slice, length: number): number[] {
  const { start, stop, step } = bounds(slice, length)
  const found: number[] = []
  for (let index = start; step > 0 ? index < stop : index > stop; index += step) found.push(index)
  return found
}

/** Python's rules: what lies outside ends at the edge, negative positions count from the end. */
function bounds(slice: Slice, length: number): { start: number; stop: number; step: number } {
  const step = slice.step === null ? 1 : indexOf(slice.step)
  if (step === 0) throw valueError('slice step cannot be zero')
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1]
  const clamp = (bound: unknown, fallback: number) => {
    if (bound === null) return fallback
    const index = indexOf(bound)
    return Math.min(Math.max(index < 0 ? index + length : index, low), high)
  }
  return {
    start: clamp(slice.start, step > 0 ? low : high),
    stop: clamp(slice.stop, step > 0 ? high : low),
    step,
  }
}

function indexOf(value: unknown): number {
  if (typeof value === 'boolean') return Number(value)
  if (!isInteger(value)) {
    throw typeError('slice indices must be integers or None or have an __index__ method')
  }
  return Number(value)
}
