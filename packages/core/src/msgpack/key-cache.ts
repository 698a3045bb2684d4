// SPDX-License-Identifier: Apache-2.0
import { asciiText } from './ascii-text.ts'

/** Slots; a power of two. */
const slots = 1024

/** Keys of maps that were read lately, so that those which come again and again are made once. */
export class KeyCache {
  /** ASCII alone, so that characters can be held against bytes. */
  readonly #texts: string[] = new Array(slots).fill('')

  /** The text of these bytes, of which there should be few. */
  text(bytes: Buffer, start: number, end: number): string {
    const length = end - start
    let hash = length
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
    const slot = (hash ^ (hash >>> 10)) & (slots - 1)
    const known = this.#texts[slot] as string
    if (known.length === length && isSame(known, bytes, start)) return known
    const text = asciiText(bytes, start, end)
    if (text === undefined) return bytes.toString('utf8', start, end)
    this.#texts[slot] = text
    return text
  }
}

function isSame(known: string, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < known.length; index++) {
    if (known.charCodeAt(index) !== bytes[start + index]) return false
  }
  return true
}
