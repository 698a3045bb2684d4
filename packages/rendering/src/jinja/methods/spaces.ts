// SPDX-License-Identifier: Apache-2.0

/** What Python counts as blank in text. */
const blanks = '\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const leading = new RegExp(`^[${blanks}]+`)
const allBlank = new RegExp(`^[${blanks}]+$`)
const isBlank = new RegExp(`[${blanks}]`)
const runs = new RegExp(`[${blanks}]+`, 'g')
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python ends lines at these separators too
const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g

/** `strip`, `lstrip` and `rstrip`: of blanks, or of the given characters. */
export function stripped(
  text: string,
  characters: string | undefined,
  sides: 'both' | 'left' | 'right',
): string {
  let result = text
  if (sides !== 'right')
    result = characters === undefined ? result.replace(leading, '') : withoutLeading(result, characters)
  if (sides !== 'left') result = withoutTrailing(result, characters)
  return result
}

/** Whether a text holds blanks and nothing else. */
export function isSpace(text: string): boolean {
  return allBlank.test(text)
}

/** The words of a text, as `split()` without a separator finds them. */
export function words(text: string): string[] {
  return stripped(text, undefined, 'both')
    .split(runs)
    .filter((word) => word !== '')
}

/** Places of runs of blanks. */
export function blankRuns(text: string): { readonly start: number; readonly end: number }[] {
  return [...text.matchAll(runs)].map((match) => ({ start: match.index, end: match.index + match[0].length }))
}

/** The lines of a text, as `splitlines` finds them. */
export function lines(text: string, keepEnds = false): string[] {
  const found: string[] = []
  let start = 0
  for (const match of text.matchAll(lineEnd)) {
    const end = match.index + match[0].length
    found.push(text.slice(start, keepEnds ? end : match.index))
    start = end
  }
  if (start < text.length) found.push(text.slice(start))
  return found
}

function withoutLeading(text: string, characters: string): string {
  const set = new Set(characters)
  let start = 0
  for (const character of text) {
    if (!set.has(character)) break
    start += character.length
  }
  return text.slice(start)
}

function withoutTrailing(text: string, characters: string | undefined): string {
  const set = characters === undefined ? undefined : new Set(characters)
  let end = text.length
  while (end > 0) {
    const isLow = end > 1 && /[\udc00-\udfff]/.test(text[end - 1] ?? '')
    const character = text.slice(end - (isLow ? 2 : 1), end)
    if (set === undefined ? !isBlank.test(character) : !set.has(character)) break
    end -= character.length
  }
  return text.slice(0, end)
}
