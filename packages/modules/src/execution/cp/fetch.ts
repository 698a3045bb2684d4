// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path'
import { parseSaltUrl, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { makeDirectories } from '../file/directories.ts'
import { destinationOf, directoryFor, placeFile } from './place-file.ts'
import { withProgress } from './with-progress.ts'

/** What is fetched, and how it is put down. */
export interface Wanted {
  readonly path: string
  readonly dest: string
  readonly saltenv?: string | undefined
  readonly makedirs: boolean
}

/**
 * Puts a file at `dest`, unless it is there already; resolves to the path, undefined when there is no such file. Rejects as
 * `ctx.files` does, and when it cannot be written.
 */
export async function getFile(ctx: ExecContext, wanted: Wanted): Promise<string | undefined> {
  const { path, saltenv, makedirs } = wanted
  const { files } = ctx
  const hash = isRemote(path) ? undefined : await files.hashFile(path, { saltenv })
  if (hash === undefined && !isRemote(path)) return undefined
  const dest = await destinationOf(ctx, wanted.dest, nameIn(path))
  if (hash !== undefined) {
    const there = await files.hashFile(dest)
    if (there?.hsum === hash.hsum && there.hash_type === hash.hash_type) return dest
  }
  await directoryFor(ctx, dest, makedirs)
  const fetched = await withProgress(ctx, path, files.getFile(path, { saltenv }))
  if (fetched === undefined) return undefined
  await placeFile(ctx, fetched, dest)
  return dest
}

/** Files of a directory that are fetched at a time. */
const atOnce = 8

/**
 * Puts a directory of the server below `dest`, under its own name, with its empty directories; resolves to what is there now,
 * sorted.
 */
export async function getDir(ctx: ExecContext, { path, dest, saltenv }: Wanted): Promise<string[]> {
  const { files } = ctx
  const { directory, query } = directoryIn(path, saltenv)
  const prefix = directory === '' ? '' : `${directory}/`
  // A directory comes with its name, and the whole environment with none.
  const cut = posix.dirname(directory) === '.' ? 0 : posix.dirname(directory).length + 1
  const [paths, empty] = await Promise.all([
    files.listFiles(prefix, query),
    files.listEmptyDirs(prefix, query),
  ])
  const left = paths.values()
  const placed: string[] = []
  const work = async () => {
    for (const each of left) {
      const target = `${dest.replace(/[/\\]+$/, '')}/${each.slice(cut)}`
      const got = await getFile(ctx, {
        path: urlOf(each),
        dest: target,
        makedirs: true,
        saltenv: query.saltenv,
      })
      if (got !== undefined) placed.push(got)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, paths.length) }, work))
  const made = empty.map((each) => `${dest.replace(/[/\\]+$/, '')}/${each.slice(cut)}`)
  for (const each of made) await makeDirectories(ctx, each, {})
  return [...placed, ...made].sort()
}

/** A path of the server as a URL that means this path and nothing else. */
export function urlOf(path: string): string {
  return path.includes('?') || path.startsWith('|') ? `salt://|${path}` : `salt://${path}`
}

/** What has to be fetched to know whether it is there. */
export function isRemote(url: string): boolean {
  return /^(?!salt:|file:)[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url)
}

/** What a file is called when it is put into a directory. */
export function nameIn(url: string): string {
  if (!isRemote(url)) return posix.basename(url.startsWith('salt:') ? parseSaltUrl(url).path : url)
  const path = url.replace(/^[^:]+:\/\/[^/]*/, '').replace(/[?#].*$/, '')
  return posix.basename(path) || 'index.html'
}

function directoryIn(
  path: string,
  saltenv: string | undefined,
): { readonly directory: string; readonly query: { readonly saltenv?: string | undefined } } {
  if (!path.startsWith('salt://')) {
    throw new SaltError('ARGUMENTS_INVALID', `'${path}' is no directory of the file server`, {
      hint: 'Name it by salt://.',
    })
  }
  if (/^salt:\/\/\/*$/.test(path)) return { directory: '', query: { saltenv } }
  const url = parseSaltUrl(path)
  return { directory: url.path, query: { saltenv: url.saltenv ?? saltenv } }
}
