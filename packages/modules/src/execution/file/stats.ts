// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import { Float, pythonStr, SaltError } from '@halite/core'
import type { ExecContext, FileFacts } from '@halite/loader'
import { groupOf, userOf } from './accounts.ts'
import { digestOf } from './hashes.ts'
import { expandUser } from './paths.ts'

/** What `file.stats` returns. */
export interface FileStats {
  readonly inode: number
  readonly uid: number
  readonly gid: number
  readonly group: string | number
  readonly user: string | number
  /** Seconds since 1970. */
  readonly atime: Float
  readonly mtime: Float
  readonly ctime: Float
  readonly size: number
  /** Octal digits, such as `0644`. */
  readonly mode: string
  readonly type: string
  readonly target: string
  readonly sum?: string
}

/** Whether links are followed, by default yes; and the hash that is wanted. */
export interface StatsOptions {
  readonly followLinks?: boolean
  readonly hashType?: string | undefined
}

/** Everything known of a path. Rejects with COMMAND_FAILED where there is nothing. */
export async function statsOf(
  ctx: ExecContext,
  given: string,
  options: StatsOptions = {},
): Promise<FileStats> {
  const stats = await statsIfThere(ctx, given, options)
  if (stats === undefined)
    throw new SaltError('COMMAND_FAILED', `Path not found: ${await expandUser(ctx, given)}`)
  return stats
}

/** The same; undefined where there is nothing. A link that leads nowhere is told of itself. */
export async function statsIfThere(
  ctx: ExecContext,
  given: string,
  { followLinks = true, hashType }: StatsOptions = {},
): Promise<FileStats | undefined> {
  const path = await expandUser(ctx, given)
  const followed = followLinks ? await ctx.fs.stat(path) : undefined
  const facts = followed ?? (await ctx.fs.stat(path, { followLinks: false }))
  if (facts === undefined) return undefined
  const { ino, uid, gid, size } = facts
  const target = followed === undefined ? resolve(path) : await ctx.fs.realPath(path)
  return {
    inode: ino,
    uid,
    gid,
    group: await groupOf(ctx, gid),
    user: await userOf(ctx, uid),
    atime: new Float(facts.atimeMs / 1000),
    mtime: new Float(facts.mtimeMs / 1000),
    ctime: new Float(facts.ctimeMs / 1000),
    size,
    mode: modeText(facts.mode),
    ...(hashType && facts.type === 'file' && { sum: await digestOf(ctx, path, hashType) }),
    type: typeText(facts),
    target,
  }
}

/** Permission bits as octal digits. */
export function modeText(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}

/** A mode as it is written in files, in four digits; undefined for none. */
export function normalMode(mode: unknown): string | undefined {
  if (mode === undefined || mode === null) return undefined
  return pythonStr(mode)
    .replaceAll('0o', '0')
    .replace(/^["']+|["']+$/g, '')
    .replace(/^0+/, '')
    .padStart(4, '0')
}

/** The bits of a mode. Throws COMMAND_FAILED for what is no octal number. */
export function modeBits(mode: string): number {
  if (!/^[0-7]{1,5}$/.test(mode))
    throw new SaltError('COMMAND_FAILED', `Invalid Mode ${mode}`, {
      hint: 'Write it in octal digits, such as 0644.',
    })
  return Number.parseInt(mode, 8)
}

const types: ReadonlyMap<number, string> = new Map([
  [0o140000, 'socket'],
  [0o120000, 'link'],
  [0o100000, 'file'],
  [0o060000, 'block'],
  [0o040000, 'dir'],
  [0o020000, 'char'],
  [0o010000, 'pipe'],
])

function typeText({ mode, type }: FileFacts): string {
  const known = types.get(mode & 0o170000)
  if (known !== undefined) return known
  return type === 'directory' ? 'dir' : type === 'other' ? 'file' : type
}
