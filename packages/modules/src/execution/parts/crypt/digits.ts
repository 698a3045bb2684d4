// SPDX-License-Identifier: Apache-2.0

/** The digits of crypt(3), and the characters of its salts. */
export const cryptDigits = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Up to three bytes of a digest, the highest first, as the digits of crypt(3), the lowest first. */
export function digitsOf(bytes: readonly number[]): string {
  const count = Math.ceil((bytes.length * 8) / 6)
  let value = bytes.reduce((joined, byte) => joined * 256 + byte, 0)
  let text = ''
  for (let done = 0; done < count; done++) {
    text += cryptDigits[value % 64]
    value = Math.floor(value / 64)
  }
  return text
}

/** `block` over and over, up to `length` bytes. */
export function repeatedTo(length: number, block: Uint8Array): Buffer {
  return Buffer.alloc(length, block)
}
