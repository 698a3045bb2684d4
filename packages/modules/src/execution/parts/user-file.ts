// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path'
import { isSaltError, SaltError } from '@halite/core'
import type { ExecContext, FileFacts, HeldDirectory } from '@halite/loader'
import { allAccounts, uidOf } from '../file/accounts.ts'

/** Somebody with a home. */
export interface Account {
  readonly user: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/** A file in a directory that is held: whoever may write there leads us to no other file. */
export interface UserFile {
  /** As it is named to people. */
  readonly path: string
  /** Its text; undefined when it does not exist. Rejects with COMMAND_FAILED for what is no file. */
  read(): Promise<string | undefined>
  /** Replaces it as a whole. A new one belongs to `owner`, with these permission bits; another one keeps what it has. */
  write(text: string, made: { readonly owner?: Account | undefined; readonly mode: number }): Promise<void>
}

const mostLinks = 32
const mostBytes = 16 * 1024 * 1024

/** An account by name; undefined when there is none. */
export async function accountOf(ctx: ExecContext, user: string): Promise<Account | undefined> {
  const uid = await uidOf(ctx, user)
  const { homes, primary } = await allAccounts(ctx)
  const [home, gid] = [homes.get(user), primary.get(user)]
  return uid === undefined || home === undefined || gid === undefined ? undefined : { user, uid, gid, home }
}

/** Which file, and how it is opened. */
export interface UserFilePlace {
  /** Its full path. */
  readonly path: string
  /** Makes the directory that it lies in, 0o700, for this account. */
  readonly makeFor?: Account | undefined
}

/**
 * Works with a file below directories that users may write. Links on the way are followed only when they belong to root or
 * to us. Gives undefined where its directory does not exist and is not to be made. Rejects with COMMAND_FAILED for a link of somebody else.
 */
export async function withUserFile<T>(
  ctx: ExecContext,
  { path, makeFor }: UserFilePlace,
  work: (file: UserFile) => Promise<T>,
): Promise<T | undefined> {
  const place = await openPlace(ctx, path, makeFor)
  if (place === undefined) return undefined
  try {
    return await work(fileIn(ctx, place, path))
  } finally {
    await place.directory.close()
  }
}

interface Place {
  readonly directory: HeldDirectory
  readonly name: string
}

/** Walks from the root, directory by directory. */
async function openPlace(
  ctx: ExecContext,
  path: string,
  makeFor: Account | undefined,
): Promise<Place | undefined> {
  if (!isAbsolute(path) || /\p{Cc}/u.test(path))
    throw new SaltError('ARGUMENTS_INVALID', `${JSON.stringify(path)} is not the full path of a file`)
  const parts = partsOf(path)
  let directory = await ctx.fs.hold('/')
  let links = 0
  try {
    while (parts.length > 0) {
      const name = parts.shift() ?? ''
      const at = join(directory.path, name)
      const found = await ctx.fs.stat(at, { followLinks: false })
      const isLast = parts.length === 0
      if (found?.type === 'link') {
        links += 1
        const target = await trustedTarget(ctx, at, { found, path, links })
        parts.unshift(...partsOf(target))
        if (isAbsolute(target)) directory = await moved(directory, await ctx.fs.hold('/'))
      } else if (isLast) return { directory, name }
      else if (found !== undefined) directory = await moved(directory, await ctx.fs.hold(at))
      else if (makeFor === undefined || parts.length > 1) return await nowhere(directory)
      else directory = await moved(directory, await makeDirectory(ctx, at, makeFor))
    }
  } catch (error) {
    await directory.close()
    throw isSaltError(error)
      ? error
      : new SaltError('COMMAND_FAILED', `${path} cannot be reached: ${String(error)}`, { cause: error })
  }
  return nowhere(directory)
}

/** What a link says that nobody but root and we may have made. */
async function trustedTarget(
  ctx: ExecContext,
  at: string,
  { found, path, links }: { readonly found: FileFacts; readonly path: string; readonly links: number },
): Promise<string> {
  const target = await ctx.fs.readLink(at)
  const again = await ctx.fs.stat(at, { followLinks: false })
  const isSame = again?.ino === found.ino && again.ctimeMs === found.ctimeMs && again.uid === found.uid
  const isTrusted = found.uid === 0 || found.uid === process.geteuid?.()
  if (isSame && isTrusted && links <= mostLinks && !partsOf(target).includes('..')) return target
  throw new SaltError('COMMAND_FAILED', `${path} leads through a link of a user`, {
    hint: 'Have a directory and a file in their place: links there could lead anywhere.',
  })
}

async function makeDirectory(ctx: ExecContext, at: string, { uid, gid }: Account): Promise<HeldDirectory> {
  await ctx.fs.makeDirectory(at, { mode: 0o700 })
  if (process.geteuid?.() === 0) await ctx.fs.setOwner(at, uid, gid)
  return ctx.fs.hold(at)
}

async function moved(from: HeldDirectory, to: HeldDirectory): Promise<HeldDirectory> {
  await from.close()
  return to
}

async function nowhere(directory: HeldDirectory): Promise<undefined> {
  await directory.close()
  return undefined
}

function fileIn(ctx: ExecContext, { directory, name }: Place, path: string): UserFile {
  const at = join(directory.path, name)
  const facts = async () => {
    const found = await ctx.fs.stat(at, { followLinks: false })
    if (found === undefined || (found.type === 'file' && found.size <= mostBytes)) return found
    throw new SaltError('COMMAND_FAILED', `${path} is ${found.type === 'file' ? 'too large' : 'not a file'}`)
  }
  return {
    path,
    read: async () => (await facts()) && (await ctx.fs.read(at, { followLinks: false })).toString('utf8'),
    write: async (text, { owner, mode }) => {
      const before = await facts()
      await ctx.fs.write(at, text, { mode: before === undefined ? mode : before.mode & 0o7777 })
      const ids = before ?? owner
      if (ids !== undefined && process.geteuid?.() === 0) await ctx.fs.setOwner(at, ids.uid, ids.gid)
    },
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}
