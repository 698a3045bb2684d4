// SPDX-License-Identifier: Apache-2.0
import type { Stats } from 'node:fs'
import { constants, type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isSaltError, type SafePath, SaltError, safeJoin, systemCodeOf } from '@halite/core'

/** The text of a file: the same object for as long as the file is unchanged and kept. */
export interface SlsSource {
  readonly path: string
  readonly text: string
}

/** A pillar file, read. */
export interface SlsFile {
  /** Relative to its root, for messages. */
  readonly name: string
  /** Of `a/init.sls`: relative includes start in `a`. */
  readonly isInit: boolean
  readonly source: SlsSource
}

/** Path → what stood there when it was looked at. */
export type Seen = Map<string, string>

interface Kept {
  readonly stamp: string
  readonly source: SlsSource
}

interface Candidate {
  readonly name: string
  readonly isInit: boolean
}

const maxFileBytes = 4 * 1024 * 1024
/** Characters of all texts that are kept for one environment. */
const maxKeptCharacters = 64 * 1024 * 1024
/** The stamp of a path where nothing stands. */
const absent = ''
/** The stamp of a path that was refused: no file has it, so what depends on it is made again. */
const refused = 'refused'

/**
 * The files below the directories of one environment; each is read once for as long as it stays the same file.
 * What is read never lies outside the directories: names with `..` and symbolic links are refused.
 */
export class SlsFiles {
  readonly #roots: readonly string[]
  /** Those read last are at the end. */
  readonly #kept = new Map<string, Kept>()
  #keptCharacters = 0

  constructor(roots: readonly string[]) {
    this.#roots = roots
  }

  /** The first `top.sls`, undefined when no directory has one. Rejects as `find` does. */
  top(seen: Seen): Promise<SlsFile | undefined> {
    return this.#first([{ name: 'top.sls', isInit: false }], seen)
  }

  /**
   * The file of an sls name, `a.b` being `a/b.sls` or `a/b/init.sls` below the first directory that has one; undefined
   * when none has. What was looked at is noted in `seen`. Rejects with `PATH_UNSAFE` for a name that leads elsewhere,
   * with `VALUE_TOO_LARGE` or `PERMISSION_DENIED` for a file that cannot be read; its name is then in `data.file`.
   */
  async find(sls: string, seen: Seen): Promise<SlsFile | undefined> {
    const parts = sls.split(/[./]/)
    if (parts.includes('')) {
      throw new SaltError('PATH_UNSAFE', `the sls name '${sls}' is refused: a part of it is empty`)
    }
    const name = parts.join('/')
    return this.#first(
      [
        { name: `${name}.sls`, isInit: false },
        { name: `${name}/init.sls`, isInit: true },
      ],
      seen,
    )
  }

  /** The text of the file of this name, as templates include and import it. Rejects as `find` does. */
  async read(name: string, seen: Seen): Promise<string | undefined> {
    return (await this.#first([{ name, isInit: false }], seen))?.source.text
  }

  async #first(candidates: readonly Candidate[], seen: Seen): Promise<SlsFile | undefined> {
    for (const root of this.#roots) {
      for (const candidate of candidates) {
        const source = await this.#look(root, candidate, seen)
        if (source !== undefined) return { ...candidate, source }
      }
    }
    return undefined
  }

  async #look(root: string, { name }: Candidate, seen: Seen): Promise<SlsSource | undefined> {
    try {
      const path = safeJoin(root, name)
      const stamp = await stampOf(path)
      seen.set(path, stamp)
      return stamp === absent ? undefined : await this.#read(path, stamp)
    } catch (error) {
      seen.set(join(root, name), refused)
      if (!isSaltError(error)) throw error
      const { code, message, data } = error
      throw new SaltError(code, message, { cause: error, data: { ...data, file: name } })
    }
  }

  async #read(path: SafePath, stamp: string): Promise<SlsSource> {
    const known = this.#kept.get(path)
    const kept = known?.stamp === stamp ? known : { stamp, source: { path, text: await readText(path) } }
    this.#forget(path)
    this.#kept.set(path, kept)
    this.#keptCharacters += kept.source.text.length
    for (const oldest of this.#kept.keys()) {
      if (this.#keptCharacters <= maxKeptCharacters) break
      this.#forget(oldest)
    }
    return kept.source
  }

  #forget(path: string): void {
    this.#keptCharacters -= this.#kept.get(path)?.source.text.length ?? 0
    this.#kept.delete(path)
  }
}

/** Whether every path still is what it was. */
export async function isUnchanged(seen: ReadonlyMap<string, string>): Promise<boolean> {
  for (const [path, stamp] of seen) {
    if (stamp === refused) return false
    const now = await stampOf(path).catch(() => undefined)
    if (now !== stamp) return false
  }
  return true
}

async function stampOf(path: string): Promise<string> {
  try {
    const found = await stat(path, { bigint: true })
    return `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return absent
    throw unreadable(path, error)
  }
}

/** Opened without following a link, and read only if it is a plain file: a pipe would never end. */
async function readText(path: SafePath): Promise<string> {
  let file: FileHandle | undefined
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    checkFile(path, await file.stat())
    return await file.readFile('utf8')
  } catch (error) {
    throw error instanceof SaltError ? error : unreadable(path, error)
  } finally {
    await file?.close()
  }
}

function checkFile(path: SafePath, found: Stats): void {
  if (!found.isFile()) throw new SaltError('PATH_UNSAFE', `${path} is refused: it is not a plain file`)
  if (found.size > maxFileBytes) {
    throw new SaltError('VALUE_TOO_LARGE', `${path} has ${found.size} bytes, more than ${maxFileBytes}`)
  }
}

function unreadable(path: string, cause: unknown): SaltError {
  return new SaltError('PERMISSION_DENIED', `${path} cannot be read: ${systemCodeOf(cause) ?? 'unknown'}`, {
    cause,
  })
}
