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
import { basename, join } from 'node:path'

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

/**
 * The files an esbuild result is made of, in the order for `install`: last those named in `entries`, since chunks that are
 * loaded late count as entries with esbuild, too. `banner` stays only where it is needed.
 */
export function filesOf({ outputFiles }, { entries, banner }) {
  const files = outputFiles.map(({ path, text }) => ({
    name: basename(path),
    contents: withoutBanner(text, banner),
  }))
  const isEntry = ({ name }) => entries.includes(name)
  return [...files.filter((file) => !isEntry(file)), ...files.filter(isEntry)]
}

/** Making a `require` takes time in each file; its line stays, for the source map. */
function withoutBanner(text, banner) {
  if (!text.startsWith(banner)) return text
  const rest = text.slice(banner.length)
  return /\brequire\b/.test(rest) ? text : rest
}

/** Without a list everything there is of it. */
function filesOfLastBuild(folder) {
  const list = join(folder, listName)
  return existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : readdirSync(folder)
}

function removeAllBut(folder, kept) {
  for (const name of readdirSync(folder)) {
    if (!kept.has(name)) rmSync(join(folder, name), { recursive: true })
  }
}
