// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto'
import { type FileHandle, lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isAlive, systemCodeOf } from '@halite/core'
import { namesIn } from '../names-in.ts'

/** A file that is being fetched: nobody looks at it under this name. */
export interface PartialFile {
  readonly path: string
  readonly handle: FileHandle
}

/**
 * The directory in which files are written until they are complete; then they are renamed to their place. Their names begin with
 * the process that fetches them, so that what a killed one left behind is found.
 */
export class FetchingDirectory {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Creates a file for `fill` to write, and puts it at `place`. Whatever fails, no part of it stays anywhere. */
  async put(place: string, fill: (file: PartialFile) => Promise<void>): Promise<void> {
    const path = await this.write(fill)
    try {
      await moveTo(path, place)
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  /** The same for a file that has no place yet; resolves to its path. It belongs to the caller, who moves or removes it. */
  async write(fill: (file: PartialFile) => Promise<void>): Promise<string> {
    const path = join(this.#directory, `${process.pid}-${randomUUID()}`)
    try {
      const handle = await this.#create(path)
      try {
        await fill({ path, handle })
      } finally {
        await handle.close()
      }
      return path
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  /** Removes what processes that are gone have left here; for whoever holds the directory. */
  async clear(): Promise<void> {
    for (const name of await namesIn(this.#directory)) {
      const pid = Number(/^(\d+)-/.exec(name)?.[1] ?? 0)
      if (pid === process.pid || !isAlive(pid)) await rm(join(this.#directory, name), { force: true })
    }
  }

  /** The directory is made when it is missing: people clear caches by hand. */
  async #create(path: string): Promise<FileHandle> {
    try {
      return await open(path, 'wx+', 0o600)
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') throw error
      await mkdir(this.#directory, { recursive: true, mode: 0o700 })
      return open(path, 'wx+', 0o600)
    }
  }
}

/**
 * Renames a file to its place. Mostly that is all; else its directory is missing, or something that is no file is in the way: the
 * server had another kind of thing there.
 */
async function moveTo(path: string, place: string): Promise<void> {
  try {
    await rename(path, place)
  } catch (error) {
    const code = systemCodeOf(error)
    if (!isInTheWay(code) && code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    await makeRoom(place, code)
    await rename(path, place)
  }
}

/** A directory at the place of a file; Windows says `EPERM`. */
function isInTheWay(code: string | undefined): boolean {
  return code === 'EISDIR' || code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM'
}

async function makeRoom(place: string, code: string | undefined): Promise<void> {
  if (isInTheWay(code)) return rm(place, { recursive: true, force: true })
  const directory = dirname(place)
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch(async (error: unknown) => {
    const reason = systemCodeOf(error)
    if (reason !== 'EEXIST' && reason !== 'ENOTDIR') throw error
    await removeFileAbove(directory)
    await mkdir(directory, { recursive: true, mode: 0o700 })
  })
}

/** Removes the nearest thing on the way to `directory` when it is a file. */
async function removeFileAbove(directory: string): Promise<void> {
  try {
    if (!(await lstat(directory)).isDirectory()) await rm(directory)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOTDIR') throw error
    await removeFileAbove(dirname(directory))
  }
}
