// SPDX-License-Identifier: Apache-2.0
import { Regex } from '@halite/targeting'
import { splitLines } from '../../execution/file/lines.ts'
import { escapeRegex } from '../../execution/file/regex-flags.ts'

const blanks = String.raw`(?:[\s]+)?`

/** A pattern of bytes that matches a text with other blanks and line breaks between its words; quoted words keep theirs. */
export function spacedRegex(text: string): Regex {
  const lines = splitLines(text).map((line) => {
    const words = wordsOf(line, quotesOf(line)).map(escapeRegex)
    return `${blanks}${words.join(blanks)}${blanks}`
  })
  return new Regex(`^${lines.join('')}$`, { multiline: true, alphabet: 'bytes' })
}

/** Quotes that hold words together: the other kind than a line has, where it has one. */
function quotesOf(line: string): string {
  if (line.includes(`'\\"`)) return ''
  if (line.includes("'")) return '"'
  return line.includes('"') ? "'" : `'"`
}

function wordsOf(line: string, quotes: string): string[] {
  const words: string[] = []
  for (let at = 0; at < line.length; ) {
    const character = line.charAt(at)
    if (/[ \t\r\n]/.test(character)) {
      at += 1
      continue
    }
    const closing = quotes.includes(character) ? line.indexOf(character, at + 1) : -1
    const word =
      closing >= 0 ? line.slice(at, closing + 1) : (/^[^ \t\r\n]+/.exec(line.slice(at))?.[0] ?? character)
    words.push(word)
    at += word.length
  }
  return words
}
