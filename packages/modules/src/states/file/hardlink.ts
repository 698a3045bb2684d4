// SPDX-License-Identifier: Apache-2.0
import { dirname, isAbsolute } from 'node:path'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { makeDirectories } from '../../execution/file/directories.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { atPlace } from '../../execution/file/place.ts'
import { normalMode } from '../../execution/file/stats.ts'
import { systemText } from '../../execution/file/system-errors.ts'
import { defaultUser } from './presence.ts'
import { failure, type Result, success } from './result.ts'
import { anything, ownerArguments, ownersOf } from './shared-arguments.ts'
import { preflight, usualGroup } from './symlink.ts'

/** The arguments of `file.hardlink`. */
export const hardlinkArguments = {
  target: arg.string('The file that it is a second name of.'),
  force: arg.boolean('Whether a file that is there is removed.').default(false),
  makedirs: arg.boolean('Whether directories above it are made.').default(false),
  ...ownerArguments,
  dir_mode: anything('Mode of the directories that are made.'),
  kwargs: arg.keywords('Whatever else is given counts for nothing.'),
}

type HardlinkValues = Values<typeof hardlinkArguments> & { readonly name: string }

/** `file.hardlink`. */
export async function makeHardlink(ctx: StateContext, args: HardlinkValues): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.hardlink')
  const name = await expandUser(ctx, args.name)
  const given = ownersOf(args)
  const user = given.user ?? defaultUser(ctx)
  const owners = { user, group: given.group ?? (await usualGroup(ctx, user)) }
  const problem = await preflight(ctx, owners, [
    [name, 'file'],
    [args.target, 'target'],
  ])
  if (problem !== undefined) return problem
  const found = await lookAt(ctx, name, args)
  if (ctx.state.test) return { ...planned(name, args, found), name }
  return { ...(await linked(ctx, name, { args, found, owners })), name }
}

interface Found {
  readonly problem: string | undefined
  readonly isThere: boolean
  readonly isLink: boolean
  readonly isSame: boolean
}

async function lookAt(ctx: StateContext, name: string, { target }: HardlinkValues): Promise<Found> {
  const { fs } = ctx
  const [own, ofTarget] = await Promise.all([fs.stat(name, { followLinks: false }), fs.stat(target)])
  const isSame = own !== undefined && own.ino === ofTarget?.ino && own.dev === ofTarget.dev
  const atName = (await fs.isDirectory(name)) ? `Unable to hard link to directory ${name}` : undefined
  let atTarget: string | undefined
  if (ofTarget === undefined) atTarget = `Target ${target} for hard link does not exist`
  else if (ofTarget.type === 'directory') atTarget = `Unable to hard link from directory ${target}`
  // As in Salt, which looks at the target first when nothing may change.
  const problem = ctx.state.test ? (atTarget ?? atName) : (atName ?? atTarget)
  return { problem, isThere: own !== undefined, isLink: (own?.nlink ?? 0) > 1, isSame }
}

function planned(name: string, { target, force }: HardlinkValues, found: Found): Result {
  if (found.problem !== undefined) return failure(found.problem)
  if (!found.isThere) {
    const comment = `Hard link ${name} to ${target} is set for creation`
    return { changes: { new: name }, result: null, comment }
  }
  if (found.isSame) return success(`The hard link ${name} is presently targetting ${target}`)
  if (found.isLink) {
    const comment = `Link ${name} target is set to be changed to ${target}`
    return { changes: { change: name }, result: null, comment }
  }
  if (!force) {
    return failure(
      `File or directory exists where the hard link ${name} should be. Did you mean to use force?`,
    )
  }
  const comment = `The file or directory ${name} is set for removal to make way for a new hard link targeting ${target}`
  return { changes: {}, result: null, comment }
}

interface Call {
  readonly args: HardlinkValues
  readonly found: Found
  readonly owners: { readonly user: string | number; readonly group: string | number }
}

async function linked(ctx: StateContext, name: string, { args, found, owners }: Call): Promise<Result> {
  const { target, force } = args
  if (found.problem !== undefined) return failure(found.problem)
  const parent = dirname(name)
  if (!(await ctx.fs.isDirectory(parent))) {
    if (!args.makedirs) return failure(`Directory ${parent} for hard link is not present`)
    await makeDirectories(ctx, parent, { ...owners, mode: normalMode(args.dir_mode) })
  }
  if (found.isSame) return success(`Target of hard link ${name} is already pointing to ${target}`)
  if (found.isThere && !found.isLink && !force)
    return failure(`File exists where the hard link ${name} should be`)
  const isForced = found.isThere && !found.isLink
  const verb = found.isLink ? 'Set target of' : 'Created new'
  try {
    await atPlace(ctx, name, { followLinks: false, work: (place) => putLink(ctx, target, place) })
  } catch (error) {
    const what = found.isLink ? 'set target of' : 'create new'
    return failure(`Unable to ${what} hard link ${name} -> ${target}: ${systemText(error, name)}`)
  }
  return {
    changes: { ...(isForced && { forced: 'File for hard link was forcibly replaced' }), new: name },
    result: true,
    comment: `${verb} hard link ${name} -> ${target}`,
  }
}

/** In one step: whoever looks sees the file that was there, or the new one. */
async function putLink({ fs }: StateContext, target: string, name: string): Promise<void> {
  const temporary = `${dirname(name)}/.${crypto.randomUUID()}.tmp`
  const from = isAbsolute(target) ? await fs.realPath(target) : target
  try {
    await fs.hardLink(from, temporary)
    await fs.rename(temporary, name)
  } catch (error) {
    await fs.remove(temporary)
    throw error
  }
}
