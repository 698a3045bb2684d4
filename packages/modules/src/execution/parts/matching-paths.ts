// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path'
import type { ExecContext } from '@halite/loader'
import { compileGlob } from '@halite/targeting'

/** What a shell pattern of an absolute path matches, sorted. Hidden names are matched by a dot alone. */
export async function matchingPaths(ctx: ExecContext, pattern: string): Promise<readonly string[]> {
  if (!isAbsolute(pattern)) return []
  let found: readonly string[] = ['/']
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    const next = await Promise.all(found.map((directory) => matchesIn(ctx, directory, part)))
    found = next.flat()
  }
  return found
}

/** The files among them. */
export async function matchingFiles(ctx: ExecContext, pattern: string): Promise<readonly string[]> {
  const paths = await matchingPaths(ctx, pattern)
  const files = await Promise.all(paths.map(async (path) => ((await ctx.fs.isFile(path)) ? [path] : [])))
  return files.flat()
}

async function matchesIn({ fs }: ExecContext, directory: string, part: string): Promise<readonly string[]> {
  if (!/[*?[]/.test(part)) {
    const path = join(directory, part)
    return (await fs.exists(path)) ? [path] : []
  }
  if (!(await fs.isDirectory(directory)) || !(await fs.isReadable(directory))) return []
  const matches = compileGlob(part)
  const names = (await fs.list(directory)).filter((name) => part.startsWith('.') || !name.startsWith('.'))
  return names.filter((name) => matches(name)).map((name) => join(directory, name))
}
