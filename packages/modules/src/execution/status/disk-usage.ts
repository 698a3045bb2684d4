// SPDX-License-Identifier: Apache-2.0
import { messageOf, SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { fnmatch } from '@halite/targeting'

/** The size of a file system, and what of it is free to us, in bytes. */
export interface Usage {
  readonly total: number
  readonly available: number
}

/** The bytes of the file systems at paths, and of those whose type a glob matches; of all when nothing is named. */
export async function diskUsage(
  ctx: ExecContext,
  wanted: readonly string[],
): Promise<Readonly<Record<string, Usage>>> {
  const paths = wanted.filter((each) => each.startsWith('/'))
  const globs = wanted.length === 0 ? ['*'] : wanted.filter((each) => !each.startsWith('/'))
  const mounts = globs.length === 0 ? [] : await mountsOf(ctx, globs)
  const found: [string, Usage][] = []
  for (const path of new Set([...paths, ...mounts])) {
    const usage = await usageAt(ctx, path, paths.includes(path))
    if (usage !== undefined) found.push([path, usage])
  }
  return Object.fromEntries(found)
}

async function mountsOf(ctx: ExecContext, globs: readonly string[]): Promise<string[]> {
  const rows = (await ctx.fs.readLines('/proc/mounts')).map((line) => line.split(' '))
  const wanted = rows.filter(([, , type = '']) => globs.some((glob) => fnmatch(type, glob)))
  return wanted.map(([, place = '']) => place.replace(/\\(\d{3})/g, (_all, code) => octal(code)))
}

/** The kernel writes blanks in paths as their code. */
function octal(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 8))
}

/** A mount that we may not look at is left out; a path that was named is not. */
async function usageAt(ctx: ExecContext, path: string, isNamed: boolean): Promise<Usage | undefined> {
  try {
    const { bsize, blocks, bavail } = await ctx.fs.fileSystem(path)
    return { total: blocks * bsize, available: bavail * bsize }
  } catch (cause) {
    if (!isNamed && systemCodeOf(cause) !== undefined) return undefined
    throw new SaltError('COMMAND_FAILED', `${path} cannot be looked at: ${messageOf(cause)}`, { cause })
  }
}
