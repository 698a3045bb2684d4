// SPDX-License-Identifier: Apache-2.0
import { closeSync, fstatSync } from 'node:fs'
import { SaltError, type Saltenv } from '@halite/core'
import type { FileName, FoundFile, HashedFile } from '../file-source.ts'
import { type HashType, hashDescriptor } from '../hash-file.ts'
import { environmentsOf, type FileRoots, rootsOf } from './environments.ts'
import { type OpenFile, openFile, unreadable, versionOf } from './open-file.ts'

/** The options that say what is served from directories of this machine. */
export interface RootsOptions {
  readonly file_roots: FileRoots
  readonly hash_type: HashType
}

/** How often a file that is written to is hashed again. */
const maxTries = 3

/** A file that was found and is open. */
export interface OpenFound {
  readonly found: FoundFile
  readonly descriptor: number
}

/**
 * The directories of `file_roots`, read in this thread: to be used where nothing else waits for it. What `RootsSource`
 * promises holds here.
 */
export class RootsReader {
  readonly #options: RootsOptions

  constructor(options: RootsOptions) {
    this.#options = options
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

  /** Opens the first file of this name; the caller closes its descriptor. */
  open(file: FileName): OpenFound | undefined {
    const roots = rootsOf(this.#options.file_roots, file.saltenv)
    for (const root of roots) {
      const opened = openFile(root, file.path, { roots, followLinks: true })
      if (opened !== undefined) return { found: foundFile(file, opened), descriptor: opened.descriptor }
    }
    return undefined
  }

  /** The hash of what is open. Of a file that is written to meanwhile it would be that of no content: it is read again. */
  #hash({ found, descriptor }: OpenFound): HashedFile {
    const { hash_type } = this.#options
    const path = found.localPath ?? found.path
    for (let before = found, tries = 0; tries < maxTries; tries += 1) {
      const hsum = hashOf(descriptor, path, hash_type)
      const after = foundFile(found, { stats: fstatSync(descriptor, { bigint: true }), path })
      if (after.version === before.version) return { ...after, hash_type, hsum }
      before = after
    }
    throw new SaltError('FILE_CHANGED', `${path} is written to without a pause`)
  }
}

function hashOf(descriptor: number, path: string, hashType: HashType): string {
  try {
    return hashDescriptor(descriptor, hashType)
  } catch (error) {
    throw unreadable(path, error)
  }
}

function foundFile({ saltenv, path }: FileName, opened: Pick<OpenFile, 'stats' | 'path'>): FoundFile {
  const { stats } = opened
  return {
    saltenv,
    path,
    size: Number(stats.size),
    mode: Number(stats.mode) & 0o7777,
    mtime: Number(stats.mtimeNs) / 1e9,
    version: versionOf(stats),
    localPath: opened.path,
  }
}
