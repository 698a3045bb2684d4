// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What this process made and has not removed. */
const made = new Set<string>()

/** What it has removed: something that was still open may write there afterwards, and so make it again. */
const removed = new Set<string>()

/**
 * Makes a directory of its own below the system's one for temporary files, with a short path, so that sockets fit in it.
 * It is removed by `removeTemporaryDirectory`, at the latest when its test file is over, or a process that runs no tests
 * exits.
 */
export function temporaryDirectory(prefix: string): string {
  if (made.size === 0) process.once('exit', removeTemporaryDirectories)
  const path = mkdtempSync(join(tmpdir(), `${prefix}-`))
  made.add(path)
  return path
}

/** Removes a directory that `temporaryDirectory` made, with all that is in it. */
export function removeTemporaryDirectory(path: string): void {
  if (!made.delete(path)) return
  removed.add(path)
  remove(path)
  if (made.size === 0) process.off('exit', removeTemporaryDirectories)
}

/**
 * Removes all that `temporaryDirectory` made since the last time. The runner kills its processes, so it is called behind each
 * test file and not only when the process exits.
 */
export function removeTemporaryDirectories(): void {
  for (const path of made) removeTemporaryDirectory(path)
  for (const path of removed) remove(path)
  removed.clear()
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 })
}
