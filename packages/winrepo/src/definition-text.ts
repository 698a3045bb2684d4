// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/**
 * The text of a definition file, whose byte order mark, if any, stays. Throws `YAML_INVALID` for bytes that are not UTF-8: what they stand for is a
 * guess, and a name with a wrong character never equals that in Add/Remove Programs.
 */
export function definitionText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    const at = firstWrongByte(bytes)
    const line = Buffer.from(bytes.subarray(0, at)).toString('latin1').split('\n').length
    const byte = `0x${bytes[at]?.toString(16).padStart(2, '0')}`
    throw new SaltError(
      'YAML_INVALID',
      `${name}:${line}: byte ${byte} is not UTF-8; save the file as UTF-8`,
      {
        cause,
      },
    )
  }
}

/** Where the first invalid character begins: decoding puts U+FFFD in its place, which may also be meant. */
function firstWrongByte(bytes: Uint8Array): number {
  let at = 0
  for (const character of Buffer.from(bytes).toString('utf8')) {
    const encoded = Buffer.from(character)
    if (!encoded.equals(bytes.subarray(at, at + encoded.length))) break
    at += encoded.length
  }
  return at
}
