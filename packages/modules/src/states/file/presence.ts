// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, isAbsolute, join } from 'node:path'
import { isSaltError, messageOf, systemCodeOf } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { ownUser } from '../../execution/file/accounts.ts'
import { makeDirectories } from '../../execution/file/directories.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { atPlace } from '../../execution/file/place.ts'
import { statsOf } from '../../execution/file/stats.ts'
import { touchFile } from '../../execution/file/touch.ts'
import { failure, type Result, success } from './result.ts'
import { anything } from './shared-arguments.ts'

interface Named {
  readonly name: string
}

/** `file.absent`. */
export async function makeAbsent(ctx: StateContext, args: Named): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.absent')
  const name = await expandUser(ctx, args.name)
  if (!isAbsolute(name)) return failure(`Specified file ${name} is not an absolute path`)
  if (/^\/+$/.test(name)) return failure('Refusing to make "/" absent')
  const facts = await ctx.fs.stat(name, { followLinks: false })
  if (facts === undefined) return { ...success(`File ${name} is not present`), name }
  const isDirectory = facts.type === 'directory'
  const kind = isDirectory ? 'directory' : 'file'
  const changes = { removed: name }
  if (ctx.state.test)
    return {
      name,
      changes,
      result: null,
      comment: `${isDirectory ? 'Directory' : 'File'} ${name} is set for removal`,
    }
  try {
    const work = (place: string) => ctx.fs.remove(place, { recursive: isDirectory })
    await atPlace(ctx, name, { followLinks: false, work })
  } catch (error) {
    const problem = systemProblem(error)
    return failure(
      isDirectory
        ? `Failed to remove directory ${name}: ${problem}`
        : `Could not remove '${name}': ${problem}`,
    )
  }
  return { name, changes, result: true, comment: `Removed ${kind} ${name}` }
}

/** `file.exists`. */
export async function checkExists(ctx: StateContext, args: Named): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.exists')
  const name = await expandUser(ctx, args.name)
  const result = await ctx.fs.exists(name)
  return {
    ...(result ? success(`Path ${name} exists`) : failure(`Specified path ${name} does not exist`)),
    name,
  }
}

/** `file.missing`. */
export async function checkMissing(ctx: StateContext, args: Named): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.missing')
  const name = await expandUser(ctx, args.name)
  const isThere = await ctx.fs.exists(name)
  return {
    ...(isThere ? failure(`Specified path ${name} exists`) : success(`Path ${name} is missing`)),
    name,
  }
}

/** The arguments of `file.touch`. */
export const touchArguments = {
  atime: anything('When it was read last, in seconds since 1970.'),
  mtime: anything('When it was changed last.'),
  makedirs: arg.boolean('Whether directories above it are made.').default(false),
}

/** `file.touch`. */
export async function touch(
  ctx: StateContext,
  args: Named & Partial<Values<typeof touchArguments>>,
): Promise<Result> {
  if (args.name === '') return failure('Must provide name to file.touch')
  const name = await expandUser(ctx, args.name)
  if (!isAbsolute(name)) return failure(`Specified file ${name} is not an absolute path`)
  if (ctx.state.test) return plannedTouch(ctx, name, args)
  if (args.makedirs) await makeDirectories(ctx, dirname(name), {})
  if (!(await ctx.fs.isDirectory(dirname(name))))
    return failure(`Directory not present to touch file ${name}`)
  const before = await ctx.fs.stat(name)
  await atPlace(ctx, name, { followLinks: true, work: (place) => touchFile(ctx, place, args) })
  if (before === undefined)
    return { name, changes: { new: name }, result: true, comment: `Created empty file ${name}` }
  const kind = before.type === 'directory' ? 'directory' : 'file'
  return { name, changes: { touched: name }, result: true, comment: `Updated times on ${kind} ${name}` }
}

async function plannedTouch(
  ctx: StateContext,
  name: string,
  { atime, mtime }: Partial<Values<typeof touchArguments>>,
): Promise<Result> {
  const facts = await ctx.fs.stat(name)
  if (facts === undefined)
    return { name, changes: { new: name }, result: null, comment: `File ${name} is set to be created` }
  const differs = (wanted: unknown, ms: number) =>
    wanted !== undefined && wanted !== null && Number(wanted) !== ms / 1000
  if (differs(atime, facts.atimeMs) || differs(mtime, facts.mtimeMs))
    return {
      name,
      changes: { touched: name },
      result: null,
      comment: `Times set to be updated on file ${name}`,
    }
  return {
    name,
    changes: { new: name },
    result: true,
    comment: `File ${name} exists and has the correct times`,
  }
}

/** The arguments of `file.rename`. */
export const renameArguments = {
  source: arg.string('What is moved.'),
  force: arg.boolean('Whether what is there is removed.').default(false),
  makedirs: arg.boolean('Whether directories above it are made.').default(false),
  kwargs: arg.keywords('Whatever else is given counts for nothing.'),
}

/** `file.rename`. */
export async function rename(
  ctx: StateContext,
  args: Named & Values<typeof renameArguments>,
): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.rename')
  const name = await expandUser(ctx, args.name)
  const source = await expandUser(ctx, args.source)
  const lexists = async (path: string) => (await ctx.fs.stat(path, { followLinks: false })) !== undefined
  if (!isAbsolute(name)) return failure(`Specified file ${name} is not an absolute path`)
  if (!(await lexists(source))) return success(`Source file "${source}" has already been moved out of place`)
  const isThere = await lexists(name)
  if (isThere && !args.force) return success(`The target file "${name}" exists and will not be overwritten`)
  if (ctx.state.test)
    return { name, changes: {}, result: null, comment: `File "${source}" is set to be moved to "${name}"` }
  if (!(await ctx.fs.isDirectory(dirname(name)))) {
    if (!args.makedirs) return failure(`The target directory ${dirname(name)} is not present`)
    await makeDirectories(ctx, dirname(name), {})
  }
  try {
    const work = async (place: string) => {
      if (isThere) await ctx.fs.remove(place, { recursive: true })
      await atPlace(ctx, source, { followLinks: false, work: (from) => move(ctx, from, place) })
    }
    await atPlace(ctx, name, { followLinks: false, work })
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return failure(`Failed to move "${source}" to "${name}"`)
  }
  return { name, changes: { [name]: source }, result: true, comment: `Moved "${source}" to "${name}"` }
}

/** Moves a file or link, to another file system too. */
export async function move({ fs }: Pick<StateContext, 'fs'>, from: string, to: string): Promise<void> {
  const target = (await fs.isDirectory(to)) ? join(to, basename(from)) : to
  try {
    await fs.rename(from, target)
  } catch (error) {
    const facts = await fs.stat(from, { followLinks: false })
    if (systemCodeOf(error) !== 'EXDEV' || (facts?.type !== 'file' && facts?.type !== 'link')) throw error
    if (facts.type === 'link') await fs.link(await fs.readLink(from), target)
    else {
      await fs.replace(target, from, { mode: facts.mode & 0o7777, followLinks: false })
      await fs.setOwner(target, facts.uid, facts.gid)
      await fs.setTimes(target, facts.atimeMs, facts.mtimeMs)
    }
    await fs.remove(from)
  }
}

/** A text that says why the system refused; other errors are thrown on. */
export function systemProblem(error: unknown): string {
  if (systemCodeOf(error) === undefined && !isSaltError(error)) throw error
  return messageOf(error)
}

/** Whom a link belongs to. */
export async function linkOwner(ctx: StateContext, path: string) {
  const { user, group } = await statsOf(ctx, path, { followLinks: false })
  return { user, group }
}

/** The user that states make links as, unless they name one. */
export function defaultUser({ options }: StateContext): string {
  const user = options['user']
  return typeof user === 'string' && user !== '' ? user : ownUser()
}
