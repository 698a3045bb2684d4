// SPDX-License-Identifier: Apache-2.0
import { closeSync, fstatSync, readSync } from 'node:fs'
import { parseSaltPath, SaltError, type Saltenv } from '@halite/core'
import type { FileName, FoundFile, HashedFile } from '../file-source.ts'
import { type HashType, hashDescriptor } from '../hash-file.ts'
import { type IgnoreOptions, type IsIgnored, ignoreTest } from '../ignore.ts'
import { environmentsOf, type FileRoots, rootsOf } from './environments.ts'
import { KnownHashes } from './known-hashes.ts'
import { type OpenFile, openFile, unreadable, versionOf } from './open-file.ts'
import { type PackedLists, packLists } from './packed-lists.ts'
import { TreeLister } from './tree-lister.ts'

/** The options that say what is served from directories of this machine. */
export interface RootsOptions extends IgnoreOptions {
  readonly file_roots: FileRoots
  readonly hash_type: HashType
  readonly fileserver_followsymlinks: boolean
  readonly fileserver_ignoresymlinks: boolean
  readonly fileserver_limit_traversal: boolean
}

/** What an environment holds; without lists when nothing changed. */
export interface RevisedLists {
  readonly revision: string
  readonly lists?: PackedLists
}

/** Paths of files of this machine. */
export interface RootsChanges {
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/** How often a file that is written to is hashed again. */
const maxTries = 3

/** A file that was found and is open. */
export interface OpenFound {
  readonly found: FoundFile
  readonly descriptor: number
}

/**
 * The directories of `file_roots`, read in this thread: to be used where nothing else waits for it. What `FileSource` promises
 * holds here. Its constructor throws `CONFIG_INVALID`.
 */
export class RootsReader {
  readonly #options: RootsOptions
  readonly #isIgnored: IsIgnored | undefined
  readonly #hashes = new KnownHashes()
  readonly #lister: TreeLister
  /** Of all files, when `changes` was called last. */
  #versions: ReadonlyMap<string, string> | undefined

  constructor(options: RootsOptions) {
    this.#options = options
    this.#isIgnored = ignoreTest(options)
    this.#lister = new TreeLister((saltenv) => ({
      roots: rootsOf(options.file_roots, saltenv),
      isIgnored: this.#isIgnored,
      followLinks: options.fileserver_followsymlinks,
      ignoreLinks: options.fileserver_ignoresymlinks,
      limitTraversal: options.fileserver_limit_traversal,
    }))
  }

  envs(): readonly Saltenv[] {
    return environmentsOf(this.#options.file_roots)
  }

  find(file: FileName): FoundFile | undefined {
    const opened = this.open(file)
    if (opened !== undefined) closeSync(opened.descriptor)
    return opened?.found
  }

  findHashed(file: FileName): HashedFile | undefined {
    const opened = this.open(file)
    if (opened === undefined) return undefined
    try {
      return this.#hash(opened)
    } finally {
      closeSync(opened.descriptor)
    }
  }

  /** All bytes of a file that is small, as it was when it was found; undefined when it is another by now. */
  readWhole({ saltenv, path, size, version }: FoundFile): Uint8Array | undefined {
    const opened = this.open({ saltenv, path })
    if (opened === undefined) return undefined
    const { found, descriptor } = opened
    try {
      if (found.version !== version) return undefined
      const bytes = Buffer.allocUnsafeSlow(size)
      const done = readAll(descriptor, bytes)
      return done === size && versionOf(fstatSync(descriptor, { bigint: true })) === version
        ? bytes
        : undefined
    } catch (error) {
      throw unreadable(found.localPath ?? path, error)
    } finally {
      closeSync(descriptor)
    }
  }

  /** Opens the first file of this name; the caller closes its descriptor. */
  open(file: FileName): OpenFound | undefined {
    const { file_roots, fileserver_ignoresymlinks } = this.#options
    const roots = rootsOf(file_roots, file.saltenv)
    if (this.#isIgnored?.(file.path)) return undefined
    for (const root of roots) {
      const opened = openFile(root, file.path, { roots, followLinks: !fileserver_ignoresymlinks })
      if (opened === undefined) continue
      if (!this.#isIgnored?.(opened.path))
        return { found: foundFile(file, opened), descriptor: opened.descriptor }
      closeSync(opened.descriptor)
    }
    return undefined
  }

  /** What an environment holds, unless that is still of the revision that is `held`. */
  listsSince(saltenv: Saltenv, held?: string): RevisedLists {
    const { revision, lists } = this.#lists(saltenv)
    return revision === held ? { revision } : { revision, lists: packLists(lists) }
  }

  /** Every file with its hash; one that goes or cannot be read meanwhile is left out. */
  tree(saltenv: Saltenv, prefix: string): readonly HashedFile[] {
    const paths = this.#lists(saltenv).lists.files.filter((path) => path.startsWith(prefix))
    return paths.flatMap((path) => this.findHashed({ saltenv, path: parseSaltPath(path) }) ?? [])
  }

  /** Where files lie that changed, came or went since the last call; nothing with the first one. */
  changes(): RootsChanges {
    const now = new Map<string, string>()
    for (const saltenv of this.envs()) {
      for (const path of this.#lists(saltenv).lists.files) {
        const file = this.find({ saltenv, path: parseSaltPath(path) })
        if (file?.localPath !== undefined) now.set(file.localPath, file.version)
      }
    }
    const before = this.#versions ?? now
    this.#versions = now
    const [old, current] = [[...before.keys()], [...now.keys()]]
    return {
      changed: current.filter((path) => before.has(path) && before.get(path) !== now.get(path)),
      removed: old.filter((path) => !now.has(path)),
      added: current.filter((path) => !before.has(path)),
    }
  }

  /** Forgets the lists of these environments, or of all; returns which there were. */
  forgetLists(saltenvs?: readonly Saltenv[]): Saltenv[] {
    return this.#lister.forget(saltenvs)
  }

  #lists(saltenv: Saltenv): ReturnType<TreeLister['lists']> {
    try {
      return this.#lister.lists(saltenv)
    } catch (error) {
      throw unreadable(`what file_roots has for ${saltenv}`, error)
    }
  }

  /** The hash of what is open. Of a file that is written to meanwhile it would be that of no content: it is read again. */
  #hash({ found, descriptor }: OpenFound): HashedFile {
    const { hash_type } = this.#options
    const path = found.localPath ?? found.path
    const known = this.#hashes.get(found.version)
    if (known !== undefined) return { ...found, hash_type, hsum: known }
    for (let before = found, tries = 0; tries < maxTries; tries += 1) {
      const hsum = hashOf(descriptor, path, hash_type)
      const stats = fstatSync(descriptor, { bigint: true })
      const after = foundFile(found, { stats, path })
      if (after.version === before.version) {
        this.#hashes.add(after.version, { hsum, changedMs: Number(stats.ctimeMs) })
        return { ...after, hash_type, hsum }
      }
      before = after
    }
    throw new SaltError('FILE_CHANGED', `${path} is written to without a pause`)
  }
}

/** Fills `bytes` from the start of a file; returns how many there were. */
function readAll(descriptor: number, bytes: Buffer): number {
  let done = 0
  while (done < bytes.length) {
    const count = readSync(descriptor, bytes, done, bytes.length - done, done)
    if (count === 0) break
    done += count
  }
  return done
}

function hashOf(descriptor: number, path: string, hashType: HashType): string {
  try {
    return hashDescriptor(descriptor, hashType)
  } catch (error) {
    throw unreadable(path, error)
  }
}

function foundFile(
  { saltenv, path }: FileName,
  { stats, path: localPath }: Pick<OpenFile, 'stats' | 'path'>,
): FoundFile {
  return {
    saltenv,
    path,
    size: Number(stats.size),
    mode: Number(stats.mode) & 0o7777,
    mtime: Number(stats.mtimeNs) / 1e9,
    version: versionOf(stats),
    localPath,
  }
}
