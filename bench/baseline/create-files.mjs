// SPDX-License-Identifier: Apache-2.0
// The file system's share of as many `file.managed`: `create-files.mjs <directory> <count>` makes each file beside its place and
// renames it over, one after the other, and does nothing else.
import { closeSync, fchmodSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const [directory, count] = process.argv.slice(2)

for (let n = 0; n < Number(count); n += 1) {
  const path = join(directory, `f${n}`)
  const temporary = join(directory, `.f${n}.tmp`)
  const descriptor = openSync(temporary, 'wx', 0o600)
  writeSync(descriptor, `hello ${n}\n`)
  fchmodSync(descriptor, 0o644)
  closeSync(descriptor)
  renameSync(temporary, path)
}
