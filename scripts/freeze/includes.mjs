// SPDX-License-Identifier: Apache-2.0
// Modules of a site that go into a frozen release: `freezer_includes` of a configuration file.
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { loader } from '../built-in-modules.mjs'
import { Mistake, readGiven } from './mistake.mjs'
import { entriesIn } from './tree.mjs'

/** As the folders of site modules are called below a directory of them: `modules`, `states`. */
const folders = new Set(Object.values(loader.kindTable).map(({ folder }) => folder))

/**
 * The parts that `freezer_includes` of the YAML file `config` names: files, or folders with files, that lie in a folder
 * named as for `salt://` (`_modules/web.js`) or without the underscore. Paths are relative to the file. Rejects when one is
 * missing or lies elsewhere.
 */
export async function freezerIncludes(config) {
  if (config === undefined) return []
  const { parseYaml } = await import('@halite/core')
  const { freezer_includes: includes = [] } = parseYaml(readGiven('--config', config), config) ?? {}
  if (!Array.isArray(includes)) throw new Mistake(`freezer_includes in ${config} is not a list`)
  return includes.flatMap((path) => partsOf(resolve(dirname(config), String(path))))
}

function partsOf(path) {
  if (!existsSync(path)) throw new Mistake(`freezer_includes: ${path} does not exist`)
  if (!statSync(path).isDirectory())
    return [partOf(basename(dirname(path)), { path: basename(path), source: path })]
  if (folders.has(plain(basename(path)))) return entriesIn(path).map((entry) => partOf(basename(path), entry))
  return entriesIn(path).map(({ path: below, source }) => {
    const [folder, ...rest] = below.split('/')
    return partOf(folder, { path: rest.join('/'), source })
  })
}

function partOf(folder, { path, source }) {
  if (!folders.has(plain(folder)))
    throw new Mistake(`freezer_includes: ${source} lies in none of the folders ${[...folders].join(', ')}`)
  return { path: `site/${plain(folder)}/${path}`, source }
}

function plain(folder) {
  return folder.replace(/^_/, '')
}
