// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, isAbsolute, join } from 'node:path'
import { isSaltError, messageOf, systemCodeOf } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { gidOf, uidOf } from '../../execution/file/accounts.ts'
import { holds } from '../../execution/file/compare.ts'
import { copyTree } from '../../execution/file/copy.ts'
import { directoryMode, makeDirectories } from '../../execution/file/directories.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { applyPermissions, type Permissions, unknownAccounts } from '../../execution/file/permissions.ts'
import { atPlace } from '../../execution/file/place.ts'
import { normalMode, statsOf } from '../../execution/file/stats.ts'
import { walk } from '../../execution/file/walk.ts'
import { defaultUser } from './presence.ts'
import { failure, type Result, success } from './result.ts'
import { anything, ownerArguments, ownersOf } from './shared-arguments.ts'
import { usualGroup } from './symlink.ts'

/** The arguments of `file.copy`. */
export const copyArguments = {
  source: arg.string('The file or directory of the minion that is copied.'),
  force: arg.boolean('Whether what is there is replaced.').default(false),
  makedirs: arg.boolean('Whether directories above it are made.').default(false),
  preserve: arg.boolean('Whether it has the owners and the mode of the source.').default(false),
  ...ownerArguments,
  mode: anything('Its mode, in octal digits; default that of the source.'),
  dir_mode: anything('Mode of the directories that are made.'),
  subdir: arg.boolean('Whether it is put into ``name`` when that is a directory.').default(false),
  kwargs: arg.keywords('Whatever else is given counts for nothing.'),
}

type CopyValues = Values<typeof copyArguments> & { readonly name: string }

interface Wanted extends Permissions {
  readonly name: string
  readonly source: string
  readonly args: CopyValues
}

/** `file.copy`. */
export async function copy(ctx: StateContext, args: CopyValues): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.copy')
  const given = await expandUser(ctx, args.name)
  const source = await expandUser(ctx, args.source)
  const result = await checkedCopy(ctx, { given, source, args })
  return { ...result, name: given }
}

async function checkedCopy(
  ctx: StateContext,
  { given, source, args }: { readonly given: string; readonly source: string; readonly args: CopyValues },
): Promise<Result> {
  if (!isAbsolute(given)) return failure(`Specified file ${given} is not an absolute path`)
  if (!(await ctx.fs.exists(source))) return failure(`Source file "${source}" is not present`)
  const permissions = await permissionsOf(ctx, source, args)
  const unknown = args.preserve ? '' : await unknownAccounts(ctx, permissions)
  if (unknown !== '') return failure(unknown)
  const intoDirectory = args.subdir && (await ctx.fs.isDirectory(given))
  const name = intoDirectory ? join(given, basename(source)) : given
  return placed(ctx, { name, source, args, ...permissions })
}

async function permissionsOf(ctx: StateContext, source: string, args: CopyValues): Promise<Permissions> {
  const { user, group, mode } = await statsOf(ctx, source)
  if (args.preserve) return { user, group, mode }
  const owners = ownersOf(args)
  const owner = owners.user ?? defaultUser(ctx)
  return {
    user: owner,
    group: owners.group ?? (await usualGroup(ctx, owner)),
    mode: normalMode(args.mode) ?? mode,
  }
}

async function placed(ctx: StateContext, wanted: Wanted): Promise<Result> {
  const { name, source, args } = wanted
  const isThere = (await ctx.fs.stat(name, { followLinks: false })) !== undefined
  if (isThere && !args.force) return success(`The target file "${name}" exists and will not be overwritten`)
  if (ctx.state.test) {
    const comment = `File "${source}" is set to be copied to "${name}"`
    return { changes: {}, result: null, comment }
  }
  const isSame =
    (await ctx.fs.isFile(name)) && (await ctx.fs.isFile(source)) && (await holds(ctx, name, { path: source }))
  const parent = dirname(name)
  if (!(await ctx.fs.isDirectory(parent))) {
    if (!args.makedirs) return failure(`The target directory ${parent} is not present`)
    const mode = normalMode(args.dir_mode) ?? directoryMode(wanted.mode)
    await makeDirectories(ctx, parent, { user: wanted.user, group: wanted.group, mode })
  }
  const note = isSame ? ' - files are identical but force flag is set' : ''
  return copied(ctx, wanted, `Copied "${source}" to "${args.name}"${note}`)
}

async function copied(ctx: StateContext, wanted: Wanted, comment: string): Promise<Result> {
  const { name, source, args } = wanted
  const isDirectory = await ctx.fs.isDirectory(source)
  try {
    const work = async (place: string) => {
      if ((await ctx.fs.stat(place, { followLinks: false }))?.type === 'directory')
        await ctx.fs.remove(place, { recursive: true })
      await copyTree(ctx, await ctx.fs.realPath(source), { to: place, keepsAll: true })
    }
    await atPlace(ctx, name, { followLinks: false, work })
    if (isDirectory) await ownAll(ctx, wanted)
  } catch (error) {
    if (systemCodeOf(error) === undefined && !isSaltError(error)) throw error
    return failure(`Failed to copy "${source}" to "${name}": ${messageOf(error)}`)
  }
  const changes: Record<string, unknown> = { [name]: source }
  if (args.preserve) return { changes, result: true, comment }
  const applied = await applyPermissions(ctx, name, { ...wanted, test: false })
  Object.assign(changes, applied.changes)
  return applied.result
    ? { changes, result: true, comment }
    : { changes, result: false, comment: applied.comments.join('; ') }
}

/** All in a directory belongs to those to whom the directory does. */
async function ownAll(ctx: StateContext, { name, user, group }: Wanted): Promise<void> {
  const uid = user === undefined ? -1 : ((await uidOf(ctx, user)) ?? -1)
  const gid = group === undefined ? -1 : ((await gidOf(ctx, group)) ?? -1)
  for await (const { held, directories, files } of walk(ctx, name))
    for (const one of [...directories, ...files]) await ctx.fs.setLinkOwner(`${held}/${one}`, uid, gid)
}
