// SPDX-License-Identifier: Apache-2.0

/**
 * Splits a command line into words as programs of Windows do (`CommandLineToArgvW`): blanks separate, double quotes keep them, a
 * backslash is one unless quotes follow: then two stand for one, and an odd one makes the quote a character. In quotes, two quotes
 * are one. An open quote reaches to the end.
 */
export function splitWindowsWords(line: string): string[] {
  const words: string[] = []
  let rest = line.trimStart()
  while (rest !== '') {
    const { word, length } = firstWord(rest)
    words.push(word)
    rest = rest.slice(length).trimStart()
  }
  return words
}

const piece = /(\\*)"|\\+|[ \t\r\n]+|[^\\" \t\r\n]+/y

function firstWord(line: string): { readonly word: string; readonly length: number } {
  let word = ''
  let isQuoted = false
  piece.lastIndex = 0
  while (piece.lastIndex < line.length) {
    const start = piece.lastIndex
    const [text = '', slashes] = piece.exec(line) ?? []
    if (slashes === undefined) {
      if (!isQuoted && /^\s/.test(text)) return { word, length: start }
      word += text
      continue
    }
    word += '\\'.repeat(Math.floor(slashes.length / 2))
    const isDoubled = isQuoted && line[piece.lastIndex] === '"'
    if (slashes.length % 2 === 1) word += '"'
    else if (isDoubled) {
      word += '"'
      piece.lastIndex += 1
    } else isQuoted = !isQuoted
  }
  return { word, length: line.length }
}
