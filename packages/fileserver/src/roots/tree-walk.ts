// SPDX-License-Identifier: Apache-2.0
import { readlinkSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { systemCodeOf } from '@halite/core'
import type { IsIgnored } from '../ignore.ts'
import type { DirectoryCache, Entry } from './directory-cache.ts'

/** What an environment holds; lists are sorted. */
export interface TreeLists {
  readonly files: readonly string[]
  readonly dirs: readonly string[]
  readonly empty_dirs: readonly string[]
  /** Path of a link → what it points at. */
  readonly links: Readonly<Record<string, string>>
}

export interface WalkOptions {
  readonly roots: readonly string[]
  readonly cache: DirectoryCache
  readonly isIgnored: IsIgnored | undefined
  /** Go into directories that links lead to. */
  readonly followLinks: boolean
  /** Leave links out. */
  readonly ignoreLinks: boolean
  /** Go only into directories that hold sls files, or whose names begin with `_`. */
  readonly limitTraversal: boolean
}

/** One place of a walk: a directory, its path below its root, and the real directories it was reached through. */
interface Place {
  readonly root: string
  readonly rel: string
  readonly full: string
  readonly above: readonly string[]
}

/** Directories deeper than this are not looked into; paths so long could not be asked for. */
const maxDepth = 1000
const absentCodes: ReadonlySet<string | undefined> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'EACCES',
])

/** Walks the roots of an environment, in this thread. What links lead out of the roots is left out. */
export class TreeWalk {
  readonly #options: WalkOptions
  readonly #realRoots: readonly string[]
  readonly #files = new Set<string>()
  readonly #dirs = new Set<string>()
  readonly #emptyDirs = new Set<string>()
  readonly #links = new Map<string, string>()
  /** Directories that were looked at, with what they held. */
  readonly #visited = new Map<string, readonly Entry[] | undefined>()
  /** Links that were met, with where they led. */
  readonly #met = new Map<string, string>()

  constructor(options: WalkOptions) {
    this.#options = options
    this.#realRoots = realRoots(options.roots)
  }

  /** What is there now. Throws the system's error for a root or a directory that cannot be read. */
  run(): TreeLists {
    for (const root of this.#options.roots) {
      const real = realPath(root)
      if (real !== undefined) this.#visit({ root, rel: '', full: root, above: [real] })
    }
    return {
      files: [...this.#files].sort(),
      dirs: [...this.#dirs].sort(),
      empty_dirs: [...this.#emptyDirs].sort(),
      links: Object.fromEntries([...this.#links].sort()),
    }
  }

  /** Whether everything that was looked at is still what it was. */
  isUnchanged(): boolean {
    const { roots, cache } = this.#options
    if (realRoots(roots).join('\0') !== this.#realRoots.join('\0')) return false
    for (const [path, entries] of this.#visited) if (cache.entries(path) !== entries) return false
    for (const [path, way] of this.#met) if (this.#way(path).text !== way) return false
    return true
  }

  /** Forgets what the cache holds of this walk. */
  forget(): void {
    for (const path of this.#visited.keys()) this.#options.cache.forget(path)
  }

  #visit(place: Place): void {
    if (place.above.length > maxDepth) return
    for (const entry of this.#entries(place.full) ?? []) {
      const rel = place.rel === '' ? entry.name : `${place.rel}/${entry.name}`
      const full = join(place.full, entry.name)
      if (entry.kind === 'link') this.#link({ ...place, rel, full })
      else if (entry.kind === 'file') this.#add(this.#files, rel, full)
      else this.#directory({ ...place, rel, full }, true)
    }
  }

  #entries(path: string): readonly Entry[] | undefined {
    const known = this.#visited.get(path)
    if (known !== undefined) return known
    const entries = this.#options.cache.entries(path)
    this.#visited.set(path, entries)
    return entries
  }

  #add(names: Set<string>, rel: string, full: string): boolean {
    const { isIgnored } = this.#options
    if (isIgnored !== undefined && (isIgnored(rel) || isIgnored(full))) return false
    names.add(rel)
    return true
  }

  /** Below a directory that is left out there may be files that are not. */
  #directory(place: Place, mayGoIn: boolean): void {
    const isListed = this.#add(this.#dirs, place.rel, place.full)
    const entries = this.#entries(place.full)
    if (entries === undefined) return
    if (isListed && entries.length === 0) this.#emptyDirs.add(place.rel)
    if (!mayGoIn || !this.#isTraversed(place, entries)) return
    const real = realPath(place.full)
    if (real === undefined || place.above.includes(real)) return
    this.#visit({ ...place, above: [...place.above, real] })
  }

  #isTraversed({ rel }: Place, entries: readonly Entry[]): boolean {
    if (!this.#options.limitTraversal) return true
    return (
      rel.split('/').some((part) => part.startsWith('_')) || entries.some(({ name }) => name.endsWith('.sls'))
    )
  }

  #link(place: Place): void {
    const { followLinks, ignoreLinks, isIgnored } = this.#options
    if (ignoreLinks || isIgnored?.(place.rel)) return
    const { target, kind, text } = this.#way(place.full)
    this.#met.set(place.full, text)
    if (target !== undefined && (kind !== 'outside' || !followLinks)) this.#links.set(place.rel, target)
    if (kind === 'file') this.#add(this.#files, place.rel, place.full)
    else if (kind === 'dir') this.#directory(place, followLinks)
  }

  /** Where a link leads. */
  #way(full: string): Way {
    const target = targetOf(full)
    const real = realPath(full)
    const isInside = real !== undefined && this.#realRoots.some((root) => real.startsWith(root + sep))
    const kind = isInside ? kindOf(real) : real === undefined ? undefined : 'outside'
    return { target, kind, text: `${target}\0${real}\0${kind}` }
  }
}

interface Way {
  readonly target: string | undefined
  /** Undefined when it leads to nothing, or to what is neither file nor directory. */
  readonly kind: 'file' | 'dir' | 'outside' | undefined
  /** Differs when any of it does. */
  readonly text: string
}

function realRoots(roots: readonly string[]): readonly string[] {
  return roots.flatMap((root) => realPath(root) ?? [])
}

function realPath(path: string): string | undefined {
  return unlessAbsent(() => realpathSync.native(path))
}

function targetOf(path: string): string | undefined {
  return unlessAbsent(() => readlinkSync(path))
}

function kindOf(path: string): 'file' | 'dir' | undefined {
  return unlessAbsent(() => {
    const stats = statSync(path)
    if (stats.isFile()) return 'file'
    return stats.isDirectory() ? 'dir' : undefined
  })
}

function unlessAbsent<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (absentCodes.has(systemCodeOf(error))) return undefined
    throw error
  }
}
