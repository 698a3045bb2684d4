// SPDX-License-Identifier: Apache-2.0
import { open } from 'node:fs/promises'
import { SaltError } from '@halite/core'
import type { Transfers } from './transfers.ts'

/** One request inside the session with a master. */
export type AskMaster = (name: '_file_recv', load: unknown) => Promise<unknown>

const pieceBytes = 256 * 1024

/**
 * Sends a file to the master, which keeps it under these parts of a path. Rejects with the master's error, `REQUEST_DENIED` when
 * it takes no files, and with `FILE_CHANGED` when the file is written to meanwhile.
 */
export async function pushFile(
  path: string,
  name: readonly string[],
  { ask, transfers }: { readonly ask: AskMaster; readonly transfers: Transfers },
): Promise<void> {
  const handle = await open(path, 'r')
  const progress = transfers.begin(path)
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new SaltError('FILE_UNREADABLE', `${path} is no plain file`)
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, stats.size))
    for (let loc = 0; loc === 0 || loc < stats.size; ) {
      const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, stats.size - loc), loc)
      if (bytesRead === 0 && stats.size > 0)
        throw new SaltError('FILE_CHANGED', `${path} became shorter while it was sent`)
      await ask('_file_recv', { path: name, size: stats.size, loc, data: piece.subarray(0, bytesRead) })
      loc += bytesRead
      progress.at(loc, stats.size)
      if (stats.size === 0) return
    }
  } finally {
    progress.end()
    await handle.close()
  }
}
