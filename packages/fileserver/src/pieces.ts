// SPDX-License-Identifier: Apache-2.0
import { type FileRange, type FileSource, type FoundFile, maxRangeBytes } from './file-source.ts'

export interface PiecesOptions {
  /** Where to begin; default 0. */
  readonly loc?: number
  /** Bytes of one piece; default 1 MiB. */
  readonly pieceBytes?: number
  /** Pieces asked for before the first one is used; default 4. */
  readonly ahead?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * The content of a file in order, read in ranges that are asked for ahead. Whoever takes them slowly holds back further ones.
 * Rejects as `FileSource.read` does, with the pieces before that delivered: a download goes on from there.
 */
export async function* pieces(
  source: FileSource,
  file: FoundFile,
  options: PiecesOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const { pieceBytes = maxRangeBytes, ahead = 4, signal } = options
  let { loc = 0 } = options
  const asked: Promise<Uint8Array>[] = []
  const askNext = () => {
    const range: FileRange = { loc, length: Math.min(pieceBytes, file.size - loc) }
    loc += range.length
    const piece = source.read(file, range, { signal })
    // It is awaited in its turn, which may come after it failed.
    piece.catch(() => undefined)
    asked.push(piece)
  }
  for (;;) {
    while (asked.length < ahead && loc < file.size) askNext()
    const next = asked.shift()
    if (next === undefined) return
    yield await next
  }
}
