// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path'
import { systemCodeOf } from '@halite/core'
import type { FileSystem, FilesContext } from '@halite/loader'

/** What is synced, and how. */
export interface SyncedKind {
  /** The folder: `_modules` of the file server becomes `modules` here. */
  readonly folder: string
  /** Of a file that several have the one of the last environment is taken. */
  readonly saltenvs: readonly string[]
  /** The directory of site modules: the option `extension_modules`. */
  readonly directory: string
  /** Modules that are synced and no others, by name; undefined for all. */
  readonly whitelist: readonly string[] | undefined
  readonly blacklist: readonly string[]
  /** Whether what the file server does not have any more is removed. */
  readonly clean: boolean
}

/** What came of it. */
export interface Synced {
  /** Modules that are new or changed: `modules.name`. */
  readonly changed: readonly string[]
  /** Files of the folder that are no modules here: file → why. */
  readonly refused: Readonly<Record<string, string>>
  /** Whether anything is different now. */
  readonly isTouched: boolean
}

/** What modules are copied with. */
export interface SyncParts {
  readonly files: Pick<FilesContext, 'listFiles' | 'cacheFile'>
  readonly fs: Pick<FileSystem, 'read' | 'write' | 'list' | 'stat' | 'remove' | 'makeDirectory'>
}

const python =
  'Python is not run here; write it as an ES module, as docs/extend/adding-a-module.md shows, and name it the same'

/** Copies the modules of a folder of the file server to where they are loaded from. */
export async function syncFolder({ files, fs }: SyncParts, kind: SyncedKind): Promise<Synced> {
  const { folder, saltenvs, clean } = kind
  const found = new Map<string, string>()
  const refused: Record<string, string> = {}
  for (const saltenv of saltenvs) {
    for (const path of await files.listFiles(`_${folder}/`, { saltenv })) {
      const name = path.slice(folder.length + 2)
      if (/\.(?:pyx?|so|zip)$/.test(path)) refused[path] = python
      else if (/\.(?:m?js|json)$/.test(path) && isWanted(name, kind)) found.set(name, saltenv)
    }
  }
  const target = posix.join(kind.directory, folder)
  const changed: string[] = []
  for (const [name, saltenv] of found) {
    const copy = await files.cacheFile(`salt://|_${folder}/${name}`, { saltenv })
    // Since it was listed it went.
    if (copy === undefined) found.delete(name)
    else if (await replace(fs, copy, posix.join(target, name))) changed.push(`${folder}.${moduleName(name)}`)
  }
  const isCleaned = clean && (await removeOthers(fs, target, (name) => found.has(name)))
  return { changed, refused, isTouched: changed.length > 0 || isCleaned }
}

function isWanted(name: string, { whitelist, blacklist }: SyncedKind): boolean {
  const module = moduleName(name)
  return (whitelist === undefined || whitelist.includes(module)) && !blacklist.includes(module)
}

/** Salt's name of a file: `sub/name.js` is `sub.name`. */
function moduleName(name: string): string {
  return name.replace(/\.[^./]*$/, '').replaceAll('/', '.')
}

/** Whether it was another one. */
async function replace(fs: SyncParts['fs'], from: string, to: string): Promise<boolean> {
  const content = await fs.read(from)
  const before = await fs.stat(to)
  if (before?.type === 'file' && (await fs.read(to)).equals(content)) return false
  if (before?.type === 'directory') await fs.remove(to, { recursive: true })
  await fs.makeDirectory(posix.dirname(to), { parents: true, mode: 0o700 }).catch(async (error: unknown) => {
    if (systemCodeOf(error) !== 'EEXIST' && systemCodeOf(error) !== 'ENOTDIR') throw error
    // What was a module became a directory of some.
    await fs.remove(posix.dirname(to))
    await fs.makeDirectory(posix.dirname(to), { parents: true, mode: 0o700 })
  })
  await fs.write(to, content, { mode: 0o600 })
  return true
}

/** Removes all files but these, and the directories that are empty then. Whether there were any. */
async function removeOthers(
  fs: SyncParts['fs'],
  directory: string,
  isKept: (name: string) => boolean,
): Promise<boolean> {
  if ((await fs.stat(directory))?.type !== 'directory') return false
  let isTouched = false
  for (const name of await fs.list(directory)) {
    const path = posix.join(directory, name)
    const type = (await fs.stat(path, { followLinks: false }))?.type
    if (type === 'directory') {
      if (await removeOthers(fs, path, (below) => isKept(`${name}/${below}`))) isTouched = true
      if ((await fs.list(path)).length === 0) await fs.remove(path, { recursive: true })
    } else if (!isKept(name)) {
      await fs.remove(path)
      isTouched = true
    }
  }
  return isTouched
}
