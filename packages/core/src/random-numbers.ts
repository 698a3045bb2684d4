// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { MersenneTwister } from './mersenne-twister.ts'

/** Where random bits come from. */
export interface RandomBits {
  /** A number of this many bits. */
  bits(count: number): bigint
}

/** Bits that nobody can foresee. */
export const secureBits: RandomBits = {
  bits(count) {
    const bytes = Math.ceil(count / 8)
    return count === 0 ? 0n : BigInt(`0x${randomBytes(bytes).toString('hex')}`) >> BigInt(bytes * 8 - count)
  },
}

/** Bits that follow from a seed, the same as those of Python's `random.seed(seed)`. Not for secrets. */
export function seededBits(seed: string | Uint8Array | bigint): RandomBits {
  return new MersenneTwister(seed)
}

/** A number from 0 to below `limit`, each as likely as any other, drawn as Python draws it. */
export function randomBelow(source: RandomBits, limit: bigint): bigint {
  if (limit <= 0n) throw new RangeError(`a random number below ${limit} cannot be drawn`)
  const count = limit.toString(2).length
  for (;;) {
    const drawn = source.bits(count)
    if (drawn < limit) return drawn
  }
}

/** `size` of the items in random order, drawn as Python's `random.sample`. Throws a plain Error for a size that cannot be. */
export function randomSample<T>(source: RandomBits, items: readonly T[], size: number): T[] {
  if (size < 0 || size > items.length) throw new Error('Sample larger than population or is negative')
  const below = (limit: number) => Number(randomBelow(source, BigInt(limit)))
  return items.length <= fewItems(size)
    ? drawFromPool([...items], size, below)
    : drawByIndex(items, size, below)
}

/** Up to this many items a copy of them costs less than to note which were drawn. */
function fewItems(size: number): number {
  return size > 5 ? 21 + 4 ** Math.ceil(Math.log(size * 3) / Math.log(4)) : 21
}

type Below = (limit: number) => number

function drawFromPool<T>(pool: T[], size: number, below: Below): T[] {
  return Array.from({ length: size }, (_, done) => {
    const at = below(pool.length - done)
    const drawn = pool[at] as T
    pool[at] = pool[pool.length - done - 1] as T
    return drawn
  })
}

function drawByIndex<T>(items: readonly T[], size: number, below: Below): T[] {
  const drawn = new Set<number>()
  while (drawn.size < size) drawn.add(below(items.length))
  return Array.from(drawn, (at) => items[at] as T)
}
