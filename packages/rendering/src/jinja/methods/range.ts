// SPDX-License-Identifier: Apache-2.0
import { isNumeric, pythonRepr } from '@halite/core'
import { type NativeRow, valueError } from '../runtime/native.ts'
import type { Range } from '../runtime/objects.ts'

/** Methods of `range(…)`, which look at no item. */
export const rangeMethods: readonly NativeRow[] = [
  ['count', 'self, value', (_rt, [range, value]: [Range, unknown]) => (placeOf(range, value) < 0 ? 0 : 1)],
  ['index', 'self, value', (_rt, [range, value]: [Range, unknown]) => indexOf(range, value)],
]

function indexOf(range: Range, value: unknown): number {
  const place = placeOf(range, value)
  if (place < 0) throw valueError(`${pythonRepr(value)} is not in range`)
  return place
}

/** Where a number stands in a range; -1 for what does not. */
function placeOf(range: Range, value: unknown): number {
  if (!isNumeric(value) && typeof value !== 'boolean') return -1
  const number = Number(value)
  return range.includes(number) ? (number - range.start) / range.step : -1
}
