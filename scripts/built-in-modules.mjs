// SPDX-License-Identifier: Apache-2.0
// The built-in modules as their files declare them, for the scripts that write what follows from that.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { importSource } from './import-source.mjs'

/** Where the modules lie, relative to the repository's root. */
export const modulesSource = 'packages/modules/src'

/** The loader: the table of kinds, and what describes a module. */
export const loader = await importSource('packages/loader/src/index.ts')

/** The kinds that are built, each in a folder of its name. */
export const kinds = loader.moduleKinds

let read

/**
 * Kind → the modules of that kind as `{ file, module }`, sorted by file name. They are imported once, whoever asks.
 * Rejects with a message that names the file when one cannot be read.
 */
export function builtInModules() {
  read ??= readAll()
  return read
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
  const lists = await Promise.all(
    kinds.map(async (kind) => [kind, await Promise.all(namesIn(kind).map((file) => readOne(kind, file)))]),
  )
  return Object.fromEntries(lists)
}

async function readOne(kind, file) {
  const path = `${modulesSource}/${kind}/${file}.ts`
  try {
    const { default: module } = await importSource(path)
    return { file, module: loader.checkModule(kind, file, module) }
  } catch (cause) {
    throw new Error(`cannot read ${path}: ${cause.message}`, { cause })
  }
}
