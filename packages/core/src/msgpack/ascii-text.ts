// SPDX-License-Identifier: Apache-2.0
const { fromCharCode } = String

/** Short text of ASCII; undefined for what is not. Eight characters at a time take a third of the time. */
export function asciiText(bytes: Buffer, start: number, end: number): string | undefined {
  let text = ''
  let at = start
  for (; at + 8 <= end; at += 8) {
    const [a, b, c, d] = [
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    ]
    const [e, f, g, h] = [
      bytes[at + 4] as number,
      bytes[at + 5] as number,
      bytes[at + 6] as number,
      bytes[at + 7] as number,
    ]
    if ((a | b | c | d | e | f | g | h) > 0x7f) return undefined
    text += fromCharCode(a, b, c, d, e, f, g, h)
  }
  for (; at + 4 <= end; at += 4) {
    const [a, b, c, d] = [
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    ]
    if ((a | b | c | d) > 0x7f) return undefined
    text += fromCharCode(a, b, c, d)
  }
  for (; at < end; at++) {
    const byte = bytes[at] as number
    if (byte > 0x7f) return undefined
    text += fromCharCode(byte)
  }
  return text
}
