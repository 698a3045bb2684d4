// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { FileFacts } from '@halite/loader'

/** Kinds of files, by the letter that `find` has for them. */
const letters = { b: 0o060000, c: 0o020000, d: 0o040000, f: 0o100000, l: 0o120000, p: 0o010000, s: 0o140000 }
const kindBits = 0o170000

export type FileLetter = keyof typeof letters

/** Letters as people write them, with spaces and commas or without. Throws ARGUMENTS_INVALID for one that is not known. */
export function lettersOf(value: string): ReadonlySet<FileLetter> {
  const found = new Set<FileLetter>()
  for (const letter of value.replace(/[\s,]/g, '')) {
    if (!(letter in letters)) throw new SaltError('ARGUMENTS_INVALID', `invalid file type "${letter}"`)
    found.add(letter as FileLetter)
  }
  return found
}

/** All of them. */
export const everyLetter: ReadonlySet<FileLetter> = new Set(Object.keys(letters) as FileLetter[])

/** The letter of a file; that of a plain file for what has none. */
export function letterOf({ mode, type }: FileFacts): FileLetter {
  const byBits = Object.entries(letters).find(([, bits]) => bits === (mode & kindBits))
  if (byBits !== undefined) return byBits[0] as FileLetter
  return type === 'directory' ? 'd' : type === 'link' ? 'l' : 'f'
}
