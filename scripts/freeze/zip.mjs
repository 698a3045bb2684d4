// SPDX-License-Identifier: Apache-2.0
// A zip file that depends on its contents alone: entries in order, one time, modes of 0644 and 0755.
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import yazl from 'yazl'

/** The earliest day that a zip file can hold. */
const mtime = new Date(1980, 0, 1)

/** Writes `entries` (`{ path, contents | source, mode }`) to the file `target`. Rejects with the system's error. */
export async function writeZip(target, entries) {
  const zip = new yazl.ZipFile()
  for (const { path, contents, source, mode } of entries.toSorted(byPath)) {
    const options = { mtime, mode, forceDosTimestamp: true }
    if (source === undefined) zip.addBuffer(Buffer.from(contents), path, options)
    else zip.addFile(source, path, options)
  }
  const written = pipeline(zip.outputStream, createWriteStream(target))
  zip.end()
  await written
}

function byPath(a, b) {
  return a.path < b.path ? -1 : 1
}
