// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/**
 * Splits a command line into words by the POSIX rules of Python's `shlex.split`: blanks separate, single quotes keep
 * everything, double quotes let `\` escape `"` and `\`, elsewhere `\` takes the next character as it is.
 * Nothing is expanded. Rejects an open quote or a last `\` with COMMAND_FAILED.
 */
export function splitWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at)
    if (isBlank(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    const piece = pieceAt(line, at)
    word = (word ?? '') + piece.text
    at = piece.last
  }
  if (word !== undefined) words.push(word)
  return words
}

/** A run of characters that belongs to one word, and the index of the last of them. */
interface Piece {
  readonly text: string
  readonly last: number
}

function pieceAt(line: string, at: number): Piece {
  const character = line.charAt(at)
  if (character === "'") return singleQuoted(line, at)
  if (character === '"') return doubleQuoted(line, at)
  if (character !== '\\') return { text: character, last: at }
  if (at + 1 === line.length) throw new SaltError('COMMAND_FAILED', 'No escaped character')
  return { text: line.charAt(at + 1), last: at + 1 }
}

function singleQuoted(line: string, at: number): Piece {
  const end = line.indexOf("'", at + 1)
  if (end === -1) throw openQuote()
  return { text: line.slice(at + 1, end), last: end }
}

function doubleQuoted(line: string, at: number): Piece {
  let text = ''
  for (let next = at + 1; next < line.length; next++) {
    const character = line.charAt(next)
    if (character === '"') return { text, last: next }
    const escapes = character === '\\' && ['"', '\\'].includes(line.charAt(next + 1))
    if (escapes) next++
    text += line.charAt(next)
  }
  throw openQuote()
}

function openQuote(): SaltError {
  return new SaltError('COMMAND_FAILED', 'No closing quotation')
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n'
}
