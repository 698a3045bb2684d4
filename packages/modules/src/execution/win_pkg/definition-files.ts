// SPDX-License-Identifier: Apache-2.0
import { join, sep } from 'node:path'
import type { ExecContext } from '@halite/loader'
import { type RepositoryPlace, servesItself } from './place.ts'

/** A file with definitions. */
export interface DefinitionFile {
  /** Its path below the source, as reports name it. */
  readonly name: string
  /** The copy of this machine, or the file itself. */
  readonly path: string
}

/** Directories that begin with a dot, as those of git. */
const hidden = 'E@(^|/)\\.[^/]*/'

/**
 * The files of the file server, through copies that are up to date; copies of files that are gone are removed. In the order in
 * which they count. Rejects when the file server cannot be asked.
 */
export async function fetchDefinitions(ctx: ExecContext, place: RepositoryPlace): Promise<DefinitionFile[]> {
  const { saltenv, source } = place
  const paths = await ctx.files.cacheDir(source, { saltenv, includePat: '*.sls', excludePat: hidden })
  const fetched = new Set(paths)
  for (const { path } of await copiesBelow(ctx, place)) if (!fetched.has(path)) await ctx.fs.remove(path)
  return ordered(paths.map((path) => ({ name: nameOf(path, place), path })))
}

/** The copies that were fetched last; of a minion that serves itself, the files. */
export async function presentDefinitions(
  ctx: ExecContext,
  place: RepositoryPlace,
): Promise<DefinitionFile[]> {
  return servesItself(ctx) ? fetchDefinitions(ctx, place) : ordered(await copiesBelow(ctx, place))
}

async function copiesBelow({ fs }: ExecContext, { directory }: RepositoryPlace): Promise<DefinitionFile[]> {
  const found: DefinitionFile[] = []
  const visit = async (path: string, name: string) => {
    for (const entry of await fs.list(path)) {
      const inner = { path: join(path, entry), name: join(name, entry) }
      if (entry.endsWith('.sls')) found.push(inner)
      else if (!entry.startsWith('.') && (await fs.isDirectory(inner.path)))
        await visit(inner.path, inner.name)
    }
  }
  if (await fs.isDirectory(directory)) await visit(directory, '')
  return found
}

/** A minion that serves itself has no copies: its files lie below some root. */
function nameOf(path: string, { directory, source }: RepositoryPlace): string {
  if (path.startsWith(`${directory}${sep}`)) return path.slice(directory.length + 1)
  const below = `${sep}${source.slice('salt://'.length).split('/').filter(Boolean).join(sep)}${sep}`
  const at = path.lastIndexOf(below)
  return at < 0 ? path : path.slice(at + below.length)
}

/** As a walk goes: the files of a directory before the directories in it, each by name. */
function ordered(files: readonly DefinitionFile[]): DefinitionFile[] {
  const parts = new Map(files.map((file) => [file, file.name.split(sep)]))
  return [...files].sort((one, other) => comparePlaces(parts.get(one) ?? [], parts.get(other) ?? []))
}

function comparePlaces(one: readonly string[], other: readonly string[]): number {
  const shared = Math.min(one.length, other.length)
  for (let index = 0; index < shared; index += 1) {
    const isFile = [one, other].map((parts) => index === parts.length - 1)
    if (isFile[0] !== isFile[1]) return isFile[0] ? -1 : 1
    const [left = '', right = ''] = [one[index], other[index]]
    if (left !== right) return left < right ? -1 : 1
  }
  return one.length - other.length
}
