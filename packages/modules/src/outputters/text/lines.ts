// SPDX-License-Identifier: Apache-2.0

/** Everything that Python's `splitlines` takes for the end of a line. */
const lineEnd = '\\r\\n|[\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029]'
const notLineEnd = '[^\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029]'
const line = new RegExp(`${notLineEnd}*(?:${lineEnd})|${notLineEnd}+`, 'g')
const endOfLine = new RegExp(`(?:${lineEnd})$`)

/** The lines of a text; an empty text has none, and a line end at the end begins no further one. */
export function linesOf(text: string): string[] {
  return linesWithEnds(text).map((part) => part.replace(endOfLine, ''))
}

/** The same lines, each with what ends it. */
export function linesWithEnds(text: string): string[] {
  return text.match(line) ?? []
}
