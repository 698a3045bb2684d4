// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, messageOf } from '@halite/core'
import { isInUse, runningPrograms } from './in-use.ts'
import type { Layout } from './layout.ts'
import { readPointer } from './pointers.ts'
import { parseReleaseName } from './release-name.ts'
import { readTrial } from './trial.ts'

/** What a version that is being removed is called first: nobody looks for a version there. */
const gone = '.gone-'

/** The versions that must stay: what starts, the way back, both sides of a trial, and the way back if it fails. */
export function keptVersions(layout: Layout): Set<string> {
  const trial = readTrial(layout)
  const ofTrial = [trial?.version, trial?.judge, trial?.before]
  const kept = [readPointer(layout, 'current'), readPointer(layout, 'previous'), ...ofTrial]
  return new Set(kept.filter((name) => name !== undefined))
}

/**
 * Removes versions that nothing needs: neither kept nor in use. What is no version of a release is left alone. Resolves to
 * whether nothing is left to remove.
 */
export async function collectVersions(layout: Layout, log: Logger): Promise<boolean> {
  if (!existsSync(layout.versions)) return true
  const kept = keptVersions(layout)
  const candidates = readdirSync(layout.versions).filter(
    (name) => name.startsWith(gone) || (parseReleaseName(name) !== undefined && !kept.has(name)),
  )
  if (candidates.length === 0) return true
  const removed = await Promise.all(candidates.map((name) => removeVersion(layout, name, log)))
  return removed.every(Boolean)
}

/** Removes one version unless something runs from it. Resolves to whether it is gone. */
export async function removeVersion(layout: Layout, name: string, log: Logger): Promise<boolean> {
  const folder = layout.version(name)
  const programs = await runningPrograms()
  if (programs === undefined ? process.platform !== 'win32' : isInUse(realpathSync(folder), programs))
    return false
  const away = name.startsWith(gone) ? folder : join(layout.versions, `${gone}${name}`)
  try {
    if (away !== folder) {
      rmSync(away, { recursive: true, force: true })
      renameSync(folder, away)
    }
    rmSync(away, { recursive: true, force: true })
    return true
  } catch (error) {
    log.info('a version cannot be removed yet', { version: name, reason: messageOf(error) })
    return false
  }
}
