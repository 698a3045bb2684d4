// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import type { ExecContext } from '@halite/loader'
import { outputOf } from './programs.ts'

/** Where apt keeps things, as its configuration says. */
export interface AptPaths {
  readonly sourcesFile: string
  readonly sourcesDirectory: string
  readonly lists: string
  readonly cache: string
  /** Keys that every repository may be signed with: a file, and a directory of files. */
  readonly trustedFile: string
  readonly trustedDirectory: string
  /** Keys that repositories name. */
  readonly keyrings: string
}

const options = {
  sourcesFile: 'Dir::Etc::sourcelist/f',
  sourcesDirectory: 'Dir::Etc::sourceparts/d',
  lists: 'Dir::State::lists/d',
  cache: 'Dir::Cache/d',
  trustedFile: 'Dir::Etc::trusted/f',
  trustedDirectory: 'Dir::Etc::trustedparts/d',
  etc: 'Dir::Etc/d',
}

const usual = {
  sourcesFile: '/etc/apt/sources.list',
  sourcesDirectory: '/etc/apt/sources.list.d',
  lists: '/var/lib/apt/lists',
  cache: '/var/cache/apt',
  trustedFile: '/etc/apt/trusted.gpg',
  trustedDirectory: '/etc/apt/trusted.gpg.d',
  etc: '/etc/apt',
}

const memoKey = 'aptpkg.paths'

/** Reads them, once in a job. Rejects with COMMAND_FAILED. */
export async function aptPaths(ctx: ExecContext): Promise<AptPaths> {
  // What lies there was put there below.
  const kept = ctx.memo.get(memoKey) as AptPaths | undefined
  if (kept !== undefined) return kept
  const words = Object.entries(options).flat()
  const { etc, ...places } = { ...usual, ...pathsIn(await outputOf(ctx, ['apt-config', 'shell', ...words])) }
  const paths = { ...places, keyrings: join(etc, 'keyrings') }
  ctx.memo.set(memoKey, paths)
  return paths
}

/** Lines as `apt-config shell` prints them: `lists='/var/lib/apt/lists/'`. */
export function pathsIn(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => /^(\w+)='(.*)'$/.exec(line))
  return Object.fromEntries(
    lines.flatMap((found) =>
      found ? [[found[1], (found[2] ?? '').replaceAll(`'\\''`, `'`).replace(/(?<=.)\/+$/, '')]] : [],
    ),
  )
}
