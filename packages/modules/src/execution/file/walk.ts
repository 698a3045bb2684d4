// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { placeOf } from './place.ts'

/** A directory and what lies in it, by name; a link that leads to a directory is among the directories. */
export interface WalkedDirectory {
  readonly path: string
  /**
   * Leads to this very directory while it is visited, whatever another user puts in its place. What is changed in it is reached
   * below this path.
   */
  readonly held: string
  readonly depth: number
  readonly directories: readonly string[]
  readonly files: readonly string[]
}

export interface WalkOptions {
  /** How many levels are visited; default all. */
  readonly maxDepth?: number | undefined
  /** Whether directories that we may not read are left out; by default they reject with the system's error. */
  readonly skipsUnreadable?: boolean
}

/** What a directory is when another user removed or exchanged it since it was listed. */
const gone = ['ENOENT', 'ENOTDIR', 'ELOOP']
const refused = ['EACCES', 'EPERM']

/** The directories below `top`, itself first and at depth 1; links below it are not followed. Nothing where `top` is no directory. */
export async function* walk(
  ctx: Pick<ExecContext, 'fs' | 'platform'>,
  top: string,
  options: WalkOptions = {},
): AsyncGenerator<WalkedDirectory> {
  if (!(await ctx.fs.isDirectory(top))) return
  const place = await placeOf(ctx, top, { followLinks: true })
  try {
    yield* visited(ctx, { at: place.path, path: top, depth: 1 }, options)
  } finally {
    await place.close()
  }
}

interface Place {
  /** Where it is opened. */
  readonly at: string
  /** How it is named. */
  readonly path: string
  readonly depth: number
}

async function* visited(
  ctx: Pick<ExecContext, 'fs'>,
  { at, path, depth }: Place,
  options: WalkOptions,
): AsyncGenerator<WalkedDirectory> {
  if (depth > (options.maxDepth ?? Number.POSITIVE_INFINITY)) return
  const held = await holdIfThere(ctx, at, options)
  if (held === undefined) return
  try {
    const { directories, files, below } = await sorted(ctx, held.path)
    yield { path, held: held.path, depth, directories, files }
    for (const name of below) {
      const place = { at: `${held.path}/${name}`, path: join(path, name), depth: depth + 1 }
      yield* visited(ctx, place, options)
    }
  } finally {
    await held.close()
  }
}

async function holdIfThere({ fs }: Pick<ExecContext, 'fs'>, at: string, { skipsUnreadable }: WalkOptions) {
  try {
    return await fs.hold(at)
  } catch (error) {
    const code = systemCodeOf(error) ?? ''
    if (gone.includes(code) || (skipsUnreadable && refused.includes(code))) return undefined
    throw error
  }
}

async function sorted({ fs }: Pick<ExecContext, 'fs'>, held: string) {
  const [directories, files, below]: [string[], string[], string[]] = [[], [], []]
  for (const name of await fs.list(held)) {
    const path = `${held}/${name}`
    const facts = await fs.stat(path, { followLinks: false })
    if (facts?.type === 'directory') below.push(name)
    const isDirectory =
      facts?.type === 'directory' || (facts?.type === 'link' && (await fs.isDirectory(path)))
    if (isDirectory) directories.push(name)
    else if (facts !== undefined) files.push(name)
  }
  return { directories, files, below }
}
