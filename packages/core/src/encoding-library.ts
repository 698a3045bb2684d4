// SPDX-License-Identifier: Apache-2.0
import iconv from 'iconv-lite'
import type { DecodeText } from './encoding.ts'

/**
 * A decoder of one of iconv-lite's encodings, by its name there. A file of its own, to be loaded late: the library brings
 * half a megabyte of tables.
 */
export function libraryDecoder(name: string): DecodeText {
  return (bytes) => iconv.decode(bytes, name, { stripBOM: false })
}
