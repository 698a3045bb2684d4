// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { isSaltError, messageOf, systemCodeOf } from '@halite/core'
import type { FileFacts, StateContext } from '@halite/loader'
import { type Contents, listArchive } from '../../execution/archive/list.ts'
import { zipMembers } from '../../execution/archive/zip-reader.ts'
import { makeDirectories } from '../../execution/file/directories.ts'
import { hasHash } from '../../execution/file/hashes.ts'
import { removeAt } from '../../execution/file/place.ts'
import { failure, type Result } from '../file/result.ts'
import { giveOwners, type Ownership } from './ownership.ts'
import { unpack } from './unpack.ts'
import type { Wanted } from './wanted.ts'

/** Looks at what is there, extracts what is missing and gives it its owners. */
export async function settle(ctx: StateContext, wanted: Wanted): Promise<Result> {
  const problem = await lockedZip(ctx, wanted)
  if (problem !== undefined) return problem
  const contents = await listed(ctx, wanted)
  if ('result' in contents) return contents
  if (
    wanted.args.enforce_toplevel &&
    (contents.top_level_dirs.length > 1 || contents.top_level_files.length > 0)
  )
    return failure(bombText(wanted))
  const changes: Record<string, unknown> = {}
  const found = await compare(ctx, wanted, contents)
  const cleared = await clearWrongTypes(ctx, wanted, { found, changes })
  if (cleared !== undefined) return cleared
  const isNeeded = wanted.args.overwrite || found.isMissing || found.wrongTypes.length > 0 || wanted.isNewSum
  const reason =
    wanted.isNewSum && !found.isMissing && !wanted.args.overwrite
      ? ', due to source_hash update'
      : found.isMissing
        ? ', due to absence of one or more files/dirs'
        : ''
  if (isNeeded) {
    const ended = await extractNow(ctx, wanted, { contents, changes, reason })
    if (ended !== undefined) return ended
  }
  const ownership = await giveOwners(ctx, wanted, contents)
  if (ownership.isChanged) changes['updated ownership'] = true
  return told(ctx, wanted, { changes, isNeeded, reason, ownership })
}

async function lockedZip(
  ctx: StateContext,
  { args, format, cached, source }: Wanted,
): Promise<Result | undefined> {
  if (format !== 'zip' || args.password !== undefined) return undefined
  const members = await zipMembers(ctx, cached, source).catch((error: unknown) => {
    if (!isSaltError(error)) throw error
    return [] // what is wrong with it is told when it is listed
  })
  if (!members.some(({ isEncrypted }) => isEncrypted)) return undefined
  return failure(
    `Archive ${source} is password-protected, but no password was specified. Please set the 'password' argument.`,
  )
}

async function listed(ctx: StateContext, wanted: Wanted): Promise<Contents | Result> {
  const { args, cached, format, options } = wanted
  const strip =
    format === 'tar' ? /--strip(?:-components)?(?:\s+|=)["']?(\d+)["']?/.exec(options ?? '')?.[1] : undefined
  try {
    return await listArchive(ctx, cached, {
      name: cached,
      format,
      options: args.list_options,
      refuses: true,
      stripComponents: strip === undefined ? undefined : Number(strip),
    })
  } catch (error) {
    if (!isSaltError(error)) throw error
    return failure(messageOf(error))
  }
}

function bombText({ name, format }: Wanted): string {
  return `Archive does not have a single top-level directory. To allow this archive to be extracted, set 'enforce_toplevel' to False. To avoid a '${format}-bomb' it may also be advisable to set a top-level directory by adding it to the 'name' value (for example, setting 'name' to ${join(name, 'some_dir')} instead of ${name}).`
}

interface Found {
  readonly isMissing: boolean
  /** Names of members at whose places lies something of another type. */
  readonly wrongTypes: readonly string[]
}

async function compare(ctx: StateContext, { name }: Wanted, contents: Contents): Promise<Found> {
  let isMissing = false
  const wrongTypes: string[] = []
  const kinds: readonly [readonly string[], (type: FileFacts['type']) => boolean][] = [
    [contents.dirs, (type) => type === 'directory'],
    [contents.files, (type) => type !== 'link' && type !== 'directory'],
    [contents.links, (type) => type === 'link'],
  ]
  for (const [names, isRight] of kinds)
    for (const member of names) {
      const facts = await ctx.fs.stat(join(name, member.replace(/\/$/, '')), { followLinks: false })
      if (facts === undefined) isMissing = true
      else if (!isRight(facts.type)) wrongTypes.push(member)
    }
  return { isMissing, wrongTypes }
}

interface Clearing {
  readonly found: Found
  readonly changes: Record<string, unknown>
}

/** Removes what is of another type, where that is asked for; else says that it is in the way. */
async function clearWrongTypes(
  ctx: StateContext,
  { args, name }: Wanted,
  { found, changes }: Clearing,
): Promise<Result | undefined> {
  if (found.wrongTypes.length === 0) return undefined
  const paths = `\n\n${found.wrongTypes.map((path) => `- ${path}`).join('\n')}`
  const comment = `The below paths (relative to ${name}) exist, but are the incorrect type (file instead of directory, symlink instead of file, etc.).`
  if (ctx.state.test && args.clean)
    return {
      changes: {},
      result: null,
      comment: `${comment} Since the 'clean' option is enabled, the destination paths would be cleared and the archive would be extracted.${paths}`,
    }
  if (ctx.state.test && args.clean_parent)
    return {
      changes: {},
      result: null,
      comment: `${comment} Since the 'clean_parent' option is enabled, the destination parent directory would be removed first and then re-created and the archive would be extracted`,
    }
  if (args.clean) return undefined
  if (!args.force)
    return failure(
      `${comment} To proceed with extraction, set 'force' to True. Note that this will remove these paths before extracting.${paths}`,
    )
  const removed = found.wrongTypes.map((member) => join(name, member))
  if (!ctx.state.test)
    for (const path of removed) await removeAt(ctx, path.replace(/\/$/, ''), { recursive: true })
  changes['removed'] = removed
  return undefined
}

interface Extraction {
  readonly contents: Contents
  readonly changes: Record<string, unknown>
  readonly reason: string
}

/** Extracts the archive; a result says that it was not, or, with `test`, that it would be. */
async function extractNow(
  ctx: StateContext,
  wanted: Wanted,
  { contents, changes, reason }: Extraction,
): Promise<Result | undefined> {
  const { args, source, name } = wanted
  const hash = plainHashOf(wanted)
  if (hash !== undefined && !(await hasHash(ctx, source, hash.toLowerCase())))
    return failure(`${source} does not match the desired source_hash ${hash.replace(/^\w+=/, '')}`)
  if (ctx.state.test) {
    const clearing = args.clean ? ', after cleaning destination path(s)' : ''
    const comment = `Archive ${source} would be extracted to ${name}${clearing}${reason}`
    return { changes: {}, result: null, comment }
  }
  try {
    await clear(ctx, wanted, { contents, changes })
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return failure(
      `One or more paths could not be cleaned. The following errors were observed:\n\n- ${messageOf(error)}`,
    )
  }
  const isNew = !(await ctx.fs.isDirectory(name))
  if (isNew) await makeDirectories(ctx, name, { user: wanted.user, group: wanted.group })
  try {
    const outcome = await unpack(ctx, wanted)
    if ('failed' in outcome) return { ...failure(''), changes: outcome.failed }
    const files = wanted.trim === undefined ? outcome.files : outcome.files.slice(0, wanted.trim)
    if (files.length === 0) return failure(`No files were extracted from ${source}`)
    if (isNew) changes['directories_created'] = [name]
    changes['extracted_files'] = files
    return undefined
  } catch (error) {
    if (!isSaltError(error)) throw error
    if (isNew && (await ctx.fs.list(name)).length === 0) await removeAt(ctx, name, { recursive: true })
    return failure(messageOf(error))
  }
}

/** The hash that a local archive has to have: what is fetched is verified on the way. */
function plainHashOf({ args, source, cached }: Wanted): string | undefined {
  const hash = args.source_hash === undefined || args.source_hash === null ? '' : String(args.source_hash)
  const isPlain = /^(?:\w+=)?[0-9a-f]+$/i.test(hash)
  return cached === source && isPlain && !args.skip_verify ? hash : undefined
}

async function clear(
  ctx: StateContext,
  { args, name }: Wanted,
  { contents, changes }: Omit<Extraction, 'reason'>,
): Promise<void> {
  if (args.clean_parent && (await ctx.fs.exists(name))) {
    await removeAt(ctx, name.slice(0, -1), { recursive: true })
    changes['removed'] = `Directory ${name} was removed prior to the extraction`
  }
  if (!args.clean) return
  const removed: string[] = []
  for (const member of [...contents.top_level_dirs, ...contents.top_level_files]) {
    const path = join(name, member)
    if ((await ctx.fs.stat(path.replace(/\/$/, ''), { followLinks: false })) === undefined) continue
    await removeAt(ctx, path.replace(/\/$/, ''), { recursive: true })
    removed.push(path)
  }
  if (removed.length > 0) changes['removed'] = removed
}

interface Told {
  readonly changes: Record<string, unknown>
  readonly isNeeded: boolean
  readonly reason: string
  readonly ownership: Ownership
}

function told(ctx: StateContext, wanted: Wanted, { changes, isNeeded, reason, ownership }: Told): Result {
  const { source, name, trim } = wanted
  const trimmed = trim === undefined ? '' : `. Output was trimmed to ${trim} number of lines`
  const done = isNeeded
    ? `${source} extracted to ${name}${reason}${trimmed}`
    : 'All files in archive are already present'
  const isPlanned = ctx.state.test && ownership.isChanged
  const planned = isPlanned ? '. Ownership would be updated on one or more files/directories.' : ''
  const list = (what: string, paths: readonly string[]) =>
    paths.length === 0
      ? ''
      : `\n\nWhile trying to enforce user/group ownership, ${what}:\n${paths.map((path) => `\n- ${path}`).join('')}`
  const isBad =
    ownership.failed.length > 0 || (ownership.missing.length > 0 && wanted.args.if_missing === undefined)
  return {
    changes,
    result: isBad ? false : isPlanned ? null : true,
    comment: `${done}${planned}${list('the following paths were missing', ownership.missing)}${list('Salt was unable to change ownership on the following paths', ownership.failed)}`,
  }
}
