// SPDX-License-Identifier: Apache-2.0
// The built-in modules as their files declare them, for the scripts that write what follows from that.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { importSource, importSources } from './import-source.mjs'

/** Where the modules lie, relative to the repository's root. */
export const modulesSource = 'packages/modules/src'

/** The loader: the table of kinds, and what describes a module. */
export const loader = await importSource('packages/loader/src/index.ts')

/** The kinds that are built, each in a folder of its name. */
export const kinds = loader.moduleKinds

let modulesRead

/**
 * Kind → the modules of that kind as `{ file, module }`, sorted by file name. They are imported once, whoever asks.
 * Rejects with a message that names the file when one cannot be read.
 */
export function builtInModules() {
  modulesRead ??= readAll()
  return modulesRead
}

/** File names in a folder of `modulesSource` without their ending, sorted; folders in it hold the parts of a module. */
export function namesIn(folder) {
  const path = join(import.meta.dirname, '..', modulesSource, folder)
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[a-z0-9][\w-]*\.ts$/.test(entry.name))
    .map((entry) => entry.name.slice(0, -'.ts'.length))
    .sort()
}

async function readAll() {
  const files = kinds.flatMap((kind) => namesIn(kind).map((file) => ({ kind, file })))
  const imported = await importSources(files.map(pathOf))
  const modules = Object.fromEntries(kinds.map((kind) => [kind, []]))
  for (const [index, one] of files.entries()) modules[one.kind].push(read(one, imported[index]))
  return modules
}

function pathOf({ kind, file }) {
  return `${modulesSource}/${kind}/${file}.ts`
}

function read({ kind, file }, { default: module }) {
  try {
    return { file, module: loader.checkModule(kind, file, module) }
  } catch (cause) {
    throw new Error(`cannot read ${pathOf({ kind, file })}: ${cause.message}`, { cause })
  }
}
