// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { compileGlob, hasWildcards } from '@halite/targeting'
import { expandUser } from './paths.ts'

/**
 * The paths that a shell pattern names, as Python's `glob.glob` does: names with a dot in front only where the pattern has one,
 * sorted. A path without wildcards is itself, when something is there.
 */
export async function globPaths(ctx: ExecContext, given: string): Promise<string[]> {
  const pattern = await expandUser(ctx, given)
  if (!hasWildcards(pattern)) return (await isThere(ctx, pattern)) ? [pattern] : []
  let found = [pattern.startsWith('/') ? '/' : '']
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    const next = await Promise.all(found.map((directory) => matching(ctx, directory, part)))
    found = next.flat()
  }
  return pattern.endsWith('/') ? found.map((path) => `${path}/`) : found
}

async function matching(ctx: ExecContext, directory: string, part: string): Promise<string[]> {
  if (!hasWildcards(part)) {
    const path = join(directory, part)
    return (await isThere(ctx, path)) ? [path] : []
  }
  const matches = compileGlob(part)
  const names = await namesIn(ctx, directory === '' ? '.' : directory)
  return names
    .filter((name) => (part.startsWith('.') || !name.startsWith('.')) && matches(name))
    .map((name) => join(directory, name))
}

async function isThere({ fs }: ExecContext, path: string): Promise<boolean> {
  try {
    return (await fs.stat(path, { followLinks: false })) !== undefined
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return false
  }
}

async function namesIn({ fs }: ExecContext, directory: string): Promise<readonly string[]> {
  try {
    return await fs.list(directory)
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return [] // not a directory, or one that we may not read: nothing in it matches
  }
}
