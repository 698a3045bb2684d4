// SPDX-License-Identifier: Apache-2.0

/** Which of two versions of Debian packages is newer, by deb-version(7). */
export function compareDebianVersions(one: string, other: string): -1 | 0 | 1 {
  const [left, right] = [partsOf(one), partsOf(other)]
  if (left.epoch !== right.epoch) return left.epoch < right.epoch ? -1 : 1
  return compareParts(left.upstream, right.upstream) || compareParts(left.revision, right.revision)
}

/** A version without its epoch. */
export function withoutEpoch(version: string): string {
  return version.slice(version.indexOf(':') + 1)
}

interface Parts {
  readonly epoch: bigint
  readonly upstream: string
  readonly revision: string
}

function partsOf(version: string): Parts {
  const text = version.trim()
  const [, epoch = '0', rest = text] = /^(\d+):(.*)$/s.exec(text) ?? []
  const dash = rest.lastIndexOf('-')
  if (dash < 0) return { epoch: BigInt(epoch), upstream: rest, revision: '' }
  return { epoch: BigInt(epoch), upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) }
}

/** Alternately what has no digits, character by character, and numbers. */
function compareParts(one: string, other: string): -1 | 0 | 1 {
  let [left, right] = [one, other]
  while (left !== '' || right !== '') {
    const [, a = '', m = '', restOfLeft = ''] = /^(\D*)(\d*)(.*)$/s.exec(left) ?? []
    const [, b = '', n = '', restOfRight = ''] = /^(\D*)(\d*)(.*)$/s.exec(right) ?? []
    const order = compareWords(a, b) || compareNumbers(m, n)
    if (order !== 0) return order
    left = restOfLeft
    right = restOfRight
  }
  return 0
}

function compareWords(one: string, other: string): -1 | 0 | 1 {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const [a, b] = [rankOf(one[at]), rankOf(other[at])]
    if (a !== b) return a < b ? -1 : 1
  }
  return 0
}

function compareNumbers(one: string, other: string): -1 | 0 | 1 {
  const [a, b] = [BigInt(one || '0'), BigInt(other || '0')]
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** A tilde comes before the end, letters before all other characters. */
function rankOf(character: string | undefined): number {
  if (character === undefined) return 0
  if (character === '~') return -1
  const code = character.codePointAt(0) ?? 0
  return /[A-Za-z]/.test(character) ? code : code + 0x110000
}
