// SPDX-License-Identifier: Apache-2.0
import { dirname, normalize } from 'node:path'
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { applyPermissions, type Permissions } from './permissions.ts'

/** Makes a directory and those above it that are missing, each with these owners and this mode. */
export async function makeDirectories(
  ctx: ExecContext,
  path: string,
  permissions: Permissions,
): Promise<void> {
  const missing: string[] = []
  for (let at = normalize(path).replace(/(?<=.)\/+$/, ''); ; at = dirname(at)) {
    const facts = await ctx.fs.stat(at)
    if (facts?.type === 'directory') break
    if (facts !== undefined)
      throw new SaltError('COMMAND_FAILED', `The path '${at}' already exists and is not a directory`)
    missing.push(at)
    if (dirname(at) === at) break
  }
  for (const directory of missing.reverse()) {
    await ctx.fs.makeDirectory(directory)
    const { user, group, mode } = permissions
    if (user !== undefined || group !== undefined || mode !== undefined)
      await applyPermissions(ctx, directory, { ...permissions, test: false })
  }
}

/** A mode for directories above files of this mode: whoever may read or write may enter. */
export function directoryMode(mode: string | undefined): string | undefined {
  return mode?.slice(-3).replace(/[1-7]/g, (digit) => String(Number(digit) | 1))
}
