// SPDX-License-Identifier: Apache-2.0
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type BrotliCompress, constants, createBrotliCompress } from 'node:zlib'
import { safeJoin } from '@halite/core'
import { blobPath } from '../finders/signed-repository.ts'
import { readManifest } from '../manifest.ts'

/** Larger files are packed less well: it would take minutes. */
const wellPackedBytes = 4 * 2 ** 20

/** Stores every file of the version in `folder` below `targets`, compressed, named by its content: what is there stays. */
export async function storeBlobs(folder: string, targets: string): Promise<void> {
  for (const { path, sha256, size } of readManifest(folder).files) {
    const place = join(targets, blobPath(sha256))
    if (existsSync(place)) continue
    mkdirSync(dirname(place), { recursive: true, mode: 0o755 })
    const written = `${place}.${process.pid}.tmp`
    await pipeline(createReadStream(safeJoin(folder, path)), packer(size), createWriteStream(written))
    renameSync(written, place)
  }
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
