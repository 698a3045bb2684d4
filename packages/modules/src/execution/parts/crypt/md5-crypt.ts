// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { digitsOf, repeatedTo } from './digits.ts'

const maxSaltLength = 8
const rounds = 1000
const groups = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]]

/** The MD5-crypt of a password, of FreeBSD's crypt(3). For systems that know nothing better. */
export function md5Crypt(password: string, setting: string): string {
  const key = Buffer.from(password)
  const name = setting.replace(/\$.*$/s, '').slice(0, maxSaltLength)
  const digest = stretched(key, Buffer.from(name))
  const text = groups.map((group) => digitsOf(group.map((at) => digest[at] ?? 0))).join('')
  return `$1$${name}$${text}`
}

function stretched(key: Buffer, salt: Buffer): Buffer {
  const inner = md5([key, salt, key])
  const start = [key, Buffer.from('$1$'), salt, repeatedTo(key.length, inner)]
  for (let left = key.length; left > 0; left >>= 1) {
    start.push(left % 2 === 1 ? Buffer.alloc(1) : key.subarray(0, 1))
  }
  let digest = md5(start)
  for (let round = 0; round < rounds; round++) {
    const isOdd = round % 2 === 1
    const parts = [isOdd ? key : digest]
    if (round % 3 !== 0) parts.push(salt)
    if (round % 7 !== 0) parts.push(key)
    parts.push(isOdd ? digest : key)
    digest = md5(parts)
  }
  return digest
}

function md5(parts: readonly Uint8Array[]): Buffer {
  const summed = createHash('md5')
  for (const part of parts) summed.update(part)
  return summed.digest()
}
