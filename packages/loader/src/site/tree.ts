// SPDX-License-Identifier: Apache-2.0
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { SaltError, systemCodeOf } from '@halite/core'
import { kindTable, type ModuleKind, moduleKinds, sharedSiteFolder } from '../kinds.ts'

/** A directory of site modules as its listing and the facts of its files show it; nothing in it was read. */
export interface SiteTree {
  /** Absolute. */
  readonly root: string
  /** Every file that belongs to modules, relative to `root` with `/`, sorted. */
  readonly files: readonly string[]
  readonly modules: readonly SiteFile[]
  /** Two trees with the same mark hold the same contents. */
  readonly mark: string
}

/** A file that should be a module. */
export interface SiteFile {
  readonly kind: ModuleKind
  /** Name without its ending. */
  readonly file: string
  /** Relative to the root of its tree, with `/`. */
  readonly path: string
}

const most = { files: 2000, bytes: 64 * 1024 * 1024 }

/**
 * Lists what belongs to modules below `root`: the folder of each kind (`modules`, or `_modules` where that is missing) and
 * `utils`, with all that is in them except hidden files. Of a folder the `.js` and `.mjs` files directly in it are
 * modules, unless their name begins with `_`. Rejects with `MODULE_INVALID` above 2000 files or 64 MiB, with the
 * system's error when a directory cannot be read; what does not exist is empty.
 */
export async function readSiteTree(root: string): Promise<SiteTree> {
  const kinds = await Promise.all(moduleKinds.map((kind) => readFolder(root, kindTable[kind].folder)))
  const shared = await readFolder(root, sharedSiteFolder)
  const files = [...kinds.flat(), ...shared].sort()
  if (files.length > most.files) throw tooMuch(root, `${files.length} files, ${most.files} are allowed`)
  return {
    root,
    files,
    modules: moduleKinds.flatMap((kind, index) => modulesAmong(kind, kinds[index] ?? [])),
    mark: await markOf(root, files),
  }
}

async function readFolder(root: string, name: string): Promise<string[]> {
  const files = (await listFolder(join(root, name))) ?? (await listFolder(join(root, `_${name}`))) ?? []
  return files.map((path) => relative(root, path).replaceAll('\\', '/'))
}

async function listFolder(folder: string): Promise<string[] | undefined> {
  let entries: Dirent[]
  try {
    entries = await readdir(folder, { withFileTypes: true, recursive: true })
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/(^|[/\\])\./.test(relative(folder, path)))
}

function modulesAmong(kind: ModuleKind, files: readonly string[]): SiteFile[] {
  return files.flatMap((path) => {
    const [, file] = /^[^/]+\/([^/_][^/]*)\.m?js$/.exec(path) ?? []
    return file === undefined ? [] : [{ kind, file, path }]
  })
}

/** Who changes a file changes its size, one of its times, or the file itself. */
async function markOf(root: string, files: readonly string[]): Promise<string> {
  const facts = await Promise.all(files.map((path) => stat(join(root, path), { bigint: true })))
  const bytes = facts.reduce((sum, { size }) => sum + Number(size), 0)
  if (bytes > most.bytes) throw tooMuch(root, `${bytes} bytes, ${most.bytes} are allowed`)
  const lines = facts.map(({ ino, size, mtimeNs, ctimeNs }, index) =>
    [files[index], ino, size, mtimeNs, ctimeNs].join(' '),
  )
  return [root, ...lines].join('\n')
}

function tooMuch(root: string, what: string): SaltError {
  return new SaltError('MODULE_INVALID', `the site modules below ${root} are ${what}`)
}
