// SPDX-License-Identifier: Apache-2.0
import type { Stats } from 'node:fs'
import { type FindOptions, findProgram, type RunOptions, type RunResult } from '@halite/core'
import { machineFiles } from './machine-files.ts'

/** How a program is started that outlives the job. */
export type BackgroundOptions = Omit<
  RunOptions,
  'stdin' | 'timeoutMs' | 'signal' | 'mergeStderr' | 'maxOutputBytes' | 'onStart'
>

/** What is known of a file. */
export type FileFacts = Pick<Stats, 'size' | 'mode' | 'uid' | 'gid' | 'mtimeMs' | 'ino'> & {
  readonly type: 'file' | 'directory' | 'link' | 'other'
}

/** How a file is written. */
export interface WriteFileOptions {
  /** Permission bits; default those of the file that is replaced, else 0o644. */
  readonly mode?: number
}

/**
 * The files of a machine. Everything rejects with the system's error (`systemCodeOf`), except that `stat` gives undefined
 * for what does not exist.
 */
export interface MachineFiles {
  read(path: string): Promise<Buffer>
  /** Replaces the file as a whole: readers see the old contents or the new. */
  write(path: string, data: string | Uint8Array, options?: WriteFileOptions): Promise<void>
  append(path: string, data: string | Uint8Array): Promise<void>
  /** Follows links unless `followLinks` is false. */
  stat(path: string, options?: { readonly followLinks?: boolean }): Promise<FileFacts | undefined>
  /** Whether we may read a file or directory; false for what does not exist. */
  isReadable(path: string): Promise<boolean>
  /** The names in a directory, sorted. */
  list(path: string): Promise<readonly string[]>
  readLink(path: string): Promise<string>
  realPath(path: string): Promise<string>
  /** Makes a directory, 0o755 by default, and with `parents` those above it; with them one that exists is no error. */
  makeDirectory(path: string, options?: { readonly mode?: number; readonly parents?: boolean }): Promise<void>
  /** Makes a symbolic link at `path`. */
  link(target: string, path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Copies the content of a file, within the system where it can; one that is there is overwritten. */
  copy(from: string, to: string): Promise<void>
  /** Removes a file or link, or with `recursive` a whole directory. What does not exist is no error. */
  remove(path: string, options?: { readonly recursive?: boolean }): Promise<void>
  /** Rejects for a link. */
  setMode(path: string, mode: number): Promise<void>
  /** Rejects for a link. */
  setOwner(path: string, uid: number, gid: number): Promise<void>
}

/** What functions may touch of the machine they run on. Case files put another in its place. */
export interface Machine {
  readonly platform: NodeJS.Platform
  readonly files: MachineFiles
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** Starts a program that outlives the job. Resolves to its pid. */
  start(argv: readonly string[], options?: BackgroundOptions): Promise<number>
  /** The full path of a program. */
  find(name: string, options?: FindOptions): string | undefined
}

/** This machine. What starts programs is loaded with the first one: most functions start none. */
export const thisMachine: Machine = {
  platform: process.platform,
  files: machineFiles,
  run: async (argv, options) => (await import('@halite/core/process')).run(argv, options),
  start: async (argv, options) => (await import('@halite/core/process')).startBackground(argv, options),
  find: findProgram,
}
