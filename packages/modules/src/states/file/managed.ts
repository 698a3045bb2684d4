// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import { isSaltError, isTruthy, messageOf, pythonStr } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { type Managed, manage, plannedChanges } from '../../execution/file/manage.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { unknownAccounts } from '../../execution/file/permissions.ts'
import { forgetCopy, templateContext } from '../../execution/file/sources.ts'
import { normalMode } from '../../execution/file/stats.ts'
import { accumulatedFor } from './accumulated.ts'
import { checkCommand } from './check-command.ts'
import { hasContents } from './contents.ts'
import { keepsMode, type ManagedValues } from './managed-arguments.ts'
import { contentOfSource, givenContent } from './managed-content.ts'
import { permissionsOnly } from './managed-permissions.ts'
import { failure, type Result, success } from './result.ts'
import { ownersOf } from './shared-arguments.ts'

/** `file.managed`. */
export async function manageFile(ctx: StateContext, args: ManagedValues): Promise<StateReturn> {
  if (args.name === '') return failure('Destination file name is required')
  const name = await expandUser(ctx, args.name)
  const problem = (await wrongArguments(ctx, name, args)) ?? (await wrongPlace(ctx, name, args))
  if (problem !== undefined) return problem
  const warnings =
    'file_mode' in args.kwargs
      ? ["The 'file_mode' argument will be ignored.  Please use 'mode' instead to set file permissions."]
      : []
  const outcome = await managedResult(ctx, name, args)
  return warnings.length === 0 ? { ...outcome, name } : { ...outcome, name, warnings }
}

async function wrongArguments(
  ctx: StateContext,
  name: string,
  args: ManagedValues,
): Promise<Result | undefined> {
  const count = [args.contents, args.contents_pillar, args.contents_grains].filter(
    (one) => one !== undefined && one !== null,
  ).length
  const three = "'contents', 'contents_pillar', or 'contents_grains'"
  if (isTruthy(args.source) && count > 0)
    return failure(`'source' cannot be used in combination with ${three}`)
  if (keepsMode(args) && count > 0)
    return failure(`Mode preservation cannot be used in combination with ${three}`)
  if (count > 1)
    return failure("Only one of 'contents', 'contents_pillar', and 'contents_grains' is permitted")
  if (ctx.platform === 'win32' && args.mode !== undefined && args.mode !== null)
    return failure("The 'mode' option is not supported on Windows")
  const mode = keepsMode(args) ? undefined : normalMode(args.mode)
  if (mode !== undefined && !/^[0-7]{4,5}$/.test(mode))
    return failure(`Invalid mode ${pythonStr(args.mode)} of ${name}: write it in octal digits, such as 0644`)
  return undefined
}

async function wrongPlace(ctx: StateContext, name: string, args: ManagedValues): Promise<Result | undefined> {
  if (!args.create && !(await ctx.fs.isFile(name)))
    return success(`File ${name} is not present and is not set for creation`)
  const unknown = ctx.state.test ? '' : await unknownAccounts(ctx, ownersOf(args))
  if (unknown !== '') return failure(unknown)
  if (!isAbsolute(name)) return failure(`Specified file ${name} is not an absolute path`)
  if (await ctx.fs.isDirectory(name)) return failure(`Specified target ${name} is a directory`)
  return undefined
}

async function managedResult(ctx: StateContext, name: string, args: ManagedValues): Promise<Result> {
  const hasContent = hasContents(args)
  if ((!args.replace || (!isTruthy(args.source) && !hasContent)) && (await ctx.fs.exists(name)))
    return permissionsOnly(ctx, name, args)
  const context = templateContext(args.context, args.defaults)
  if (typeof context === 'string') return failure(context)
  const accumulator = accumulatedFor(ctx, name)
  if (accumulator !== undefined) context['accumulator'] = accumulator
  try {
    const found = hasContent
      ? await givenContent(ctx, args, context)
      : await contentOfSource(ctx, name, { args, context })
    if ('result' in found) return found
    const wanted: Managed = {
      name,
      ...found,
      ...ownersOf(args),
      mode: found.mode ?? (keepsMode(args) ? undefined : normalMode(args.mode)),
      makedirs: args.makedirs,
      dirMode: normalMode(args.dir_mode),
      backup: args.backup,
      showChanges: args.show_changes,
      followLinks: args.follow_symlinks,
    }
    if (ctx.state.test) return planned(await plannedChanges(ctx, wanted), name)
    const refused = await checkCommand(ctx, wanted, args)
    const outcome = refused ?? (await manage(ctx, wanted))
    if (!args.keep_source && found.source !== undefined)
      await forgetCopy(ctx, found.source, ctx.state.saltenv)
    return outcome
  } catch (error) {
    if (!isSaltError(error)) throw error
    return failure(`Unable to manage file: ${messageOf(error)}`)
  }
}

function planned(changes: Record<string, unknown>, name: string): Result {
  if (Object.keys(changes).length === 0) return success(`The file ${name} is in the correct state`)
  const note = 'Note: No changes made, actual changes may\nbe different due to other states.'
  return { changes, result: null, comment: `The file ${name} is set to be changed\n${note}` }
}
