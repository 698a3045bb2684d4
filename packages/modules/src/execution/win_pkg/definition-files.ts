// SPDX-License-Identifier: Apache-2.0
import { join, sep } from 'node:path'
import type { ExecContext } from '@halite/loader'
import { type RepositoryPlace, servesItself } from './place.ts'

/** A file with definitions. */
export interface DefinitionFile {
  /** Its path below the source, as reports name it. */
  readonly name: string
  /** Of its content, as the file server says: `sha256:…`. Absent where it was not asked. */
  readonly hash?: string
}

/** Directories that begin with a dot, as those of git. */
const hidden = 'E@(^|/)\\.[^/]*/'

/** The files of the file server, in the order in which they count. Rejects when the file server cannot be asked. */
export async function servedDefinitions(
  { files }: ExecContext,
  { saltenv, source }: RepositoryPlace,
): Promise<DefinitionFile[]> {
  const above = namesOf(source).length
  const served = await files.hashDir(source, { saltenv, includePat: '*.sls', excludePat: hidden })
  return ordered(
    served.map(({ path, hash_type, hsum }) => ({
      name: path.split('/').slice(above).join(sep),
      hash: `${hash_type}:${hsum}`,
    })),
  )
}

/** What of the served files is wanted. */
export interface Wanted {
  readonly files: readonly DefinitionFile[]
  readonly isWanted: (file: DefinitionFile) => boolean
}

/**
 * Brings the copies of these files up to date where they are wanted or missing, and removes copies of others. Resolves to the paths of those
 * that were looked at, by name; a file that the server no longer has is not among them.
 */
export async function fetchDefinitions(
  ctx: ExecContext,
  place: RepositoryPlace,
  { files, isWanted }: Wanted,
): Promise<ReadonlyMap<string, string>> {
  const present = new Map((await copiesBelow(ctx, place)).map(({ name, path }) => [name, path]))
  const hasCopy = (name: string) => servesItself(ctx) || present.has(name)
  const wanted = files.filter((file) => isWanted(file) || !hasCopy(file.name))
  for (const { name } of files) present.delete(name)
  for (const path of present.values()) await ctx.fs.remove(path)
  if (wanted.length === 0) return new Map()
  const { saltenv, source } = place
  const only = wanted.map(({ name }) => [...namesOf(source), ...name.split(sep)].join('/'))
  const paths = await ctx.files.cacheDir(source, { saltenv, only })
  return new Map(paths.map((path) => [nameOf(path, place), path]))
}

/** The copies that were fetched last, by name, in the order in which they count. */
export async function fetchedDefinitions(
  ctx: ExecContext,
  place: RepositoryPlace,
): Promise<ReadonlyMap<string, string>> {
  return new Map(ordered(await copiesBelow(ctx, place)).map(({ name, path }) => [name, path]))
}

interface Copy {
  readonly name: string
  readonly path: string
}

async function copiesBelow({ fs }: ExecContext, { directory }: RepositoryPlace): Promise<Copy[]> {
  const found: Copy[] = []
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
  const below = `${sep}${namesOf(source).join(sep)}${sep}`
  const at = path.lastIndexOf(below)
  return at < 0 ? path : path.slice(at + below.length)
}

function namesOf(source: string): string[] {
  return source
    .slice('salt://'.length)
    .split('/')
    .filter((name) => name !== '' && name !== '.')
}

/** As a walk on Windows goes: the files of a directory before the directories in it, each by its name in upper case. */
function ordered<T extends { readonly name: string }>(files: readonly T[]): T[] {
  const parts = new Map(files.map((file) => [file, file.name.toUpperCase().split(sep)]))
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
