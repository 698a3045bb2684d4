// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { digitsOf, repeatedTo } from './digits.ts'

interface Family {
  readonly id: string
  readonly hash: string
  /** Groups of bytes of the digest in the order in which they are written. */
  readonly groups: readonly (readonly number[])[]
}

const families: Readonly<Record<'sha256' | 'sha512', Family>> = {
  sha256: { id: '5', hash: 'sha256', groups: [...rotated(10, (turn) => 3 - turn), [31, 30]] },
  sha512: { id: '6', hash: 'sha512', groups: [...rotated(21, (turn) => turn), [63]] },
}

const maxSaltLength = 16
const defaultRounds = 5000
const [minRounds, maxRounds] = [1000, 999_999_999]

/**
 * The SHA-crypt of a password as /etc/shadow has it, by Ulrich Drepper's "Unix crypt using SHA-256 and SHA-512". `setting` is the
 * salt, with `rounds=<number>$` before it for other than 5000 rounds.
 */
export function shaCrypt(family: 'sha256' | 'sha512', password: string, setting: string): string {
  const { id, hash, groups } = families[family]
  const [, written, rest = ''] = /^(?:rounds=(\d+)\$)?([^$]*)/.exec(setting) ?? []
  const salt = rest.slice(0, maxSaltLength)
  const rounds =
    written === undefined ? defaultRounds : Math.min(Math.max(Number(written), minRounds), maxRounds)
  const digest = stretched({ hash, key: Buffer.from(password), salt: Buffer.from(salt), rounds })
  const text = groups.map((group) => digitsOf(group.map((at) => digest[at] ?? 0))).join('')
  return `$${id}$${written === undefined ? '' : `rounds=${rounds}$`}${salt}$${text}`
}

interface Stretch {
  readonly hash: string
  readonly key: Buffer
  readonly salt: Buffer
  readonly rounds: number
}

function stretched({ hash, key, salt, rounds }: Stretch): Buffer {
  const of = (parts: readonly Uint8Array[]) => {
    const summed = createHash(hash)
    for (const part of parts) summed.update(part)
    return summed.digest()
  }
  const first = of([key, salt, key])
  const bits = bitsOf(key.length).map((bit) => (bit ? first : key))
  let digest = of([key, salt, repeatedTo(key.length, first), ...bits])
  const keys = repeatedTo(key.length, of(Array.from({ length: key.length }, () => key)))
  const salts = repeatedTo(salt.length, of(Array.from({ length: 16 + (digest[0] ?? 0) }, () => salt)))
  for (let round = 0; round < rounds; round++) {
    const isOdd = round % 2 === 1
    const parts = [isOdd ? keys : digest]
    if (round % 3 !== 0) parts.push(salts)
    if (round % 7 !== 0) parts.push(keys)
    parts.push(isOdd ? digest : keys)
    digest = of(parts)
  }
  return digest
}

/** The bits of a number, the lowest first. */
function bitsOf(value: number): boolean[] {
  return value === 0 ? [] : Array.from(value.toString(2), (digit) => digit === '1').reverse()
}

/** `third` groups of three, each with one byte of every third of the digest, turned further from group to group. */
function rotated(third: number, by: (turn: number) => number): number[][] {
  return Array.from({ length: third }, (_, at) => {
    const group = [at, at + third, at + 2 * third]
    const turn = by(at % 3) % 3
    return [...group.slice(turn), ...group.slice(0, turn)]
  })
}
