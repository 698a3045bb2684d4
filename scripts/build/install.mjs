// SPDX-License-Identifier: Apache-2.0
// Puts the files of a build where programs start from, so that programs which start or load a chunk meanwhile keep
// working: everything is written beside the folder first, then renamed into it, what others import before what imports it.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** In the folder: the names of the last build's files. */
const listName = '.files'

/**
 * Installs `files` (`{ name, contents }`, entries after everything they import) in `folder`. Files that only the build
 * before had stay for the programs that were started from it; older ones are removed. Throws the system's error; the folder
 * is as it was then, unless the renaming itself failed.
 */
export function install(folder, files) {
  mkdirSync(folder, { recursive: true })
  const before = filesOfLastBuild(folder)
  const names = files.map(({ name }) => name)
  const staging = mkdtempSync(`${folder}.next-`)
  try {
    for (const { name, contents } of files) writeFileSync(join(staging, name), contents)
    writeFileSync(join(staging, listName), `${names.join('\n')}\n`)
    for (const name of [...names, listName]) renameSync(join(staging, name), join(folder, name))
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
  removeAllBut(folder, new Set([...before, ...names, listName]))
}

/** Without a list everything there is of it. */
function filesOfLastBuild(folder) {
  const list = join(folder, listName)
  return existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : readdirSync(folder)
}

function removeAllBut(folder, kept) {
  for (const name of readdirSync(folder)) {
    // Frozen releases stay: they are what people hand on.
    if (!kept.has(name) && !name.endsWith('.zip')) rmSync(join(folder, name), { recursive: true })
  }
}
