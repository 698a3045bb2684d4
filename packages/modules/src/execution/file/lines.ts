// SPDX-License-Identifier: Apache-2.0

/** What Python's `str.splitlines` breaks at. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are line boundaries
const boundary = /\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/g

/** The lines of a text as Python's `str.splitlines` gives them; with `keepEnds` each with its line break. */
export function splitLines(text: string, { keepEnds = false } = {}): string[] {
  const lines: string[] = []
  let at = 0
  for (const { 0: end, index } of text.matchAll(boundary)) {
    lines.push(text.slice(at, keepEnds ? index + end.length : index))
    at = index + end.length
  }
  if (at < text.length) lines.push(text.slice(at))
  return lines
}

/** The lines of a file, each with its line feed. */
export function fileLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** The text of a file; Latin-1 where it is no UTF-8. */
export function textOf(data: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data)
  } catch {
    return data.toString('latin1')
  }
}

const blockSize = 512
const nonText = 0.3

/** Whether the content looks like text: no NUL in its beginning, and few bytes that text has not. */
export function isText(data: Uint8Array): boolean {
  const block = data.subarray(0, blockSize)
  if (block.length === 0) return true
  if (block.includes(0)) return false
  const utf8 = isUtf8(block)
  const odd = block.filter((byte) => !isTextByte(byte, utf8))
  return odd.length / block.length <= nonText
}

function isTextByte(byte: number, utf8: boolean): boolean {
  return (byte >= 32 && byte < 127) || (byte >= 8 && byte <= 13 && byte !== 11) || (utf8 && byte >= 128)
}

function isUtf8(block: Uint8Array): boolean {
  try {
    // A character may be cut in two at the end of the block.
    new TextDecoder('utf-8', { fatal: true }).decode(block, { stream: true })
    return true
  } catch {
    return false
  }
}
