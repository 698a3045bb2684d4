// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, linkSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { safeJoin } from '@halite/core'
import { sha256OfFile } from './digest.ts'
import { syncPath } from './durable-file.ts'
import type { FetchPlace } from './finder.ts'
import { type ManifestFile, readManifest } from './manifest.ts'

/**
 * Puts the files that a version on this machine has already into `unpacked`, as second names of the same bytes where the
 * file system can, and returns those that are missing. Every file is hashed before it is believed.
 */
export async function copyPresent(
  files: readonly ManifestFile[],
  { present, unpacked }: Pick<FetchPlace, 'present' | 'unpacked'>,
): Promise<ManifestFile[]> {
  const known = knownFiles(present)
  const missing: ManifestFile[] = []
  for (const file of files) {
    const source = known.get(keyOf(file))?.path
    if (source === undefined || (await sha256OfFile(source).catch(() => '')) !== file.sha256)
      missing.push(file)
    else putSecondName(source, safeJoin(unpacked, file.path))
  }
  return missing
}

/** The files that versions on this machine have as their manifests say, by hash and mode, with their full paths. */
export function knownFiles(
  present: readonly string[],
): ReadonlyMap<string, { readonly sha256: string; readonly path: string }> {
  const known = new Map<string, { readonly sha256: string; readonly path: string }>()
  for (const folder of present) {
    for (const file of readManifest(folder).files)
      known.set(keyOf(file), { sha256: file.sha256, path: safeJoin(folder, file.path) })
  }
  return known
}

/** Two names of one file have one mode. */
function keyOf({ sha256, executable }: ManifestFile): string {
  return `${sha256} ${executable === true}`
}

function putSecondName(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 })
  try {
    linkSync(source, target)
  } catch {
    // Another file system, or one that has no links.
    copyFileSync(source, target)
    syncPath(target)
  }
}
