// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext, FileFacts } from '@halite/loader'
import { atPlace } from './place.ts'
import { orRefuse, systemText } from './system-errors.ts'

/** How something is copied. */
export interface CopyOptions {
  readonly to: string
  readonly recurse: boolean
  readonly removeExisting: boolean
}

/**
 * Copies a file, or with `recurse` a directory, and gives the copy the owners and the mode of the original. Links in a directory
 * are copied as links: whoever may write there has no say in what else is copied. Rejects with
 * ARGUMENTS_INVALID for a directory without `recurse`, and with COMMAND_FAILED when it cannot be done.
 */
export async function copyPath(ctx: ExecContext, from: string, options: CopyOptions): Promise<void> {
  const { to, recurse, removeExisting } = options
  const facts = await ctx.fs.stat(from)
  if (facts === undefined) throw new SaltError('COMMAND_FAILED', `No such file or directory '${from}'`)
  const isTargetDirectory = await ctx.fs.isDirectory(to)
  if ((facts.type === 'directory' || isTargetDirectory) && !recurse) {
    throw new SaltError(
      'ARGUMENTS_INVALID',
      'Cannot copy overwriting a directory without recurse flag set to true!',
    )
  }
  const refusal = `Could not copy '${from}' to '${to}'`
  if (facts.type !== 'directory' && isTargetDirectory)
    throw new SaltError('COMMAND_FAILED', `${refusal}: that is a directory`)
  if (facts.type === 'other')
    throw new SaltError('COMMAND_FAILED', `${refusal}: it is neither a file nor a directory`)
  if (facts.type === 'directory' && `${to}/`.startsWith(`${from.replace(/\/+$/, '')}/`))
    throw new SaltError('COMMAND_FAILED', `${refusal}: that lies in it`)
  const work = async (source: string, target: string) => {
    if (facts.type === 'directory' && removeExisting) await ctx.fs.remove(target, { recursive: true })
    await copyTree(ctx, source, { to: target, keepsAll: removeExisting })
    await giveFacts(ctx, target, facts)
  }
  const follow = (path: string, next: (place: string) => Promise<void>) =>
    atPlace(ctx, path, { followLinks: true, work: next })
  const copying = follow(from, (source) => follow(to, (target) => work(source, target)))
  await orRefuse(copying, (error) => `${refusal}: ${systemText(error)}`)
}

export interface CopyTreeOptions {
  /** A directory that is there is added to. */
  readonly to: string
  /** Whether owners and times are kept too. */
  readonly keepsAll: boolean
}

/** Copies a file, link or directory with all that lies in it. Rejects with the system's error, and for devices and pipes. */
export async function copyTree(
  ctx: Pick<ExecContext, 'fs'>,
  from: string,
  { to, keepsAll }: CopyTreeOptions,
): Promise<void> {
  const target = (await ctx.fs.isDirectory(to)) ? await ctx.fs.realPath(to) : to
  await copyEntry(ctx, from, { to: target, keepsAll })
}

async function copyEntry(
  ctx: Pick<ExecContext, 'fs'>,
  from: string,
  options: CopyTreeOptions,
): Promise<void> {
  const { fs } = ctx
  const { to, keepsAll } = options
  const facts = await fs.stat(from, { followLinks: false })
  if (facts === undefined) return // it is gone since it was listed
  if (facts.type === 'directory') {
    await copyDirectory(ctx, from, { ...options, facts })
  } else if (facts.type === 'link') {
    const target = await fs.readLink(from)
    await fs.remove(to)
    await fs.link(target, to)
    if (keepsAll) await ignoreRefusal(fs.setLinkOwner(to, facts.uid, facts.gid))
  } else if (facts.type === 'file') {
    const isThere = (await fs.stat(to, { followLinks: false }))?.type === 'file'
    const mode = isThere ? {} : { mode: ownMode(facts) }
    await fs.replace(to, from, { durable: false, followLinks: false, ...mode })
    if (keepsAll) await giveFacts(ctx, to, facts)
  } else {
    throw new SaltError(
      'COMMAND_FAILED',
      `${from} is neither a file, a directory nor a link: it is not copied`,
    )
  }
}

async function copyDirectory(
  ctx: Pick<ExecContext, 'fs'>,
  from: string,
  { to, keepsAll, facts }: CopyTreeOptions & { readonly facts: FileFacts },
): Promise<void> {
  const { fs } = ctx
  const isThere = (await fs.stat(to, { followLinks: false })) !== undefined
  if (!isThere) await fs.makeDirectory(to, { mode: 0o700, parents: true })
  const source = await fs.hold(from)
  try {
    const target = await fs.hold(to)
    try {
      for (const name of await fs.list(source.path))
        await copyEntry(ctx, join(source.path, name), { to: join(target.path, name), keepsAll })
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
  if (keepsAll) await giveFacts(ctx, to, facts)
  else if (!isThere) await fs.setMode(to, ownMode(facts))
}

/** Of a copy: nobody may do more with it than with the original. */
function ownMode({ mode }: FileFacts): number {
  return mode & 0o777 & ~process.umask()
}

/** Without the right to give files away they stay ours. */
async function giveFacts(
  { fs }: Pick<ExecContext, 'fs'>,
  path: string,
  { uid, gid, mode, atimeMs, mtimeMs }: FileFacts,
): Promise<void> {
  await ignoreRefusal(fs.setOwner(path, uid, gid))
  await fs.setMode(path, mode & 0o7777)
  await ignoreRefusal(fs.setTimes(path, atimeMs, mtimeMs))
}

async function ignoreRefusal(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (systemCodeOf(error) !== 'EPERM') throw error
  }
}
