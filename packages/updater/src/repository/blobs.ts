// SPDX-License-Identifier: Apache-2.0
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { safeJoin } from '@halite/core'
import { blobPath } from '../finders/signed-repository.ts'
import { readManifest } from '../manifest.ts'

/** Stores every file of the version in `folder` below `targets`, compressed, named by its content: what is there stays. */
export async function storeBlobs(folder: string, targets: string): Promise<void> {
  for (const { path, sha256 } of readManifest(folder).files) {
    const place = join(targets, blobPath(sha256))
    if (existsSync(place)) continue
    mkdirSync(dirname(place), { recursive: true, mode: 0o755 })
    const written = `${place}.${process.pid}.tmp`
    await pipeline(createReadStream(safeJoin(folder, path)), createGzip(), createWriteStream(written))
    renameSync(written, place)
  }
}
