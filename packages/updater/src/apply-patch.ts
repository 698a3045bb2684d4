// SPDX-License-Identifier: Apache-2.0
import { createReadStream, readFileSync, rmSync, statSync } from 'node:fs'
import type { Transform } from 'node:stream'
import zlib from 'node:zlib'
import { SaltError, safeJoin } from '@halite/core'
import { sha256, sha256OfFile } from './digest.ts'
import type { ManifestFile } from './manifest.ts'
import { type FilePatch, mostPatchedBytes } from './patch-list.ts'
import { writeChecked } from './unpack-zip.ts'

/** What the types of the oldest Node do not know. */
interface Zstd {
  readonly createZstdDecompress?: (options: {
    readonly dictionary: Buffer
    readonly params: Readonly<Record<number, number>>
  }) => Transform
  readonly constants: { readonly ZSTD_d_windowLogMax?: number }
}

/** A file that is to come to be, and what it is made of. */
export interface PatchWork {
  readonly patch: FilePatch
  /** The patch as it was fetched, and the file it begins with. */
  readonly packed: string
  readonly base: string
  readonly file: ManifestFile
  readonly unpacked: string
}

const windowLog = Math.log2(mostPatchedBytes)

/**
 * Why this Node cannot make a file of `bytes` of a patch; undefined when it can. Those before 22.19 know zstd, and take
 * good patches for damaged ones.
 */
export function whyNoPatch(
  bytes: number,
  { version = process.versions.node, available = process.availableMemory() } = {},
): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isAble = major === 22 ? minor >= 19 : major === 24 ? minor >= 6 : major > 24
  if (!isAble) return `Node ${version} cannot apply patches: 22.19 can`
  // The old file, the window, and what is between the two.
  if (available < 4 * bytes) return `${Math.round(available / 1e6)} MB of free memory are too few for a patch`
  return undefined
}

/**
 * Makes a file of a patch, below `unpacked` and flushed to the disk. Base and patch are hashed before they are used, what comes of them
 * is limited in size and hashed against the manifest. Rejects when anything is not as it should be; nothing is left then.
 */
export async function applyPatch({ patch, packed, base, file, unpacked }: PatchWork): Promise<void> {
  if (statSync(packed).size !== patch.size || (await sha256OfFile(packed)) !== patch.sha256)
    throw new SaltError('UPDATE_INVALID', `the patch of ${file.path} is not the one that is signed`)
  const dictionary = readFileSync(base)
  if (sha256().update(dictionary).digest('hex') !== patch.from)
    throw new SaltError('UPDATE_INVALID', `${base} is not what the patch of ${file.path} begins with`)
  const { createZstdDecompress, constants } = zlib as unknown as Zstd
  if (createZstdDecompress === undefined || constants.ZSTD_d_windowLogMax === undefined)
    throw new SaltError('UPDATE_FAILED', `this Node knows no zstd: ${file.path} cannot be patched`)
  const unzip = createZstdDecompress({ dictionary, params: { [constants.ZSTD_d_windowLogMax]: windowLog } })
  const source = createReadStream(packed)
  source.on('error', (error) => unzip.destroy(error))
  // Where nothing could be written, nobody reads it any more.
  unzip.on('error', () => undefined)
  try {
    await writeChecked(source.pipe(unzip), file, unpacked)
  } catch (error) {
    source.destroy()
    rmSync(safeJoin(unpacked, file.path), { force: true })
    throw error
  }
}
