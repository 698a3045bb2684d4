// SPDX-License-Identifier: Apache-2.0

/**
 * Characters that act on a terminal, or on the order in which it shows text, instead of being shown: C0 (but tab and line
 * feed), DEL, C1, the line separators and the controls of writing direction. Text of others holds them only to deceive.
 */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** `text` with every control character written as Python's `repr` does: `\x1b`, `\u202e`. Tab and line feed stay. */
export function withVisibleControls(text: string): string {
  return text.replace(controls, (character) => {
    const code = character.charCodeAt(0)
    return code <= 0xff ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`
  })
}

/** The same for text that is JSON already: the escapes are JSON's, so that it reads back as it was. */
export function withJsonControls(json: string): string {
  return json.replace(controls, (character) => `\\u${hex(character.charCodeAt(0), 4)}`)
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}
