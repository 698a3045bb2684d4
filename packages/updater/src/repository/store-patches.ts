// SPDX-License-Identifier: Apache-2.0
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { findProgram, run, SaltError, safeJoin } from '@halite/core'
import { sha256OfFile } from '../digest.ts'
import { blobPath } from '../finders/signed-repository.ts'
import type { Manifest, ManifestFile } from '../manifest.ts'
import { type FilePatch, leastPatchedBytes, mostPatchedBytes, patchPath } from '../patch-list.ts'
import type { ReleasePlaces } from './blobs.ts'

/** A release for which patches are made. */
export interface PatchedRelease extends ReleasePlaces {
  readonly manifest: Manifest
  /** For people. */
  readonly say: (text: string) => void
}

/** It takes minutes for a Node, and half a gigabyte. */
const makeMs = 3_600_000
/** A patch that is larger is not worth the memory it takes. */
const worthwhile = 0.5

/**
 * Makes patches from the files of earlier releases to the large files of one that have the same path, and returns those that
 * are worth it. Without the program `zstd` there are none, and that is said.
 */
export async function storePatches(
  release: PatchedRelease,
  earlier: readonly Manifest[],
): Promise<FilePatch[]> {
  const pairs = earlier.flatMap((old) => changedFiles(old, release.manifest))
  if (pairs.length === 0) return []
  const zstd = findProgram('zstd')
  if (zstd === undefined) {
    release.say('no patches are made: the program zstd is not installed')
    return []
  }
  const patches: FilePatch[] = []
  for (const pair of pairs) {
    const patch = await storePatch(release, pair, zstd)
    if (patch !== undefined) patches.push(patch)
  }
  return patches
}

interface Pair {
  readonly from: ManifestFile
  readonly to: ManifestFile
}

function changedFiles(old: Manifest, { files }: Manifest): Pair[] {
  return files.flatMap((to) => {
    const from = old.files.find(({ path }) => path === to.path)
    const fits = [from?.size ?? 0, to.size].every(
      (size) => size >= leastPatchedBytes && size <= mostPatchedBytes,
    )
    return from === undefined || !fits || from.sha256 === to.sha256 ? [] : [{ from, to }]
  })
}

async function storePatch(
  { folder, targets, work, say }: PatchedRelease,
  { from, to }: Pair,
  zstd: string,
): Promise<FilePatch | undefined> {
  const between = { from: from.sha256, to: to.sha256 }
  const place = join(targets, patchPath(between))
  if (!existsSync(place)) {
    say(`creating a patch of ${to.path}: that takes minutes for a Node`)
    const [old, made] = [join(work, 'patch.old'), join(work, 'patch')]
    mkdirSync(dirname(place), { recursive: true, mode: 0o755 })
    try {
      await pipeline(
        createReadStream(join(targets, blobPath(from.sha256))),
        createBrotliDecompress(),
        createWriteStream(old),
      )
      await makePatch(zstd, { old, next: safeJoin(folder, to.path), made })
      renameSync(made, place)
    } finally {
      for (const path of [old, made]) rmSync(path, { force: true })
    }
  }
  const { size } = statSync(place)
  const whole = statSync(join(targets, blobPath(to.sha256))).size
  if (size > whole * worthwhile) {
    rmSync(place)
    say(`no patch of ${to.path}: it would have ${size} bytes, of ${whole} for the whole file`)
    return undefined
  }
  say(`a patch of ${to.path} has ${size} bytes, of ${whole} for the whole file`)
  return { ...between, size, sha256: await sha256OfFile(place) }
}

/** Threads would make it depend on the machine, and larger. */
async function makePatch(
  zstd: string,
  { old, next, made }: { readonly old: string; readonly next: string; readonly made: string },
): Promise<void> {
  const level = ['-q', '-f', '-19', '--single-thread', `--long=${Math.log2(mostPatchedBytes)}`]
  const argv = [zstd, ...level, `--patch-from=${old}`, '-o', made, '--', next]
  const { retcode, stderr } = await run(argv, { timeoutMs: makeMs })
  if (retcode !== 0)
    throw new SaltError('UPDATE_FAILED', `zstd cannot make a patch: ${stderr.toString('utf8').trim()}`)
}
