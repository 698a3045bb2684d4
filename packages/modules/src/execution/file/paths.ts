// SPDX-License-Identifier: Apache-2.0
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { allAccounts } from './accounts.ts'

/** A path as a shell reads it: `~` and `~user` at its beginning are home directories. */
export async function expandUser(ctx: ExecContext, path: string): Promise<string> {
  if (!path.startsWith('~')) return path
  const end = path.indexOf('/')
  const user = path.slice(1, end < 0 ? undefined : end)
  const rest = end < 0 ? '' : path.slice(end)
  if (user === '') return `${homedir()}${rest}`
  const home = (await allAccounts(ctx)).homes.get(user)
  return home === undefined ? path : `${home}${rest}`
}

/** Refuses a path that is relative, in words that name it. */
export function checkAbsolute(path: string, what = 'File path must be absolute'): void {
  if (!isAbsolute(path)) throw new SaltError('COMMAND_FAILED', `${what}: ${path}`)
}

/** The real path of a link, else the path itself, without the last slash. */
export async function realPath({ fs }: ExecContext, path: string): Promise<string> {
  const facts = await fs.stat(path, { followLinks: false })
  if (facts?.type !== 'link') return path
  if ((await fs.stat(path)) !== undefined) return fs.realPath(path)
  const target = await fs.readLink(path)
  return isAbsolute(target) ? target : join(path, '..', target)
}

/** Every entry below a directory, deepest last; links are named and not followed. */
export interface WalkedDirectory {
  readonly path: string
  readonly directories: readonly string[]
  readonly files: readonly string[]
}

/** The directories below `top`, itself first; `maxDepth` levels of them. */
export async function* walk(
  ctx: Pick<ExecContext, 'fs'>,
  top: string,
  maxDepth = Number.POSITIVE_INFINITY,
): AsyncGenerator<WalkedDirectory> {
  const { fs } = ctx
  if (maxDepth <= 0 || !(await fs.isDirectory(top))) return
  const directories: string[] = []
  const files: string[] = []
  const below: string[] = []
  for (const name of await fs.list(top)) {
    const facts = await fs.stat(join(top, name), { followLinks: false })
    if (facts?.type === 'directory') below.push(name)
    const isDirectory =
      facts?.type === 'directory' || (facts?.type === 'link' && (await fs.isDirectory(join(top, name))))
    if (isDirectory) directories.push(name)
    else files.push(name)
  }
  yield { path: top, directories, files }
  for (const name of below) yield* walk(ctx, join(top, name), maxDepth - 1)
}
