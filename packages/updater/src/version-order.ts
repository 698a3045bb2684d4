// SPDX-License-Identifier: Apache-2.0

const aliases: Readonly<Record<string, string>> = { pre: 'c', preview: 'c', rc: 'c', '-': 'final-', dev: '@' }

/**
 * Which of two versions is newer, in Esky's order (that of old pkg_resources): negative when `one` is older. `1.10` is newer
 * than `1.9.2` and equal to `1.10.0`; `1.0rc1` is older than `1.0`, `1.0-1` newer. Note that a trailing letter makes a
 * version older, too: `0.10.3.d` comes before `0.10.3`.
 */
export function compareVersions(one: string, other: string): number {
  const left = partsOf(one)
  const right = partsOf(other)
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const a = left[at]
    const b = right[at]
    if (a === b) continue
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1
    return a < b ? -1 : 1
  }
  return 0
}

/** The newest of `versions`; undefined when there is none. */
export function newestOf(versions: Iterable<string>): string | undefined {
  return [...versions].sort(compareVersions).at(-1)
}

/** Numbers are padded, so that texts compare as numbers do; what precedes a release sorts before `*final`. */
function partsOf(version: string): string[] {
  const parts: string[] = []
  for (const token of [...version.toLowerCase().matchAll(/\d+|[a-z]+|[.-]|[^\da-z.-]+/g)].map(
    ([text]) => text,
  )) {
    const part = aliases[token] ?? token
    if (part === '.') continue
    if (/^\d/.test(part)) parts.push(part.padStart(8, '0'))
    else addWord(parts, `*${part}`)
  }
  addWord(parts, '*final')
  return parts
}

function addWord(parts: string[], word: string): void {
  if (word < '*final') while (parts.at(-1) === '*final-') parts.pop()
  while (parts.at(-1) === '00000000') parts.pop()
  parts.push(word)
}
