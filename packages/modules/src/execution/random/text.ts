// SPDX-License-Identifier: Apache-2.0
import { randomBelow, SaltError, secureBits } from '@halite/core'

const lowercase = 'abcdefghijklmnopqrstuvwxyz'
const uppercase = lowercase.toUpperCase()
const digits = '0123456789'
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'
const whitespace = ' \t\n\r\x0b\x0c'
const mostCharacters = 1_000_000

/** Which characters a random text is made of. */
export interface Characters {
  /** In place of the classes. */
  readonly chars?: string | undefined
  readonly lowercase: boolean
  readonly uppercase: boolean
  readonly digits: boolean
  readonly punctuation: boolean
  readonly whitespace: boolean
  /** All classes, in place of everything else. */
  readonly printable: boolean
}

/** A text that nobody can guess. Throws `ARGUMENTS_INVALID` when there is nothing to choose from. */
export function secureText(length: number, characters: Characters): string {
  if (length > mostCharacters) {
    throw new SaltError('ARGUMENTS_INVALID', `length must be ${mostCharacters} or less, not ${length}`)
  }
  const choice = [...new Set(chosen(characters))]
  if (choice.length === 0) {
    throw new SaltError('ARGUMENTS_INVALID', 'there are no characters to choose from', {
      hint: 'Name them in chars=, or leave a class such as lowercase on.',
    })
  }
  const limit = BigInt(choice.length)
  return Array.from(
    { length: Math.max(0, length) },
    () => choice[Number(randomBelow(secureBits, limit))],
  ).join('')
}

function chosen(from: Characters): string {
  if (from.printable) return digits + lowercase + uppercase + punctuation + whitespace
  if (from.chars) return from.chars
  const classes = [
    from.lowercase && lowercase,
    from.uppercase && uppercase,
    from.digits && digits,
    from.punctuation && punctuation,
    from.whitespace && whitespace,
  ]
  return classes.filter((each) => each !== false).join('')
}
