// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { type DataMap, mapOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { packageFile } from './package-file.ts'
import { aptPaths } from './paths.ts'

/** `pkg.list_downloaded`: name → version → where the file lies, its size and when it came. */
export async function downloadedPackages(ctx: ExecContext, root: string | undefined): Promise<DataMap> {
  const cache = root === undefined ? (await aptPaths(ctx)).cache : join(root, 'var/cache/apt')
  const found = new Map<string, [string, DataMap][]>()
  for (const path of await filesBelow(ctx, cache)) {
    const { name, version } = await packageFile(ctx, path)
    const facts = await ctx.fs.stat(path)
    if (facts === undefined) continue
    const seconds = Math.floor(facts.ctimeMs / 1000)
    const shown = {
      path,
      size: facts.size,
      creation_date_time_t: seconds,
      creation_date_time: new Date(seconds * 1000).toISOString().slice(0, 19),
    }
    found.set(name, [...(found.get(name) ?? []), [version, shown]])
  }
  return mapOf([...found].map(([name, versions]) => [name, mapOf(versions)]))
}

/** Packages in a directory and those below it; links are not followed. */
async function filesBelow(ctx: ExecContext, directory: string): Promise<string[]> {
  if (!(await ctx.fs.isDirectory(directory))) return []
  const found: string[] = []
  for (const name of await ctx.fs.list(directory)) {
    const path = join(directory, name)
    const facts = await ctx.fs.stat(path, { followLinks: false })
    if (facts?.type === 'directory') found.push(...(await filesBelow(ctx, path)))
    else if (facts?.type === 'file' && name.endsWith('.deb')) found.push(path)
  }
  return found
}
