// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeOwnDirectory } from './own-directory.ts'
import { openForWriting } from './own-file.ts'

/** In a container these are pipes of whoever started it: they are written to as they were handed to us. */
const standardStreams: Readonly<Record<string, number>> = { '/dev/stdout': 1, '/dev/stderr': 2 }

/**
 * Opens a log file for appending, made with its directory when it is missing, and returns its descriptor. Throws as
 * `openForWriting`.
 */
export function openLogFile(path: string): number {
  const stream = standardStreams[path]
  if (stream !== undefined) return stream
  const directory = dirname(path)
  if (!existsSync(directory)) makeOwnDirectory(directory, { mode: 0o755, allowGroup: true })
  return openForWriting(path, { mode: 0o640, append: true })
}
