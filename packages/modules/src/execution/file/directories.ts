// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, normalize } from 'node:path'
import { SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { applyPermissions, asksForAnything, type Permissions } from './permissions.ts'
import { atPlace } from './place.ts'

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
  const [first, ...below] = missing.reverse()
  if (first === undefined) return
  const names = below.map((directory) => basename(directory))
  await atPlace(ctx, first, {
    followLinks: true,
    work: (place) => makeBelow(ctx, place, { names, permissions }),
  })
}

interface Below {
  /** Of the directories in one another that come after it. */
  readonly names: readonly string[]
  readonly permissions: Permissions
}

/** Each is held before its permissions are given: what another user puts in its place is not changed. */
async function makeBelow(ctx: ExecContext, path: string, { names, permissions }: Below): Promise<void> {
  const isAsked = asksForAnything(permissions)
  await ctx.fs.makeDirectory(path).catch((error: unknown) => {
    // Somebody was faster. It is not ours to give away.
    if (isAsked || systemCodeOf(error) !== 'EEXIST') throw error
  })
  const held = await ctx.fs.hold(path)
  try {
    if (isAsked) await applyPermissions(ctx, `${held.path}/.`, { ...permissions, test: false })
    const [name, ...others] = names
    if (name !== undefined) await makeBelow(ctx, `${held.path}/${name}`, { names: others, permissions })
  } finally {
    await held.close()
  }
}

/** A mode for directories above files of this mode: whoever may read or write may enter. */
export function directoryMode(mode: string | undefined): string | undefined {
  return mode?.slice(-3).replace(/[1-7]/g, (digit) => String(Number(digit) | 1))
}
