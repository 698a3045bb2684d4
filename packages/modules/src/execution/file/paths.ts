// SPDX-License-Identifier: Apache-2.0
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
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

/** The same, refused in these words when it is relative. Throws ARGUMENTS_INVALID. */
export async function absolutePath(ctx: ExecContext, path: string, refusal: string): Promise<string> {
  const expanded = await expandUser(ctx, path)
  if (isAbsolute(expanded)) return expanded
  throw new SaltError('ARGUMENTS_INVALID', refusal)
}

/** The real path of a link, else the path itself, without the last slash. */
export async function realPath({ fs }: ExecContext, path: string): Promise<string> {
  const facts = await fs.stat(path, { followLinks: false })
  if (facts?.type !== 'link') return path
  if ((await fs.stat(path)) !== undefined) return fs.realPath(path)
  const target = await fs.readLink(path)
  return isAbsolute(target) ? target : join(path, '..', target)
}

/** The absolute path without links, as far as it exists; what does not exist follows as it is written. */
export async function canonicalPath({ fs }: ExecContext, path: string): Promise<string> {
  const whole = resolve(path)
  for (let at = whole, rest = ''; ; rest = join(basename(at), rest), at = dirname(at)) {
    if ((await fs.stat(at)) !== undefined) return join(await fs.realPath(at), rest)
    if (at === dirname(at)) return whole
  }
}

/** A path with `$NAME` and `${NAME}` replaced by variables of the environment; those that are not set stay as they are. */
export function expandVariables(path: string): string {
  return path.replace(/\$(?:(\w+)|\{([^}]*)\})/g, (whole, bare?: string, braced?: string) => {
    return process.env[bare ?? braced ?? ''] ?? whole
  })
}
