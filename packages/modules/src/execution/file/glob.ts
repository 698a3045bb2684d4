// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import { fnmatch, hasWildcards } from '@halite/targeting'

/** The paths that a shell pattern means, sorted; those that begin with a dot only where the pattern does (`glob.glob`). */
export async function globPaths(ctx: ExecContext, pattern: string): Promise<readonly string[]> {
  let found: readonly string[] = [pattern.startsWith('/') ? '/' : '']
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    const below = await Promise.all(found.map((directory) => entriesLike(ctx, directory, part)))
    found = below.flat()
  }
  return found
}

async function entriesLike({ fs }: ExecContext, directory: string, part: string): Promise<readonly string[]> {
  const path = (name: string) =>
    directory === '' || directory.endsWith('/') ? directory + name : `${directory}/${name}`
  if (!hasWildcards(part))
    return (await fs.stat(path(part), { followLinks: false })) === undefined ? [] : [path(part)]
  const place = directory === '' ? '.' : directory
  if (!(await fs.isDirectory(place))) return []
  const names = await fs.list(place)
  return names
    .filter((name) => (part.startsWith('.') || !name.startsWith('.')) && fnmatch(name, part))
    .map(path)
}
