// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, statSync } from 'node:fs'

/*
 * Reading of kernel and configuration files. What is absent or closed to us is no fact, so nothing here throws; calls
 * are synchronous, because these files are small, in memory, and together must not take more than a few milliseconds.
 */

/** The text of a file, or undefined when it cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** The names in a directory, sorted; none when it cannot be read. */
export function namesIn(path: string): string[] {
  try {
    return readdirSync(path).sort()
  } catch {
    return []
  }
}

/** Whether there is a regular file; false when we may not look. */
export function isFile(path: string): boolean {
  return kindOf(path)?.isFile() ?? false
}

/** Whether there is a directory; false when we may not look. */
export function isDirectory(path: string): boolean {
  return kindOf(path)?.isDirectory() ?? false
}

function kindOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined // a directory above it is closed to us
  }
}
