// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs'
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
/** Most sls files that one environment is listed with, and how deep. */
const maxNames = 100_000
const maxLevels = 32
/** Characters of all texts that are kept for one environment. */
const maxKeptCharacters = 64 * 1024 * 1024
/** The stamp of a path where nothing stands. */
const absent = ''
/** The stamp of a path that was refused: no file has it, so what depends on it is made again. */
const refused = 'refused'

interface Listing {
  readonly seen: Seen
  readonly names: readonly string[]
}

/**
 * The files below the directories of one environment; each is read once for as long as it stays the same file.
 * What is read never lies outside the directories: names with `..` and symbolic links are refused. It is read in this
 * thread, which nobody else must be waiting for.
 */
export class SlsFiles {
  readonly #roots: readonly string[]
  /** Those read last are at the end. */
  readonly #kept = new Map<string, Kept>()
  #keptCharacters = 0
  #listing: Listing | undefined

  constructor(roots: readonly string[]) {
    this.#roots = roots
  }

  /** The first top file of this name, undefined when no directory has one. Throws as `find` does. */
  top(name: string, seen: Seen): SlsFile | undefined {
    return this.#first([{ name, isInit: false }], seen)
  }

  /** The dotted names of all sls files, sorted. Links are not followed; a directory that cannot be read is left out. */
  names(seen: Seen): readonly string[] {
    if (this.#listing === undefined || !isUnchanged(this.#listing.seen)) this.#listing = listed(this.#roots)
    for (const [path, stamp] of this.#listing.seen) seen.set(path, stamp)
    return this.#listing.names
  }

  /**
   * The file of an sls name, `a.b` being `a/b.sls` or `a/b/init.sls` below the first directory that has one; undefined
   * when none has. What was looked at is noted in `seen`. Throws `PATH_UNSAFE` for a name that leads elsewhere,
   * `VALUE_TOO_LARGE` or `PERMISSION_DENIED` for a file that cannot be read; its name is then in `data.file`.
   */
  find(sls: string, seen: Seen): SlsFile | undefined {
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

  /** The text of the file of this name, as templates include and import it. Throws as `find` does. */
  read(name: string, seen: Seen): string | undefined {
    return this.#first([{ name, isInit: false }], seen)?.source.text
  }

  #first(candidates: readonly Candidate[], seen: Seen): SlsFile | undefined {
    for (const root of this.#roots) {
      for (const candidate of candidates) {
        const source = this.#look(root, candidate, seen)
        if (source !== undefined) return { ...candidate, source }
      }
    }
    return undefined
  }

  #look(root: string, { name }: Candidate, seen: Seen): SlsSource | undefined {
    try {
      const path = safeJoin(root, name)
      const stamp = stampOf(path)
      seen.set(path, stamp)
      return stamp === absent ? undefined : this.#read(path, stamp)
    } catch (error) {
      seen.set(join(root, name), refused)
      if (!isSaltError(error)) throw error
      const { code, message, data } = error
      throw new SaltError(code, message, { cause: error, data: { ...data, file: name } })
    }
  }

  #read(path: SafePath, stamp: string): SlsSource {
    const known = this.#kept.get(path)
    const kept = known?.stamp === stamp ? known : { stamp, source: { path, text: readText(path) } }
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
export function isUnchanged(seen: ReadonlyMap<string, string>): boolean {
  for (const [path, stamp] of seen) {
    if (stamp === refused || stampIfReadable(path) !== stamp) return false
  }
  return true
}

function stampIfReadable(path: string): string | undefined {
  try {
    return stampOf(path)
  } catch {
    return undefined
  }
}

function stampOf(path: string): string {
  try {
    const found = statSync(path, { bigint: true })
    return `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return absent
    throw unreadable(path, error)
  }
}

function listed(roots: readonly string[]): Listing {
  const seen: Seen = new Map()
  const names = new Set<string>()
  for (const root of roots) listBelow({ directory: root, prefix: '', level: 0 }, names, seen)
  return { seen, names: [...names].sort() }
}

interface Level {
  readonly directory: string
  readonly prefix: string
  readonly level: number
}

function listBelow({ directory, prefix, level }: Level, names: Set<string>, seen: Seen): void {
  // The directory is looked at before its entries: a change between the two is found the next time.
  seen.set(directory, stampIfReadable(directory) ?? refused)
  if (level > maxLevels) return
  for (const entry of entriesIn(directory)) {
    if (names.size >= maxNames) return
    const name = `${prefix}${entry.name}`
    if (entry.isDirectory()) {
      listBelow({ directory: join(directory, entry.name), prefix: `${name}.`, level: level + 1 }, names, seen)
    } else if (entry.isFile() && name.endsWith('.sls')) {
      names.add(
        name.endsWith('.init.sls') ? name.slice(0, -'.init.sls'.length) : name.slice(0, -'.sls'.length),
      )
    }
  }
}

function entriesIn(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch {
    return []
  }
}

/** Opened without following a link, and read only if it is a plain file: a pipe would never end. */
function readText(path: SafePath): string {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    checkFile(path, fstatSync(file))
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw error instanceof SaltError ? error : unreadable(path, error)
  } finally {
    if (file !== undefined) closeSync(file)
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
