// SPDX-License-Identifier: Apache-2.0
import type { StateContext } from '@halite/loader'
import { applyPermissions } from '../../execution/file/permissions.ts'
import { normalMode } from '../../execution/file/stats.ts'
import { keepsMode, type ManagedValues } from './managed-arguments.ts'
import type { Result } from './result.ts'
import { ownersOf } from './shared-arguments.ts'

/** Gives a file that has its content the wanted owner and mode. */
export async function permissionsOnly(ctx: StateContext, name: string, args: ManagedValues): Promise<Result> {
  const { test } = ctx.state
  const mode = keepsMode(args) ? undefined : normalMode(args.mode)
  const wanted = { ...ownersOf(args), mode }
  const { changes, comments, result, lmode } = await applyPermissions(ctx, name, {
    ...wanted,
    test,
    followLinks: args.follow_symlinks,
  })
  const isChanged = Object.keys(changes).length > 0
  if (test) {
    const comment =
      mode !== undefined && mode !== lmode
        ? `File ${name} will be updated with permissions ${mode} from its current state of ${lmode}`
        : `File ${name} not updated`
    return { changes, result: isChanged ? null : true, comment }
  }
  const unchanged = `File ${name} exists with proper permissions. No changes made.`
  return { changes, result, comment: !isChanged && result ? unchanged : comments.join('; ') }
}
