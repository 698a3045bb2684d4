// SPDX-License-Identifier: Apache-2.0
import { pythonRepr, randomSample, SaltError, secureBits } from '@halite/core'
import { cryptDigits } from './digits.ts'
import { md5Crypt } from './md5-crypt.ts'
import { shaCrypt } from './sha-crypt.ts'

interface Algorithm {
  readonly saltLength: number
  readonly hash: (password: string, setting: string) => string
}

const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ['sha512', { saltLength: 16, hash: (password, setting) => shaCrypt('sha512', password, setting) }],
  ['sha256', { saltLength: 16, hash: (password, setting) => shaCrypt('sha256', password, setting) }],
  ['md5', { saltLength: 8, hash: md5Crypt }],
])

/** What is hashed, and how. */
export interface ShadowHash {
  readonly password: string
  /** Default a random one; `rounds=<number>$` may stand before it. */
  readonly salt?: string | undefined
  /** `sha512`, `sha256` or `md5`. */
  readonly algorithm: string
}

/** A password as /etc/shadow has it. Throws `ARGUMENTS_INVALID` for what cannot be hashed. */
export function shadowHash({ password, salt, algorithm: name }: ShadowHash): string {
  const algorithm = algorithms.get(name)
  if (algorithm === undefined) {
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `Cannot hash using '${name}' hash algorithm. Natively supported algorithms are: ${pythonRepr([...algorithms.keys()])}.`,
    )
  }
  if (password.includes('\0')) {
    throw new SaltError('ARGUMENTS_INVALID', 'a password cannot hold a NUL character')
  }
  if (salt !== undefined && /[^\x21-\x7e]|[:;*!\\]/.test(salt)) {
    throw new SaltError('ARGUMENTS_INVALID', 'crypt_salt has characters that cannot stand in /etc/shadow', {
      hint: 'Use letters, digits, dots and slashes.',
    })
  }
  return algorithm.hash(password, salt ?? randomSalt(algorithm.saltLength))
}

function randomSalt(length: number): string {
  const digits = [...cryptDigits]
  return Array.from({ length }, () => randomSample(secureBits, digits, 1))
    .flat()
    .join('')
}
