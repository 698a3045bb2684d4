// SPDX-License-Identifier: Apache-2.0

/**
 * The bytes that a base64 text stands for. As in Python, characters of no meaning there are skipped. Throws a plain Error
 * with Python's message for a text that ends too early.
 */
export function decodeBase64(text: string): Uint8Array {
  const digits = text.replace(/[^A-Za-z0-9+/=]/g, '')
  const body = digits.replace(/=+$/, '')
  if (body.length % 4 === 1) {
    throw new Error(
      `Invalid base64-encoded string: number of data characters (${body.length}) cannot be 1 more than a multiple of 4`,
    )
  }
  if (digits.length % 4 !== 0) throw new Error('Incorrect padding')
  return Uint8Array.from(Buffer.from(body, 'base64'))
}

/** Text where the bytes are UTF-8, else the bytes. */
export function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Bytes that are no text stay bytes, as in Salt.
    return bytes
  }
}
