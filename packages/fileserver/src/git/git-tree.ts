// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path'
import { isSaltError, parseSaltPath } from '@halite/core'

/** A file of a tree. */
export interface TreeFile {
  /** Object id of its content. */
  readonly oid: string
  /** Permission bits. */
  readonly mode: number
  /** Bytes. */
  readonly size: number
}

/** A line of `git ls-tree`. */
export interface TreeEntry extends TreeFile {
  readonly path: string
  readonly kind: 'file' | 'link' | 'dir'
}

/** Links followed at most, for one path. */
const maxLinks = 40

/** What a tree holds: never changed, and so shared by all revisions and environments that hold the same. */
export class GitTree {
  /** Sorted. Links that lead to a file of the tree are among them. */
  readonly paths: readonly string[]
  /** Sorted. */
  readonly dirs: readonly string[]
  /** Path of a link → what it points at. */
  readonly links: Readonly<Record<string, string>>
  readonly #files: ReadonlyMap<string, TreeFile>
  readonly #dirs: ReadonlySet<string>
  readonly #links: ReadonlyMap<string, string>

  /** `targets` are those of the links, by object id. */
  constructor(entries: readonly TreeEntry[], targets: ReadonlyMap<string, string>) {
    const files = new Map<string, TreeFile>()
    const links = new Map<string, string>()
    const dirs = new Set<string>()
    for (const { path, kind, oid, mode, size } of entries) {
      if (kind === 'file') files.set(path, { oid, mode, size })
      else if (kind === 'dir') dirs.add(path)
      else links.set(path, targets.get(oid) ?? '')
    }
    this.#files = files
    this.#dirs = dirs
    this.#links = links
    const linked = [...links.keys()].filter((path) => this.find(path) !== undefined)
    this.paths = [...files.keys(), ...linked].sort()
    this.dirs = [...dirs].sort()
    this.links = Object.fromEntries([...links].sort())
  }

  /** Every file by its path, links left out. */
  get files(): readonly (readonly [string, TreeFile])[] {
    return [...this.#files]
  }

  /** Entries, as a measure of its size in memory. */
  get size(): number {
    return this.#files.size + this.#dirs.size + this.#links.size
  }

  /** A file, through the links of the tree; none leads out of it. */
  find(path: string): TreeFile | undefined {
    const direct = this.#files.get(path)
    if (direct !== undefined || this.#links.size === 0) return direct
    let parts = path.split('/')
    let at = ''
    for (let followed = 0; parts.length > 0; ) {
      const [part = '', ...rest] = parts
      const next = at === '' ? part : `${at}/${part}`
      const target = this.#links.get(next)
      if (target === undefined) {
        if (rest.length === 0) return this.#files.get(next)
        if (!this.#dirs.has(next)) return undefined
        at = next
        parts = rest
        continue
      }
      followed += 1
      const resolved = followed > maxLinks ? undefined : targetOf(at, target)
      if (resolved === undefined) return undefined
      parts = [...(resolved === '' ? [] : resolved.split('/')), ...rest]
      at = ''
    }
    return undefined
  }
}

/** Where a link in directory `at` leads; undefined when that is outside of the tree. */
function targetOf(at: string, target: string): string | undefined {
  if (target === '' || target.startsWith('/')) return undefined
  const path = posix.normalize(posix.join(at, target)).replace(/\/$/, '')
  if (path === '.') return ''
  return path === '..' || path.startsWith('../') ? undefined : path
}

/** Reads the output of `git ls-tree -r -t -l -z` as it comes. */
export class TreeParser {
  readonly entries: TreeEntry[] = []
  /** Names that nobody could ask for. */
  skipped = 0
  #rest: Buffer = Buffer.alloc(0)

  /** Takes the next bytes. */
  add(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let start = 0
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      this.#line(bytes.subarray(start, end))
      start = end + 1
    }
    this.#rest = bytes.subarray(start)
  }

  #line(line: Buffer): void {
    const tab = line.indexOf(9)
    const [mode = '', , oid = '', size = ''] = line.toString('latin1', 0, tab).split(/ +/)
    const kind = kindOf(mode)
    if (kind === undefined) return
    const path = pathOf(line.subarray(tab + 1))
    if (path === undefined) this.skipped += 1
    else {
      const permissions = Number.parseInt(mode.slice(-3), 8)
      this.entries.push({ path, kind, oid, mode: permissions, size: Number(size) || 0 })
    }
  }
}

/** A submodule is in another repository: it is as if it were not there. */
function kindOf(mode: string): TreeEntry['kind'] | undefined {
  if (mode.startsWith('100')) return 'file'
  if (mode.startsWith('120')) return 'link'
  return mode === '040000' ? 'dir' : undefined
}

function pathOf(bytes: Buffer): string | undefined {
  const path = bytes.toString('utf8')
  if (path.includes('\ufffd') && !Buffer.from(path).equals(bytes)) return undefined
  try {
    return parseSaltPath(path) === path ? path : undefined
  } catch (error) {
    if (isSaltError(error, 'PATH_UNSAFE')) return undefined
    throw error
  }
}
