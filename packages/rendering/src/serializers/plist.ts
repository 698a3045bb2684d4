// SPDX-License-Identifier: Apache-2.0
import { isTruthy } from '@halite/core'
import { binaryPlist, readBinaryPlist } from './plist-binary.ts'
import type { KeyOrder } from './plist-values.ts'
import { readXmlPlist, xmlPlist } from './plist-xml.ts'
import type { Serializer, SerializerOptions } from './serializer.ts'

/** Property lists of macOS: XML, or binary with `fmt: FMT_BINARY`. */
export const plist: Serializer = {
  options: ['fmt', 'sort_keys', 'skipkeys'],
  serialize: (value, options) =>
    options['fmt'] === 'FMT_BINARY'
      ? binaryPlist(value, orderOf(options))
      : Buffer.from(xmlPlist(value, orderOf(options))),
  deserialize: (text) => readXmlPlist(text),
  deserializeBytes: (bytes) =>
    Buffer.from(bytes.subarray(0, 8)).toString('latin1') === 'bplist00'
      ? readBinaryPlist(Buffer.from(bytes))
      : readXmlPlist(Buffer.from(bytes).toString('utf8')),
}

function orderOf(options: SerializerOptions): KeyOrder {
  return { sorts: isTruthy(options['sort_keys'] ?? true), skips: isTruthy(options['skipkeys'] ?? false) }
}
