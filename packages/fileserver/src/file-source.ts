// SPDX-License-Identifier: Apache-2.0
import type { FileHash, Saltenv, SaltPath } from '@halite/core'

/** A file by its name: a path of one environment. */
export interface FileName {
  readonly saltenv: Saltenv
  readonly path: SaltPath
}

/** A file that was found, as it was then. */
export interface FoundFile extends FileName {
  /** Bytes. */
  readonly size: number
  /** Permission bits, and no others. */
  readonly mode: number
  /** Seconds since 1970, with a fraction. */
  readonly mtime: number
  /**
   * Differs whenever the content may differ; equal means that it is the same. Of no other meaning, and to be compared with
   * what the same source said earlier only.
   */
  readonly version: string
  /** Where it lies, for a source that reads directories of this machine. */
  readonly localPath?: string
}

/** A file with its hash. */
export interface HashedFile extends FoundFile, FileHash {}

export interface ReadOptions extends WaitOptions {
  /** Room for the range: the bytes may be returned in it, and are right until the caller uses it again. */
  readonly room?: Buffer | undefined
}

/** Bytes `loc` to `loc + length` of a file; fewer where it ends before. */
export interface FileRange {
  readonly loc: number
  readonly length: number
}

/** What of an environment is listed. `dirs` are all directories, `empty_dirs` those that hold nothing. */
export type ListKind = 'files' | 'dirs' | 'empty_dirs'

/** Which part of an environment is meant: names that begin with `prefix`. Default all. */
export interface ListOptions {
  readonly prefix?: string
  readonly signal?: AbortSignal | undefined
}

/** How long something is waited for: until `signal` aborts. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * Where files of `salt://` come from: a backend of the master, its backends together, a session with a master, or the roots of
 * a minion without one. What is asked of an environment that does not exist is not found, or empty. Methods reject with
 * `FILE_UNREADABLE` when a file is there and cannot be read, and where a master is asked as its session does.
 */
export interface FileSource {
  /** The environments there are now, sorted. */
  envs(options?: WaitOptions): Promise<readonly Saltenv[]>
  /** Looks for a plain file; undefined when there is none of this name. */
  find(file: FileName, options?: WaitOptions): Promise<FoundFile | undefined>
  /** `find` together with `hash`. */
  findHashed(file: FileName, options?: WaitOptions): Promise<HashedFile | undefined>
  /**
   * Reads a range of at most `maxRangeBytes`. Rejects with `FILE_CHANGED` when the file is no longer what was found: what was
   * read of it so far belongs to no file and has to be dropped. The bytes are the caller's alone, who may hand their memory on.
   */
  read(file: FoundFile, range: FileRange, options?: ReadOptions): Promise<Uint8Array>
  /** Paths, sorted by code units, with `/` between their parts. */
  list(saltenv: Saltenv, kind: ListKind, options?: ListOptions): Promise<readonly string[]>
  /** Links: path → what it points at, as it is written there. */
  symlinks(saltenv: Saltenv, options?: ListOptions): Promise<Readonly<Record<string, string>>>
  /** Every file with its hash, sorted by path: what a copy of a whole tree is compared with, in one step. */
  tree(saltenv: Saltenv, options?: ListOptions): Promise<readonly HashedFile[]>
}

/** Most bytes of one `read`. */
export const maxRangeBytes = 1024 * 1024
