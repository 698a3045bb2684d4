// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, isAbsolute, join, normalize } from 'node:path'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { gidOf, groupOf, primaryGroupOf, uidOf } from '../../execution/file/accounts.ts'
import { makeDirectories } from '../../execution/file/directories.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { applyPermissions, type Permissions } from '../../execution/file/permissions.ts'
import { atPlace, removeAt } from '../../execution/file/place.ts'
import { normalMode } from '../../execution/file/stats.ts'
import { defaultUser, linkOwner, move, systemProblem } from './presence.ts'
import { failure, type Result } from './result.ts'
import { anything, ownerArguments, ownersOf } from './shared-arguments.ts'

/** The arguments of `file.symlink`. */
export const symlinkArguments = {
  target: arg.string('What it leads to.'),
  force: arg.boolean('Whether what is there is removed.').default(false),
  backupname: arg.string('Where what is there is moved to: a path, or a name beside it.').optional(),
  makedirs: arg.boolean('Whether directories above it are made.').default(false),
  ...ownerArguments,
  mode: anything('Mode of the directories that are made.'),
  win_owner: arg.unsupported(null, 'permissions of Windows are not built yet'),
  win_perms: arg.unsupported(null, 'permissions of Windows are not built yet'),
  win_deny_perms: arg.unsupported(null, 'permissions of Windows are not built yet'),
  win_inheritance: arg.unsupported(null, 'permissions of Windows are not built yet'),
  atomic: arg.boolean('Whether a link that is there is replaced in one step.').default(false),
  disallow_copy_and_unlink: arg.boolean('Kept for old states.').default(false),
  inherit_user_and_group: arg.boolean('Whether the owners of a link that is there are kept.').default(false),
  follow_symlinks: arg.boolean('Whether a link that leads nowhere counts as missing.').default(true),
  kwargs: arg.keywords('Whatever else is given counts for nothing.'),
}

type SymlinkValues = Values<typeof symlinkArguments> & { readonly name: string }

interface Owners {
  readonly user: string | number
  readonly group: string | number
}

/** `file.symlink`. */
export async function makeSymlink(ctx: StateContext, args: SymlinkValues): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.symlink')
  const name = await expandUser(ctx, args.name)
  const owners = await wantedOwners(ctx, name, args)
  const problem = await preflight(ctx, owners, [[name, 'file']])
  if (problem !== undefined) return problem
  const parent = await parentOf(ctx, name, { args, owners })
  if (ctx.state.test) {
    const planned = await plannedLink(ctx, name, { args, owners })
    return { ...planned, comment: `${planned.comment}${parent.note}`, name }
  }
  if (parent.problem !== undefined) return parent.problem
  return { ...(await linked(ctx, name, { args, owners })), name }
}

interface Call {
  readonly args: SymlinkValues
  readonly owners: Owners
}

async function wantedOwners(ctx: StateContext, name: string, args: SymlinkValues): Promise<Owners> {
  const given = ownersOf(args)
  const isLink = (await ctx.fs.stat(name, { followLinks: false }))?.type === 'link'
  const current = args.inherit_user_and_group && isLink ? await linkOwner(ctx, name) : undefined
  const user = given.user ?? current?.user ?? defaultUser(ctx)
  return { user, group: given.group ?? current?.group ?? (await usualGroup(ctx, user)) }
}

/** The group of a user by name; the user's own name when it is not known. */
export async function usualGroup(ctx: StateContext, user: string | number): Promise<string | number> {
  if (typeof user === 'number') return user
  const gid = await primaryGroupOf(ctx, user)
  return gid === undefined ? user : groupOf(ctx, gid)
}

/** What is wrong with users and paths, all of it. */
export async function preflight(
  ctx: StateContext,
  { user, group }: Owners,
  paths: readonly (readonly [path: string, what: string])[],
): Promise<Result | undefined> {
  const problems: string[] = []
  if ((await uidOf(ctx, user)) === undefined) problems.push(`User ${user} does not exist`)
  if ((await gidOf(ctx, group)) === undefined) problems.push(`Group ${group} does not exist`)
  for (const [path, what] of paths) {
    if (!isAbsolute(path)) problems.push(`Specified ${what} ${path} is not an absolute path`)
  }
  if (problems.length === 0) return undefined
  return failure(problems.length === 1 ? (problems[0] as string) : `${problems.join('. ')}.`)
}

async function parentOf(
  ctx: StateContext,
  name: string,
  { args, owners }: Call,
): Promise<{ readonly note: string; readonly problem?: Result }> {
  const parent = dirname(name)
  if (await ctx.fs.isDirectory(parent)) return { note: '' }
  const missing = `Directory ${parent} for symlink is not present`
  if (!args.makedirs) return { note: `\n${missing}`, problem: failure(missing) }
  const mode = normalMode(args.mode)
  if (!ctx.state.test) await makeDirectories(ctx, parent, { ...owners, mode })
  return { note: `\n${parent} will be created` }
}

async function plannedLink(ctx: StateContext, name: string, { args, owners }: Call): Promise<Result> {
  const { target, force } = args
  const facts = await ctx.fs.stat(name, { followLinks: false })
  if (facts === undefined)
    return {
      changes: { new: name },
      result: null,
      comment: `Symlink ${name} to ${target} is set for creation`,
    }
  if (facts.type !== 'link') {
    const comment = `The file or directory ${name} is set for removal to make way for a new symlink targeting ${target}`
    if (force) return { changes: {}, result: null, comment }
    return failure(`File or directory exists where the symlink ${name} should be. Did you mean to use force?`)
  }
  if ((await ctx.fs.readLink(name)) !== target)
    return {
      changes: { change: name },
      result: null,
      comment: `Link ${name} target is set to be changed to ${target}`,
    }
  const comment = `The symlink ${name} is present`
  const current = await linkOwner(ctx, name)
  if (await isOwnedBy(ctx, name, owners)) return { changes: {}, result: true, comment }
  const change = `, but the ownership of the symlink would be changed from ${current.user}:${current.group} to ${owners.user}:${owners.group}`
  return {
    changes: { ownership: `${current.user}:${current.group}` },
    result: null,
    comment: `${comment}${change}`,
  }
}

async function linked(ctx: StateContext, name: string, call: Call): Promise<Result> {
  const { args, owners } = call
  const { target, force, atomic } = args
  const facts = await ctx.fs.stat(name, { followLinks: false })
  if (facts?.type === 'link' && normalize(await ctx.fs.readLink(name)) === normalize(target))
    return ownedLink(ctx, name, owners)
  if (facts !== undefined && facts.type !== 'link') {
    if (args.backupname !== undefined) {
      const problem = await movedAway(ctx, name, args)
      if (problem !== undefined) return problem
    } else if (!force && !atomic) {
      const kind =
        facts.type === 'file' ? 'File' : facts.type === 'directory' ? 'Directory' : 'File system entry'
      return failure(`${kind} exists where the symlink ${name} should be`)
    }
  }
  try {
    await placeLink(ctx, name, target)
  } catch (error) {
    return failure(`Unable to create new symlink ${name} -> ${target}: ${systemProblem(error)}`)
  }
  const comment = `Created new symlink ${name} -> ${target}`
  const isOwned = (await isOwnedBy(ctx, name, owners)) || (await own(ctx, name, owners))
  if (isOwned) return { changes: { new: name }, result: true, comment }
  return {
    changes: { new: name },
    result: false,
    comment: `${comment}, but was unable to set ownership to ${owners.user}:${owners.group}`,
  }
}

/** Puts a link in the place of what is there: of a file or link in one step. */
export async function placeLink(
  ctx: Pick<StateContext, 'fs' | 'platform'>,
  name: string,
  target: string,
): Promise<void> {
  await atPlace(ctx, name, { followLinks: false, work: (place) => putLink(ctx, place, target) })
}

async function putLink({ fs }: Pick<StateContext, 'fs'>, place: string, target: string): Promise<void> {
  if ((await fs.stat(place, { followLinks: false }))?.type === 'directory')
    await fs.remove(place, { recursive: true })
  const temporary = join(dirname(place), `.${crypto.randomUUID()}.tmp`)
  try {
    await fs.link(target, temporary)
    await fs.rename(temporary, place)
  } catch (error) {
    await fs.remove(temporary)
    throw error
  }
}

async function ownedLink(ctx: StateContext, name: string, owners: Owners): Promise<Result> {
  const whom = `${owners.user}:${owners.group}`
  if (await isOwnedBy(ctx, name, owners))
    return { changes: {}, result: true, comment: `Symlink ${name} is present and owned by ${whom}` }
  if (await own(ctx, name, owners))
    return {
      changes: { ownership: whom },
      result: true,
      comment: `Set ownership of symlink ${name} to ${whom}`,
    }
  return failure(`Failed to set ownership of symlink ${name} to ${whom}`)
}

async function isOwnedBy(ctx: StateContext, name: string, { user, group }: Owners): Promise<boolean> {
  const facts = await ctx.fs.stat(name, { followLinks: false })
  return facts?.uid === (await uidOf(ctx, user)) && facts?.gid === (await gidOf(ctx, group))
}

async function own(ctx: StateContext, name: string, owners: Permissions): Promise<boolean> {
  return (await applyPermissions(ctx, name, { ...owners, test: false })).result
}

async function movedAway(ctx: StateContext, name: string, args: SymlinkValues): Promise<Result | undefined> {
  const given = args.backupname ?? ''
  const isName = given === basename(given)
  if (!isAbsolute(given) && !isName)
    return failure(`Backupname must be an absolute path or a file name: ${given}`)
  const backup = isAbsolute(given) ? given : join(dirname(normalize(name)), given)
  if ((await ctx.fs.stat(backup, { followLinks: false })) !== undefined) {
    if (!args.force)
      return failure(
        `Symlink & backup dest exists and Force not set. ${name} -> ${args.target} - backup: ${backup}`,
      )
    await removeAt(ctx, backup, { recursive: true })
  }
  try {
    await move(ctx, name, backup)
    return undefined
  } catch (error) {
    return failure(`Unable to rename ${name} to backup ${backup} -> : ${systemProblem(error)}`)
  }
}
