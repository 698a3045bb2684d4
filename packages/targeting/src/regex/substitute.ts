// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { Regex, RegexMatch } from './regex.ts'

/** What `re.subn` gives. */
export interface Substituted {
  readonly text: string
  readonly count: number
}

/** A replacement as Python reads it: texts, and numbers of groups. */
export type Replacement = readonly (string | number)[]

/** Every match, or the first `count` of them, replaced. */
export function substitute(
  regex: Regex,
  text: string,
  { replacement, count = 0 }: { readonly replacement: Replacement; readonly count?: number },
): Substituted {
  const parts: string[] = []
  let at = 0
  let done = 0
  for (const match of regex.all(text)) {
    parts.push(text.slice(at, match.start), ...replacement.map((part) => partOf(part, match)))
    at = match.end
    done += 1
    if (done === count) break
  }
  return { text: done === 0 ? text : parts.join('') + text.slice(at), count: done }
}

function partOf(part: string | number, { groups }: RegexMatch): string {
  return typeof part === 'string' ? part : (groups[part] ?? '')
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['f', '\f'],
  ['v', '\v'],
  ['a', '\x07'],
  ['b', '\b'],
  ['\\', '\\'],
])

const reference = /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[1-3][0-7]{2})|([1-9]\d?)|([\s\S])|$)/g

/**
 * Reads a replacement: `\1`, `\g<1>`, `\g<name>`, and escapes such as `\n`. Throws ARGUMENTS_INVALID for a group that the
 * pattern does not have, and for an escape that means nothing.
 */
export function readReplacement(
  written: string,
  { groups, names }: Pick<Regex, 'groups' | 'names'>,
): Replacement {
  const parts: (string | number)[] = []
  let at = 0
  for (const found of written.matchAll(reference)) {
    const [whole, name, octal, number, other] = found
    parts.push(written.slice(at, found.index))
    at = found.index + whole.length
    if (octal !== undefined) parts.push(String.fromCharCode(Number.parseInt(octal, 8)))
    else if (name !== undefined || number !== undefined) {
      const written = name ?? number ?? ''
      const group = /^\d+$/.test(written) ? Number(written) : names.get(written)
      if (group === undefined || group > groups) throw wrong(`it refers to no group of the pattern: ${whole}`)
      parts.push(group)
    } else {
      const plain = other === undefined ? undefined : escapes.get(other)
      if (other === undefined) throw wrong('it ends with a backslash')
      if (plain === undefined && /[A-Za-z]/.test(other))
        throw wrong(`it has an escape that means nothing: ${whole}`)
      parts.push(plain ?? whole)
    }
  }
  parts.push(written.slice(at))
  return parts

  function wrong(reason: string): SaltError {
    return new SaltError('ARGUMENTS_INVALID', `The replacement '${written}' cannot be used: ${reason}`, {
      hint: 'Write a backslash as two.',
    })
  }
}
