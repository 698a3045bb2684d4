// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@halite/core'
import { loadRe2 } from '@halite/targeting'
import type { RE2JS } from 're2js'
import { valueError } from './native.ts'

/** One match: the whole text and its groups; a group that took no part is undefined. Offsets in UTF-16 units. */
export interface PatternMatch {
  readonly start: number
  readonly end: number
  readonly groups: readonly (string | undefined)[]
  readonly names: ReadonlyMap<string, number>
}

/** The flags that Salt's filters offer. */
export interface PatternFlags {
  readonly ignoreCase: boolean
  readonly multiLine: boolean
}

/** Longer patterns are refused. */
const maxPatternLength = 16_384

/**
 * Python's regular expressions, run in linear time by RE2. Throws Python's ValueError for a pattern that RE2 cannot run:
 * look-ahead and back-references are among them.
 */
export class Pattern {
  readonly #compiled: RE2JS

  constructor(pattern: string, flags: PatternFlags) {
    if (pattern.length > maxPatternLength)
      throw valueError(`the pattern is longer than ${maxPatternLength} characters`)
    const re2 = loadRe2()
    const mode = (flags.ignoreCase ? re2.CASE_INSENSITIVE : 0) | (flags.multiLine ? re2.MULTILINE : 0)
    try {
      this.#compiled = re2.compile(translated(pattern), mode | re2.LOOKBEHINDS)
    } catch (error) {
      throw valueError(`the pattern '${pattern}' cannot be used: ${messageOf(error)}`)
    }
  }

  /** The first match, or, `anchored`, the one that begins where the text begins. */
  first(text: string, anchored: boolean): PatternMatch | undefined {
    const matcher = this.#compiled.matcher(text)
    const found = anchored ? matcher.lookingAt() : matcher.find()
    return found ? this.#matchOf(matcher, text) : undefined
  }

  /** Every match that does not overlap the one before, as Python's `finditer`. */
  all(text: string): PatternMatch[] {
    const matcher = this.#compiled.matcher(text)
    const matches: PatternMatch[] = []
    while (matcher.find()) matches.push(this.#matchOf(matcher, text))
    return matches
  }

  #matchOf(matcher: ReturnType<RE2JS['matcher']>, text: string): PatternMatch {
    const groups: (string | undefined)[] = []
    for (let index = 0; index <= matcher.groupCount(); index++) groups.push(matcher.group(index) ?? undefined)
    const names = new Map(Object.entries(this.#compiled.namedGroups()))
    return { start: Math.min(matcher.start(), text.length), end: matcher.end(), groups, names }
  }
}

/** To RE2 `\w`, `\d` and `\b` mean ASCII, to Python all of Unicode; `\Z` is RE2's `\z`. */
function translated(pattern: string): string {
  let inClass = false
  return pattern.replace(/\\([\s\S])|\[\^?\]?|\]/g, (token, escaped) => {
    if (escaped === undefined) {
      if (token.startsWith('[')) inClass = true
      else inClass = false
      return token
    }
    if (escaped === 'Z') return '\\z'
    if (escaped === 'w') return inClass ? '\\p{L}\\p{N}_' : '[\\p{L}\\p{N}_]'
    if (escaped === 'W' && !inClass) return '[^\\p{L}\\p{N}_]'
    if (escaped === 'd') return '\\p{Nd}'
    if (escaped === 'D' && !inClass) return '\\P{Nd}'
    return token
  })
}

/** Python's `re.sub(…, replacement, text)`. Throws its ValueError for a reference to a group that is not there. */
export function substitute(pattern: Pattern, text: string, replacement: string): string {
  let result = ''
  let at = 0
  for (const match of pattern.all(text)) {
    result += text.slice(at, match.start) + expanded(replacement, match)
    at = match.end
  }
  return result + text.slice(at)
}

const plainEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['f', '\f'],
  ['v', '\v'],
  ['a', '\x07'],
  ['b', '\b'],
  ['\\', '\\'],
])

function expanded(replacement: string, match: PatternMatch): string {
  if (!replacement.includes('\\')) return replacement
  return replacement.replace(/\\(?:g<(\w+)>|([1-9]\d?)|([\s\S])|$)/g, (...parts: string[]) => {
    const [whole = '', name, number, other] = parts
    if (other !== undefined) {
      if (/[A-Za-z]/.test(other) && !plainEscapes.has(other)) throw valueError(`bad escape \\${other}`)
      return plainEscapes.get(other) ?? (other === '0' ? '\0' : whole)
    }
    const isNumber = name === undefined || /^\d+$/.test(name)
    const group = isNumber ? Number(name ?? number) : match.names.get(name)
    if (group === undefined) throw valueError(`unknown group name '${name}'`)
    if (Number.isNaN(group) || group >= match.groups.length)
      throw valueError(`invalid group reference ${group}`)
    return match.groups[group] ?? ''
  })
}
