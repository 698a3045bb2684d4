// SPDX-License-Identifier: Apache-2.0
import type { Stats, StatsFs } from 'node:fs'

/** What is known of a file. */
export type FileFacts = Pick<
  Stats,
  'size' | 'mode' | 'uid' | 'gid' | 'atimeMs' | 'mtimeMs' | 'ctimeMs' | 'ino' | 'dev' | 'rdev' | 'nlink'
> & {
  readonly type: 'file' | 'directory' | 'link' | 'other'
}

/** How a file is written. */
export interface WriteFileOptions {
  /** Permission bits; default those of the file that is replaced, else 0o644. */
  readonly mode?: number | undefined
  /** Whether the content is on the disk before the file has its name; default true. */
  readonly durable?: boolean
}

/** How a file is made to hold what another one does. */
export interface ReplaceFileOptions extends WriteFileOptions {
  /** Whether a link at the end of the other path is followed; default true. Else it is the system's error ELOOP. */
  readonly followLinks?: boolean
}

/** What is written to a file. */
export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array>

/** What a file system has, and what is free: in blocks of `bsize` bytes, and in files. */
export type FileSystemFacts = Pick<StatsFs, 'bsize' | 'blocks' | 'bfree' | 'bavail' | 'files' | 'ffree'>
