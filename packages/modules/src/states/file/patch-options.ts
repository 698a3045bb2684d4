// SPDX-License-Identifier: Apache-2.0

/** Options of `patch`, and what they say of `strip`. */
export interface PatchOptions {
  readonly words: readonly string[]
  readonly strip: number | undefined
}

const refused = ['-N', '--forward', '-r', '--reject-file', '-o', '--output']

/** The options that people give, `-p` and `--strip` apart; a text says which are not allowed. */
export function patchOptions(given: readonly string[], strip: number | undefined): PatchOptions | string {
  const words: string[] = []
  const bad: string[] = []
  let count = strip
  for (let index = 0; index < given.length; index++) {
    const word = given[index] ?? ''
    if (refused.some((one) => word.startsWith(one))) bad.push(word)
    const written = stripOf(word, given[index + 1])
    if (written === undefined) {
      words.push(word)
      continue
    }
    if (!/^\d+$/.test(written.count))
      return `Invalid format for '${written.name}' CLI option. Consider using the 'strip' option for this state.`
    count = Number(written.count)
    index += written.words - 1
  }
  if (bad.length > 0) return `The following CLI options are not allowed: ${bad.join(', ')}`
  return { words, strip: count }
}

function stripOf(word: string, next = ''): { name: string; count: string; words: number } | undefined {
  if (word.startsWith('-p')) return { name: '-p', count: word.slice(2), words: 1 }
  if (!word.startsWith('--strip')) return undefined
  const at = word.lastIndexOf('=')
  if (at >= 0) return { name: '-strip', count: word.slice(at + 1), words: 1 }
  return { name: '-strip', count: next, words: 2 }
}
