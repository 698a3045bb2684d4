// SPDX-License-Identifier: Apache-2.0
import { lstatSync, readdirSync, readlinkSync, type Stats, statSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { exitCodes, SaltError, systemCodeOf } from '@halite/core'

/** A file or an empty directory of this machine, and where it is put. */
export interface SourceFile {
  /** As it was written, or found below what was. */
  readonly path: string
  /** Permission bits. */
  readonly mode: number
  /** Bytes; undefined for a directory. */
  readonly size: number | undefined
  /** On the minion. */
  readonly target: string
}

/**
 * What is copied when these sources are put at `dest`, as Salt places it: a single file at `dest` itself unless that ends with
 * `/`, several below it, a directory below it under its own name. Throws `USAGE` with exit code 42 for a source that is not there.
 */
export function sourceFiles(sources: readonly string[], dest: string): SourceFile[] {
  const found = sources.flatMap((source) => filesIn(source).map((file) => ({ source, ...file })))
  const isBelow = found.length > 1 || found.some(({ size }) => size === undefined) || /[/\\]$/.test(dest)
  return found.map(({ source, ...file }) => ({
    ...file,
    target: targetOf(file.path, source, { dest, isBelow }),
  }))
}

function targetOf(
  path: string,
  source: string,
  { dest, isBelow }: { readonly dest: string; readonly isBelow: boolean },
): string {
  const below = dest.replace(/\/+$/, '')
  if (path === source) return isBelow ? `${below}/${basename(path)}` : dest
  return `${below}/${basename(source)}/${relative(source, path).split(sep).join('/')}`
}

function filesIn(path: string): Omit<SourceFile, 'target'>[] {
  const stats = statOf(path)
  const mode = stats.mode & 0o7777
  if (stats.isFile()) return [{ path, mode, size: stats.size }]
  if (!stats.isDirectory()) throw missing(path, 'is no file and no directory')
  const names = readdirSync(path).sort()
  if (names.length === 0) return [{ path, mode, size: undefined }]
  return names.flatMap((name) => filesIn(join(path, name)))
}

function statOf(path: string): Stats {
  try {
    return statSync(path)
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') throw missing(path, whyMissing(path))
    throw error
  }
}

function whyMissing(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  return isLink ? `is a link to ${readlinkSync(path)}, which does not exist` : 'does not exist'
}

function missing(path: string, why: string): SaltError {
  return new SaltError('USAGE', `${path} ${why}`, { exitCode: exitCodes.incomplete })
}
