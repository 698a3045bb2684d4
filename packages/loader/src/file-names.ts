// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer'

/*
 * Names of files are bytes, and need not be text. As in Python, a byte that is no UTF-8 is the character U+DC00 + byte, which
 * no text has, so that each name can be shown and each file that was listed can be reached.
 */

const escaped = /([\udc80-\udcff])/u
const replacement = '\ufffd'

/** What the system takes for a path: bytes for one that is no text. */
export function nativePath(path: string): string | Buffer {
  if (!escaped.test(path)) return path
  const parts = path.split(escaped)
  return Buffer.concat(
    parts.map((part, index) => (index % 2 === 1 ? Buffer.of(part.charCodeAt(0) & 0xff) : Buffer.from(part))),
  )
}

/** The name that these bytes are. */
export function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  let name = ''
  for (let at = 0; at < bytes.length; ) {
    const character = bytes.subarray(at, at + lengthBy(bytes[at] ?? 0))
    const isText = isUtf8(character)
    name += isText ? character.toString('utf8') : String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
    at += isText ? character.length : 1
  }
  return name
}

/** Names that the system was asked for as text; it is asked for the bytes where they are none. */
export async function readNames(
  asText: () => Promise<readonly string[]>,
  asBytes: () => Promise<readonly Buffer[]>,
): Promise<string[]> {
  const names = await asText()
  return names.some((name) => name.includes(replacement)) ? (await asBytes()).map(nameOf) : [...names]
}

function lengthBy(first: number): number {
  if (first < 0xc0) return 1
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}
