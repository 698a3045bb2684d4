// SPDX-License-Identifier: Apache-2.0
import { messageOf, randomSample, secureBits, seededBits } from '@halite/core'
import { intOr } from '../../methods/arguments.ts'
import { itemsOf } from '../../runtime/iteration.ts'
import { type NativeRow, typeError, valueError } from '../../runtime/native.ts'
import { MapView } from '../../runtime/objects.ts'
import { digest } from './hashes.ts'

/** Salt's filters that draw from a list. */
export const sampleFilters: readonly NativeRow[] = [
  [
    'random_sample',
    'value, size, seed?',
    (_rt, [value, size, seed]) => sample(population(value), intOr(size, 0), seed),
  ],
  ['random_shuffle', 'value, seed?', (_rt, [value, seed]) => shuffled(population(value), seed)],
]

/** What has an order; maps and sets have none to draw from. */
function population(value: unknown): readonly unknown[] {
  if (value instanceof Map || value instanceof Set || value instanceof MapView)
    throw typeError('Population must be a sequence.  For dicts or sets, use sorted(d).')
  return itemsOf(value)
}

function shuffled(items: readonly unknown[], seed: unknown): unknown[] {
  return sample(items, items.length, seed)
}

/** With a seed as Salt draws it: by the SHA-512 of the seed. */
function sample(items: readonly unknown[], size: number, seed: unknown): unknown[] {
  const bits = seed === undefined || seed === null ? secureBits : seededBits(digest('sha512', seed))
  try {
    return randomSample(bits, items, size)
  } catch (error) {
    throw valueError(messageOf(error))
  }
}
