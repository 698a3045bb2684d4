// SPDX-License-Identifier: Apache-2.0
import { dirname, join, posix, sep } from 'node:path'
import { isTruthy } from '@halite/core'
import type { StateContext } from '@halite/loader'
import { matcherOf } from './clean.ts'

/** What a directory of the file server becomes. */
export interface PlannedTree {
  readonly links: readonly { readonly path: string; readonly target: string }[]
  /** Paths, those above first. */
  readonly directories: readonly string[]
  readonly files: readonly { readonly path: string; readonly source: string }[]
  /** What `clean` leaves alone. */
  readonly kept: readonly string[]
}

export interface PlanQuery {
  /** Path on the file server. */
  readonly from: string
  readonly saltenv: string
  readonly keep_symlinks: boolean
  readonly include_empty: boolean
  readonly include_pat?: unknown
  readonly exclude_pat?: unknown
  readonly maxdepth?: number | undefined
}

/** What is to be made below `name`. */
export async function plannedTree(ctx: StateContext, name: string, query: PlanQuery): Promise<PlannedTree> {
  const { saltenv } = query
  const prefix = query.from === '' ? '' : `${query.from}/`
  const isMeant = selection(query)
  const place = (relative: string) => join(name, relative.replaceAll('/', sep))
  const relativeTo = (path: string) => posix.relative(prefix, path)

  const symlinks = query.keep_symlinks
    ? Object.entries(await ctx.files.listSymlinks(prefix, { saltenv }))
    : []
  const meantLinks = symlinks.filter(([path]) => isMeant(relativeTo(path)))
  const isBehindLink = (path: string, links: typeof symlinks) =>
    links.some(([link]) => path.startsWith(`${link}/`))
  const links = meantLinks.map(([path, target]) => ({
    path: place(relativeTo(path)),
    target: String(target),
  }))

  const served = await ctx.files.listFiles(prefix, { saltenv })
  const wanted = served.filter((path) => !isBehindLink(path, meantLinks) && isMeant(relativeTo(path)))
  const linkPaths = new Set(links.map(({ path }) => path))
  const files = wanted
    .map((path) => ({ path: place(relativeTo(path)), source: `salt://${path}?saltenv=${saltenv}` }))
    // What is a link too comes last: then there is what the link leads to.
    .sort((one, other) => Number(linkPaths.has(one.path)) - Number(linkPaths.has(other.path)))

  const empty = query.include_empty ? await ctx.files.listDirs(prefix, { saltenv }) : []
  const directories = empty
    .filter((path) => !isBehindLink(path, symlinks) && isMeant(relativeTo(path)))
    .map((path) => place(relativeTo(path)))
  const above = files.map(({ path }) => dirname(path)).filter((path) => !linkPaths.has(path))
  return {
    links,
    directories: [...new Set([...above, ...directories])].sort(),
    files,
    kept: [...linkPaths, ...files.map(({ path }) => path), ...directories],
  }
}

/** Whether a path below the source is meant. */
function selection({ include_pat, exclude_pat, maxdepth }: PlanQuery): (relative: string) => boolean {
  const [includes, excludes] = [matcherOf(include_pat), matcherOf(exclude_pat)]
  return (relative) => {
    const parts = relative.split('/')
    if (relative === '' || parts.includes('..')) return false
    if (maxdepth !== undefined && parts.length - 1 > maxdepth) return false
    return (!isTruthy(include_pat ?? null) || includes(relative)) && !excludes(relative)
  }
}
