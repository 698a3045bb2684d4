// SPDX-License-Identifier: Apache-2.0
import type { Stats } from 'node:fs'
import { constants, type FileHandle, open, stat } from 'node:fs/promises'
import { isSaltError, parseYaml, type SafePath, SaltError, safeJoin, systemCodeOf } from '@halite/core'
import { type Size, sizeOf } from './size.ts'

/** A pillar file, read. */
export interface SlsFile {
  /** Relative to its root, for messages. */
  readonly name: string
  /** Of `a/init.sls`: relative includes start in `a`. */
  readonly isInit: boolean
  readonly value: unknown
  readonly size: Size
}

/** Path → what stood there when it was looked at. */
export type Seen = Map<string, string>

type Content = Pick<SlsFile, 'value' | 'size'>

interface Parsed {
  readonly stamp: string
  readonly content: Content | { readonly error: unknown }
}

interface Candidate {
  readonly name: string
  readonly isInit: boolean
}

const maxFileBytes = 4 * 1024 * 1024
/** The stamp of a path where nothing stands. */
const absent = ''

/**
 * The YAML files below the directories of one environment; each is parsed once for as long as it stays the same file.
 * What is read never lies outside the directories: names with `..` and symbolic links are refused.
 */
export class SlsFiles {
  readonly #roots: readonly string[]
  readonly #parsed = new Map<string, Parsed>()

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
   * with `YAML_INVALID`, `VALUE_TOO_LARGE`, `VALUE_TOO_DEEP` or `PERMISSION_DENIED` for a file that cannot be taken;
   * its name is then in `data.file`.
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

  async #first(candidates: readonly Candidate[], seen: Seen): Promise<SlsFile | undefined> {
    for (const root of this.#roots) {
      for (const candidate of candidates) {
        const content = await this.#look(root, candidate, seen)
        if (content !== undefined) return { ...candidate, ...content }
      }
    }
    return undefined
  }

  async #look(root: string, { name }: Candidate, seen: Seen): Promise<Content | undefined> {
    try {
      const path = safeJoin(root, name)
      const stamp = await stampOf(path)
      seen.set(path, stamp)
      return stamp === absent ? undefined : await this.#read(path, stamp)
    } catch (error) {
      if (!isSaltError(error)) throw error
      const { code, message, data } = error
      throw new SaltError(code, message, { cause: error, data: { ...data, file: name } })
    }
  }

  async #read(path: SafePath, stamp: string): Promise<Content> {
    const known = this.#parsed.get(path)
    const { content } = known?.stamp === stamp ? known : await parse(path, stamp)
    this.#parsed.set(path, { stamp, content })
    if ('error' in content) throw content.error
    return content
  }
}

/** Whether every path still is what it was. */
export async function isUnchanged(seen: ReadonlyMap<string, string>): Promise<boolean> {
  for (const [path, stamp] of seen) {
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

async function parse(path: SafePath, stamp: string): Promise<Parsed> {
  const text = await readText(path)
  try {
    const value = parseYaml(text, path)
    return { stamp, content: { value, size: sizeOf(value) } }
  } catch (error) {
    return { stamp, content: { error } }
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
