// SPDX-License-Identifier: Apache-2.0
import type { NativeRow } from '../runtime/native.ts'
import { isSpace } from './spaces.ts'

/** Methods of text about letters: their case and their kind. */
export const textCaseMethods: readonly NativeRow[] = [
  ['lower', 'self', (_rt, [text]: [string]) => text.toLowerCase()],
  ['upper', 'self', (_rt, [text]: [string]) => text.toUpperCase()],
  ['casefold', 'self', (_rt, [text]: [string]) => Array.from(text, caseFolded).join('')],
  ['capitalize', 'self', (_rt, [text]: [string]) => capitalized(text)],
  ['title', 'self', (_rt, [text]: [string]) => titled(text)],
  ['swapcase', 'self', (_rt, [text]: [string]) => Array.from(text, swapped).join('')],
  ['islower', 'self', (_rt, [text]: [string]) => hasCase(text) && text === text.toLowerCase()],
  ['isupper', 'self', (_rt, [text]: [string]) => hasCase(text) && text === text.toUpperCase()],
  ['istitle', 'self', (_rt, [text]: [string]) => hasCase(text) && text === titled(text)],
  ['isalpha', 'self', (_rt, [text]: [string]) => /^\p{L}+$/u.test(text)],
  ['isalnum', 'self', (_rt, [text]: [string]) => /^[\p{L}\p{N}]+$/u.test(text)],
  ['isascii', 'self', (_rt, [text]: [string]) => !/[^\0-\x7f]/.test(text)],
  ['isdecimal', 'self', (_rt, [text]: [string]) => /^\p{Nd}+$/u.test(text)],
  ['isdigit', 'self', (_rt, [text]: [string]) => /^[\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨]+$/u.test(text)],
  ['isnumeric', 'self', (_rt, [text]: [string]) => /^\p{N}+$/u.test(text)],
  ['isspace', 'self', (_rt, [text]: [string]) => isSpace(text)],
  ['isidentifier', 'self', (_rt, [text]: [string]) => /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(text)],
  ['isprintable', 'self', (_rt, [text]: [string]) => !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text)],
]

/** The first letter upper, all others lower. */
export function capitalized(text: string): string {
  const [first = ''] = text
  return titleCased(first) + text.slice(first.length).toLowerCase()
}

/** Each letter behind something that is no letter upper, all others lower: `they're` becomes `They'Re`, as in Python. */
function titled(text: string): string {
  let inWord = false
  return Array.from(text, (character) => {
    const changed = inWord ? character.toLowerCase() : titleCased(character)
    inWord = hasCase(character)
    return changed
  }).join('')
}

const digraphs = ['Ǆǅǆ', 'Ǉǈǉ', 'Ǌǋǌ', 'Ǳǲǳ']

/** A letter at the beginning of a word: of one that stands for two, the first alone is upper. */
function titleCased(character: string): string {
  if (character === '') return ''
  const own = digraphs.find((forms) => forms.includes(character))?.[1]
  if (own !== undefined) return own
  const [first = '', ...rest] = character.toUpperCase()
  return first + rest.join('').toLowerCase()
}

/** One that has several upper letters is folded to these. */
function caseFolded(character: string): string {
  const upper = character.toUpperCase()
  const isSeveral = upper.length > character.length
  return (isSeveral ? upper : character).toLowerCase().replace('ς', 'σ')
}

function swapped(character: string): string {
  return character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase()
}

function hasCase(text: string): boolean {
  return text.toLowerCase() !== text.toUpperCase()
}
