// SPDX-License-Identifier: Apache-2.0
import { boolean, children, decode, encode, expect, oid, oidOf, sequence, sequenceOf, tags } from './der.ts'

/** One extension: its number, whether who does not know it has to refuse, and its value as DER. */
export interface Extension {
  readonly oid: string
  readonly critical: boolean
  readonly value: Buffer
}

/** Extensions as DER. */
export function encodeExtensions(extensions: readonly Extension[]): Buffer {
  return sequence(
    ...extensions.map(({ oid: number, critical, value }) =>
      sequence(oid(number), ...(critical ? [boolean(true)] : []), encode(tags.octetString, value)),
    ),
  )
}

/** The extensions that DER holds. */
export function decodeExtensions(der: Buffer): readonly Extension[] {
  return sequenceOf(decode(der)).map((node) => {
    const [number, ...rest] = children(node)
    const value = expect(rest.at(-1), tags.octetString).content
    const critical = rest[0]?.tag === tags.boolean && rest[0].content[0] !== 0
    return { oid: oidOf(number), critical, value }
  })
}
