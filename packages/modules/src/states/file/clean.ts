// SPDX-License-Identifier: Apache-2.0
import { dirname, join, relative } from 'node:path'
import { isMap, isTruthy, pythonStr, toPlain, valueAt } from '@halite/core'
import type { StateContext } from '@halite/loader'
import { compileGlob, compileSearch } from '@halite/targeting'
import { orRefuse, systemText } from '../../execution/file/system-errors.ts'
import { type WalkedDirectory, walk } from '../../execution/file/walk.ts'

/** Removes what is to go from a directory; the paths. What lies in a directory that was removed is not visited any more. */
export async function clean(
  ctx: StateContext,
  { path, held, directories, files }: WalkedDirectory,
  keep: (path: string) => boolean,
): Promise<string[]> {
  const names = [...files, ...directories].filter((name) => !keep(join(path, name)))
  for (const name of ctx.state.test ? [] : names)
    await removeNamed(ctx, { at: `${held}/${name}`, path: join(path, name) })
  return names.map((name) => join(path, name))
}

/** Removes what is reached at one path, and is named by another in the error. Rejects with COMMAND_FAILED. */
export function removeNamed(
  ctx: StateContext,
  { at, path }: { readonly at: string; readonly path: string },
): Promise<void> {
  const text = (error: unknown) => `Could not remove '${path}': ${systemText(error, path)}`
  return orRefuse(ctx.fs.remove(at, { recursive: true }), text)
}

/** What stays when a directory is cleaned. */
export interface KeepQuery {
  /** The states whose files stay; default those that the state requires. */
  readonly require?: unknown
  readonly exclude_pat?: unknown
  /** Paths that stay, with the directories above them. */
  readonly kept: readonly string[]
}

/** Whether `clean` leaves a path alone. */
export async function keeper(
  ctx: StateContext,
  name: string,
  { require, exclude_pat, kept: paths }: KeepQuery,
): Promise<(path: string) => boolean> {
  const kept = new Set<string>()
  for (const file of [...paths, ...(await requiredFiles(ctx, name, require))]) {
    for (let at = file; ; at = dirname(at)) {
      kept.add(at)
      if (at === dirname(at)) break
    }
  }
  const excluded = matcherOf(exclude_pat)
  return (path) => kept.has(path) || excluded(relative(name, path))
}

async function requiredFiles(ctx: StateContext, name: string, require: unknown): Promise<string[]> {
  const needed = toPlain(require ?? ctx.state.low['require'])
  const files: string[] = []
  for (const item of Array.isArray(needed) ? needed : []) {
    const id: unknown = isMap(item) ? valueAt(item, 'file') : undefined
    if (id === undefined) continue
    for (const low of ctx.state.lowstate) {
      if (low['state'] !== 'file' || (low['name'] !== id && low['__id__'] !== id)) continue
      const path = pythonStr(low['name'])
      files.push(path)
      if (!(await ctx.fs.isDirectory(path)) || relative(name, path).startsWith('..')) continue
      for await (const one of walk(ctx, path))
        files.push(...[...one.files, ...one.directories].map((entry) => join(one.path, entry)))
    }
  }
  return files
}

/** Whether a path matches one of these patterns: of a shell, or with `E@` in front a regular expression. */
export function matcherOf(pattern: unknown): (path: string) => boolean {
  const patterns = (Array.isArray(pattern) ? pattern : [pattern])
    .filter(isTruthy)
    .map((item) => pythonStr(item))
  const tests = patterns.map((item) =>
    item.startsWith('E@') ? compileSearch(item.slice(2)) : compileGlob(item),
  )
  return (path) => tests.some((matches) => matches(path))
}
