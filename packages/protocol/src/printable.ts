// SPDX-License-Identifier: Apache-2.0
import { type Decoder, SaltError, schema } from '@halite/core'

/** A decoder of printable ASCII of at most `maxLength` characters: untrusted text that a terminal will show. */
export function printable(maxLength: number): Decoder<string> {
  const decode = schema.text(maxLength)
  return (value, path) => {
    const found = decode(value, path)
    if (/^[ -~]*$/.test(found)) return found
    throw new SaltError('VALUE_MALFORMED', `${path} must be printable ASCII`)
  }
}
