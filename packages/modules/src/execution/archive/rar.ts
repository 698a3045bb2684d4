// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { Names } from './members.ts'

/** The names that a rar archive holds, as `rar` or `unrar` lists them. */
export async function rarMembers(ctx: ExecContext, path: string): Promise<Names> {
  const program = ctx.which('rar') ?? ctx.which('unrar')
  if (program === undefined)
    throw new SaltError('COMMAND_FAILED', 'rar command not available, is it installed?')
  const { stdout } = await ctx.run.text([program, 'lt', path])
  const found = [...stdout.matchAll(/Name:\s*([^\n]+)\s*Type:\s*([^\n]+)/g)]
  if (found.length === 0)
    throw new SaltError(
      'COMMAND_FAILED',
      `Failed to list ${path}, is it a rar file? If so, the installed version of rar may be too old to list data in a parsable format.`,
    )
  const entries = found.map(([, name = '', type = '']) => ({ name: name.trim(), type: type.trim() }))
  return {
    dirs: entries.filter(({ type }) => type === 'Directory').map(({ name }) => `${name}/`),
    files: entries.filter(({ type }) => type !== 'Directory').map(({ name }) => name),
    links: [],
  }
}
