// SPDX-License-Identifier: Apache-2.0

/**
 * The bytes that a base64 text stands for. As in Python, characters of no meaning there are skipped, and the first padding
 * that completes a group ends the text. Throws a plain Error with Python's message for a text that ends too early.
 */
export function decodeBase64(text: string): Uint8Array {
  const { digits, isPadded } = digitsOf(text.replace(/[^A-Za-z0-9+/=]/g, ''))
  if (isPadded || digits.length % 4 === 0) return Uint8Array.from(Buffer.from(digits, 'base64'))
  if (digits.length % 4 !== 1) throw new Error('Incorrect padding')
  throw new Error(
    `Invalid base64-encoded string: number of data characters (${digits.length}) cannot be 1 more than a multiple of 4`,
  )
}

/** The digits up to the padding that ends them. `=` elsewhere has no meaning. */
function digitsOf(text: string): { readonly digits: string; readonly isPadded: boolean } {
  let digits = ''
  for (const run of text.match(/[^=]+=*/g) ?? []) {
    const [part = ''] = run.split('=', 1)
    digits += part
    const group = digits.length % 4
    if (group >= 2 && group + run.length - part.length >= 4) return { digits, isPadded: true }
  }
  return { digits, isPadded: false }
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
