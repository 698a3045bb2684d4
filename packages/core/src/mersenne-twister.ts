// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'

const size = 624
const middle = 397

/**
 * MT19937 as Python seeds and reads it: what a seed gave under Salt, such as the minute of a cron job by the id of the minion,
 * it gives here. Whoever sees enough of its numbers knows the next ones.
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(size)
  #at = size

  constructor(seed: string | Uint8Array | bigint) {
    this.#fill(wordsOf(typeof seed === 'bigint' ? (seed < 0n ? -seed : seed) : numberOf(seed)))
  }

  /** The next number of this many bits; the words drawn first are its lowest. */
  bits(count: number): bigint {
    let value = 0n
    for (let done = 0; done < count; done += 32) {
      const left = count - done
      const word = left < 32 ? this.#next() >>> (32 - left) : this.#next()
      value |= BigInt(word) << BigInt(done)
    }
    return value
  }

  #next(): number {
    if (this.#at === size) this.#turn()
    let word = this.#state[this.#at++] ?? 0
    word ^= word >>> 11
    word ^= (word << 7) & 0x9d2c5680
    word ^= (word << 15) & 0xefc60000
    return (word ^ (word >>> 18)) >>> 0
  }

  #turn(): void {
    const state = this.#state
    for (let at = 0; at < size; at++) {
      const joined = ((state[at] ?? 0) & 0x80000000) | ((state[(at + 1) % size] ?? 0) & 0x7fffffff)
      state[at] = (state[(at + middle) % size] ?? 0) ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0)
    }
    this.#at = 0
  }

  #fill(key: readonly number[]): void {
    const state = this.#state
    state[0] = 19650218
    for (let at = 1; at < size; at++) state[at] = Math.imul(1812433253, this.#mixed(at - 1)) + at
    let at = 1
    const step = (make: () => number) => {
      state[at] = make()
      at += 1
      if (at < size) return
      state[0] = state[size - 1] ?? 0
      at = 1
    }
    for (let round = 0; round < Math.max(size, key.length); round++) {
      const index = round % key.length
      step(() => ((state[at] ?? 0) ^ Math.imul(this.#mixed(at - 1), 1664525)) + (key[index] ?? 0) + index)
    }
    for (let round = 1; round < size; round++) {
      step(() => ((state[at] ?? 0) ^ Math.imul(this.#mixed(at - 1), 1566083941)) - at)
    }
    state[0] = 0x80000000
  }

  #mixed(at: number): number {
    const word = this.#state[at] ?? 0
    return word ^ (word >>> 30)
  }
}

/** A text as the number that its bytes and their SHA-512 make. */
function numberOf(seed: string | Uint8Array): bigint {
  const bytes = Buffer.from(seed)
  const hash = createHash('sha512').update(bytes).digest('hex')
  return BigInt(`0x${bytes.toString('hex')}${hash}`)
}

/** The lowest 32 bits first; at least one word. */
function wordsOf(value: bigint): number[] {
  const words = [Number(value & 0xffffffffn)]
  for (let left = value >> 32n; left > 0n; left >>= 32n) words.push(Number(left & 0xffffffffn))
  return words
}
