// SPDX-License-Identifier: Apache-2.0
import type { Hash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeOwnDirectory, systemCodeOf } from '@halite/core'
import type { SiteTree } from './tree.ts'

const keptMs = 7 * 24 * 3600 * 1000

/**
 * Copies a tree into a directory of `parent` that is named by the hash of its contents, and resolves to its path. An
 * ES module is never unloaded, so a changed one needs a new place; what is imported from the copy is what was
 * hashed, whatever happens to the original meanwhile. A copy that exists already is used again. Rejects with `DIRECTORY_UNSAFE`
 * when somebody else may write in `parent`, and with the system's error.
 */
export async function takeSnapshot(tree: SiteTree, parent: string): Promise<string> {
  const contents = await Promise.all(tree.files.map((path) => readFile(join(tree.root, path))))
  // Late, since the other functions here are called where there are no site modules.
  const { createHash, randomBytes } = await import('node:crypto')
  const directory = join(parent, hashOf(createHash('sha256'), tree.files, contents))
  // Who can write there decides what code is run from there.
  makeOwnDirectory(parent, { mode: 0o700 })
  if (await touch(directory)) return directory
  const unfinished = join(parent, `.${randomBytes(8).toString('hex')}.tmp`)
  try {
    await fill(unfinished, tree.files, contents)
    await renameUnlessThere(unfinished, directory)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return directory
}

/** Marks a copy as used now. Resolves to whether it exists. */
export async function touch(directory: string): Promise<boolean> {
  try {
    const now = new Date()
    await utimes(directory, now, now)
    return true
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false
    throw error
  }
}

/**
 * Removes the copies that were neither made nor touched for a week. For a process that holds the directory and has just
 * touched its own.
 */
export async function removeOldSnapshots(parent: string): Promise<void> {
  const limit = Date.now() - keptMs
  for (const name of await readdir(parent).catch(() => [])) {
    const path = join(parent, name)
    const facts = await stat(path).catch(() => undefined)
    if (facts !== undefined && facts.mtimeMs < limit) await rm(path, { recursive: true, force: true })
  }
}

function hashOf(hash: Hash, paths: readonly string[], contents: readonly Buffer[]): string {
  for (const [index, path] of paths.entries()) {
    const content = contents[index] ?? Buffer.alloc(0)
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex').slice(0, 32)
}

async function fill(directory: string, paths: readonly string[], contents: readonly Buffer[]): Promise<void> {
  await mkdir(directory, { mode: 0o700 })
  // Without it `.js` files would be taken for CommonJS.
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n')
  for (const [index, path] of paths.entries()) {
    const copy = join(directory, path)
    await mkdir(dirname(copy), { recursive: true, mode: 0o700 })
    await writeFile(copy, contents[index] ?? '', { mode: 0o600 })
  }
}

/** Another process may have made the same copy meanwhile. */
async function renameUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!(await touch(to))) throw error
  }
}
