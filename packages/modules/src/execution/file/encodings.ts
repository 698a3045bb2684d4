// SPDX-License-Identifier: Apache-2.0
import { isText } from './lines.ts'
import { asBytes } from './text-file.ts'

/** How a file is read and written. */
export interface FileEncoding {
  decode(data: Uint8Array): string
  encode(text: string): Buffer
  /** What is put into the file, as `decode` would read it. */
  written(text: string): string
}

const same = (text: string) => text

const utf8: FileEncoding = {
  decode: (data) => Buffer.from(data).toString('utf8'),
  encode: (text) => Buffer.from(text),
  written: same,
}
/** What is no UTF-8 is edited as bytes, one character each. */
export const byteEncoding: FileEncoding = {
  decode: (data) => Buffer.from(data).toString('latin1'),
  encode: (text) => Buffer.from(text, 'latin1'),
  written: asBytes,
}
const utf16le: FileEncoding = {
  decode: (data) => Buffer.from(data).toString('utf16le'),
  encode: (text) => Buffer.from(text, 'utf16le'),
  written: same,
}
const utf16be: FileEncoding = {
  decode: (data) => swapped(data).toString('utf16le'),
  encode: (text) => swapped(Buffer.from(text, 'utf16le')),
  written: same,
}
const headBytes = 2048

/** The encoding of a text: by its byte order mark, which stays, else UTF-8, else its bytes. Undefined for what is no text. */
export function textEncoding(data: Uint8Array): FileEncoding | undefined {
  if (data[0] === 0xff && data[1] === 0xfe) return utf16le
  if (data[0] === 0xfe && data[1] === 0xff) return utf16be
  if (isUtf8(data)) return utf8
  return isText(data.subarray(0, headBytes)) ? byteEncoding : undefined
}

function isUtf8(data: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(data)
    return true
  } catch {
    return false
  }
}

function swapped(data: Uint8Array): Buffer {
  return Buffer.from(data.subarray(0, data.length & ~1)).swap16()
}
