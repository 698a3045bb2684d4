// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import type { ExecContext } from '@halite/loader'
import { globPaths } from '../file/glob.ts'

/** The paths that an absolute shell pattern names, as `globPaths` finds them; none for a relative one. */
export async function matchingPaths(ctx: ExecContext, pattern: string): Promise<readonly string[]> {
  return isAbsolute(pattern) ? globPaths(ctx, pattern) : []
}

/** The files among them. */
export async function matchingFiles(ctx: ExecContext, pattern: string): Promise<readonly string[]> {
  const paths = await matchingPaths(ctx, pattern)
  const files = await Promise.all(paths.map(async (path) => ((await ctx.fs.isFile(path)) ? [path] : [])))
  return files.flat()
}
