// SPDX-License-Identifier: Apache-2.0
import { systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'

const pieceBytes = 1 << 20
/** A match across two pieces may be as long. */
const overlapBytes = 1 << 12

/** Whether a part of a file matches, read piece by piece. False for one that may not be read. */
export async function textHolds(
  { fs }: ExecContext,
  { path, size }: { readonly path: string; readonly size: number },
  matches: (text: string) => boolean,
): Promise<boolean> {
  try {
    for (let offset = 0; offset < size; offset += pieceBytes - overlapBytes) {
      const piece = await fs.readRange(path, offset, pieceBytes)
      if (piece.length === 0) return false
      if (!isZeros(piece) && matches(piece.toString('utf8'))) return true
      if (piece.length < pieceBytes) return false
    }
    return false
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return false
  }
}

const zeros = Buffer.alloc(pieceBytes)

/** The holes of a sparse file hold no text. */
function isZeros(piece: Buffer): boolean {
  return piece.equals(zeros.subarray(0, piece.length))
}
