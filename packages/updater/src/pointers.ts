// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync } from 'node:fs'
import { SaltError } from '@halite/core'
import { readIfThere, writeDurably } from './durable-file.ts'
import type { Layout } from './layout.ts'
import { looksComplete } from './manifest.ts'
import { parseReleaseName } from './release-name.ts'
import { compareVersions } from './version-order.ts'

/** The complete versions in an application's directory, oldest first. Folders whose names are no releases are left alone. */
export function completeVersions(layout: Layout): string[] {
  if (!existsSync(layout.versions)) return []
  return readdirSync(layout.versions)
    .filter((name) => parseReleaseName(name) !== undefined && looksComplete(layout.version(name)))
    .sort((one, other) => compareVersions(versionIn(one), versionIn(other)))
}

/** The version that `current` or `previous` names; undefined when the file names no complete version. */
export function readPointer(layout: Layout, pointer: 'current' | 'previous'): string | undefined {
  const name = readIfThere(layout[pointer])?.split('\n')[0]
  if (name === undefined || parseReleaseName(name) === undefined) return undefined
  return looksComplete(layout.version(name)) ? name : undefined
}

/** Has `pointer` name a version from now on, across a power cut. Throws `UPDATE_FAILED` when the version is not complete. */
export function writePointer(layout: Layout, pointer: 'current' | 'previous', name: string): void {
  if (!looksComplete(layout.version(name)))
    throw new SaltError('UPDATE_FAILED', `${layout.version(name)} is not a complete version`)
  writeDurably(layout[pointer], `${name}\n`)
}

/**
 * The version that starts: the one `current` names; when that is missing or damaged, the one before it, else the newest
 * that is complete, and `current` is repaired. Throws `UPDATE_INVALID` when there is none.
 */
export function repairCurrent(layout: Layout): string {
  const named = readPointer(layout, 'current')
  if (named !== undefined) return named
  const found = readPointer(layout, 'previous') ?? completeVersions(layout).at(-1)
  if (found === undefined)
    throw new SaltError('UPDATE_INVALID', `there is no complete version in ${layout.versions}`, {
      hint: 'Unpack the release there again.',
    })
  writePointer(layout, 'current', found)
  return found
}

function versionIn(name: string): string {
  return parseReleaseName(name)?.version ?? ''
}
