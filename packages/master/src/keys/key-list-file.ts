// SPDX-License-Identifier: Apache-2.0
import { lstatSync, readFileSync } from 'node:fs'
import { type Logger, type MinionId, messageOf, systemCodeOf, withOwnFile } from '@halite/core'
import { compilePattern, fnmatch } from '@halite/targeting'

/** How a list of ids is read. */
export interface KeyListOptions {
  /** Believe a file that group or others may write (`permissive_pki_access`). */
  readonly permissive: boolean
  readonly log: Logger
}

/**
 * Whether `autosign_file` or `autoreject_file` names this id: a line is an id, a glob, or a regular expression for the whole
 * id; empty lines and `#` comments count for nothing. A file that cannot be read, that belongs to others or that they may write, names nobody
 * and is logged; so is a line that is no expression. An empty path names nobody.
 */
export function isListedIn(path: string, id: MinionId, options: KeyListOptions): boolean {
  return path !== '' && linesOf(path, options).some((line) => matches(line, id, { path, log: options.log }))
}

function linesOf(path: string, { permissive, log }: KeyListOptions): string[] {
  try {
    // Most masters have none, and every new key asks: one look instead of one at each directory above it.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return []
    return withOwnFile(path, ({ descriptor, stats }) => {
      if (!permissive && (stats.mode & 0o022) !== 0) {
        log.warning('file is writable by others and ignored', { path })
        return []
      }
      const lines = readFileSync(descriptor, 'utf8').split('\n')
      return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
    })
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT')
      log.warning('file cannot be read', { path, reason: messageOf(error) })
    return []
  }
}

function matches(line: string, id: MinionId, at: { path: string; log: Logger }): boolean {
  if (line === id || fnmatch(id, line)) return true
  try {
    return compilePattern(`(?:${line})$`)(id)
  } catch (error) {
    at.log.debug('line is no regular expression', { path: at.path, line, reason: messageOf(error) })
    return false
  }
}
