// SPDX-License-Identifier: Apache-2.0
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type BrotliCompress, constants, createBrotliCompress } from 'node:zlib'
import { safeJoin } from '@halite/core'
import { blobPath } from '../finders/signed-repository.ts'
import { type ManifestFile, readManifest } from '../manifest.ts'

/**
 * Larger files are packed less well: it would take minutes. Those of a bundle, 5.6 MB, take 6.3 s of one core at quality 11 and come to
 * 1.35 MB; at 10 it is 2.7 s and 1.39 MB, at 9 0.6 s and 1.49 MB. Every minion fetches them, and they are packed once.
 */
const wellPackedBytes = 4 * 2 ** 20

/** Where a release that is added lies. */
export interface ReleasePlaces {
  /** The folder it is unpacked in. */
  readonly folder: string
  /** Where the files of all releases lie. */
  readonly targets: string
  /** For what is not whole yet, on the same file system as `targets`. */
  readonly work: string
}

/**
 * Stores every file of the version in `folder` below `targets`, compressed, named by its content: what is there stays. Uses
 * the cores: zlib packs in threads of its own.
 */
export async function storeBlobs({ folder, targets, work }: ReleasePlaces): Promise<void> {
  // The largest first, so that none of them is left to one core in the end.
  const waiting = [...readManifest(folder).files].sort((one, other) => other.size - one.size)
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
      await storeBlob(file, { folder, targets, work })
  }
  const stopOthers = (error: unknown): never => {
    waiting.length = 0
    throw error
  }
  const workers = Array.from({ length: availableParallelism() }, () => worker().catch(stopOthers))
  const failed = (await Promise.allSettled(workers)).find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

async function storeBlob(
  { path, sha256, size }: ManifestFile,
  { folder, targets, work }: ReleasePlaces,
): Promise<void> {
  const place = join(targets, blobPath(sha256))
  if (existsSync(place)) return
  mkdirSync(dirname(place), { recursive: true, mode: 0o755 })
  // Two files of a release may have the same bytes.
  const written = join(work, crypto.randomUUID())
  await pipeline(createReadStream(safeJoin(folder, path)), packer(size), createWriteStream(written))
  renameSync(written, place)
}

function packer(size: number): BrotliCompress {
  return createBrotliCompress({
    params: {
      [constants.BROTLI_PARAM_QUALITY]: size <= wellPackedBytes ? 11 : 5,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: size,
    },
  })
}
