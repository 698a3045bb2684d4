// SPDX-License-Identifier: Apache-2.0
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { systemCodeOf } from '@halite/core'

/** Files flushed at a time; the threads that do it also verify signatures. */
const atOnce = 2

/** Changes of the key tree that have to reach the disk before they are confirmed. */
export class KeyFlush {
  #files = new Set<string>()
  #directories = new Set<string>()
  #last: Promise<void> = Promise.resolve()

  /** Notes a file whose contents have to last. */
  addFile(path: string): void {
    this.#files.add(path)
  }

  /** Notes a directory in which a name came or went. */
  addDirectory(path: string): void {
    this.#directories.add(path)
  }

  /**
   * Resolves when everything noted before the call is on the disk. Rejects with the system's error; what was noted then
   * stays noted for the next call.
   */
  flush(): Promise<void> {
    const flushed = this.#last.then(() => this.#flushNoted())
    this.#last = flushed.catch(() => undefined)
    return flushed
  }

  /** The same, holding the caller up: for programs that do nothing else meanwhile. */
  flushSync(): void {
    for (const path of [...this.#files, ...this.#directories]) syncPathSync(path)
    this.#files.clear()
    this.#directories.clear()
  }

  async #flushNoted(): Promise<void> {
    const [files, directories] = [this.#files, this.#directories]
    this.#files = new Set()
    this.#directories = new Set()
    try {
      // Contents first: a name on the disk without them would be an empty key.
      await syncAll(files)
      await syncAll(directories)
    } catch (error) {
      for (const path of files) this.#files.add(path)
      for (const path of directories) this.#directories.add(path)
      throw error
    }
  }
}

async function syncAll(paths: Iterable<string>): Promise<void> {
  const rest = paths[Symbol.iterator]()
  const worker = async () => {
    // One iterator for all workers: each path is taken once.
    for (let one = rest.next(); !one.done; one = rest.next()) await syncPath(one.value)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

async function syncPath(path: string): Promise<void> {
  try {
    const handle = await open(path, mode)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!isNothingToSync(error)) throw error
  }
}

function syncPathSync(path: string): void {
  try {
    const descriptor = openSync(path, mode)
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (!isNothingToSync(error)) throw error
  }
}

/** Windows flushes only what is open for writing. */
const mode = process.platform === 'win32' ? 'r+' : 'r'

/** A file that was moved on or deleted since is flushed with its directory; a directory cannot be flushed on Windows. */
function isNothingToSync(error: unknown): boolean {
  const code = systemCodeOf(error)
  return code === 'ENOENT' || (process.platform === 'win32' && (code === 'EISDIR' || code === 'EPERM'))
}
