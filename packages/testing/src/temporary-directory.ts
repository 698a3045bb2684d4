// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What this process made and has not removed: the one thing that has to be known when it exits. */
const made = new Set<string>()

/**
 * Makes a directory of its own below the system's one for temporary files, with a short path, so that sockets fit in it.
 * It is removed by `removeTemporaryDirectory`, at the latest when the process exits.
 */
export function temporaryDirectory(prefix: string): string {
  if (made.size === 0) process.once('exit', removeAll)
  const path = mkdtempSync(join(tmpdir(), `${prefix}-`))
  made.add(path)
  return path
}

/** Removes a directory that `temporaryDirectory` made, with all that is in it. */
export function removeTemporaryDirectory(path: string): void {
  if (!made.delete(path)) return
  rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  if (made.size === 0) process.off('exit', removeAll)
}

function removeAll(): void {
  for (const path of made) rmSync(path, { recursive: true, force: true })
}
