// SPDX-License-Identifier: Apache-2.0
import { type Decoded, messageOf, SaltError, schema } from '@halite/core'

const { extensibleRecord, integer, listOf, text } = schema

/** Smaller files are fetched whole: what a patch saves is less than a request costs. */
export const leastPatchedBytes = 2 ** 20
/** The window of a patch has to hold the whole file; a larger one takes more memory than minions have to spare. */
export const mostPatchedBytes = 2 ** 27

const decodePatches = extensibleRecord({
  patches: listOf(
    extensibleRecord({
      /** SHA-256 of the file that it begins with, and of the one that it makes. */
      from: text(64),
      to: text(64),
      /** Bytes of the patch, and their SHA-256. */
      size: integer(1, mostPatchedBytes),
      sha256: text(64),
    }),
    1000,
  ),
})

/** The difference between two files, as zstd makes it with `--patch-from`. */
export type FilePatch = Decoded<typeof decodePatches>['patches'][number]

/** The target that lists the patches which lead to files of a release. */
export function patchesTarget(release: string): string {
  return `${release}.patches.json`
}

/** Where a patch lies in a repository, below its targets. */
export function patchPath({ from, to }: Pick<FilePatch, 'from' | 'to'>): string {
  return `patches/${to.slice(0, 2)}/${to}.from-${from}.zst`
}

/** The patches that `bytes` list. Throws `UPDATE_INVALID`, naming `source`, when they do not. */
export function parsePatches(bytes: string, source: string): readonly FilePatch[] {
  try {
    const { patches } = decodePatches(JSON.parse(bytes), 'patches')
    const stray = patches.flatMap(({ from, to, sha256 }) => [from, to, sha256]).find((hash) => !isHash(hash))
    if (stray !== undefined) throw new Error('a SHA-256 is not one')
    return patches
  } catch (cause) {
    throw new SaltError('UPDATE_INVALID', `${source} lists no patches: ${messageOf(cause)}`, { cause })
  }
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}
