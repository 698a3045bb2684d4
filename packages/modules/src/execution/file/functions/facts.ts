// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { Float, SaltError, systemCodeOf } from '@halite/core'
import { arg, type ExecContext, fn } from '@halite/loader'
import { fileSystemFacts } from '../file-systems.ts'
import { absolutePath, expandUser, expandVariables } from '../paths.ts'
import { statsOf } from '../stats.ts'
import { orRefuse, systemText } from '../system-errors.ts'
import { walk } from '../walk.ts'

const path = arg.path('The path.')

/** Functions that say what is known of a path. */
export const factFunctions = {
  stats: fn({
    doc: 'Return what is known of a file: owners, mode, times, size, type, and where it is once links are followed.',
    examples: ["salt '*' file.stats /etc/passwd"],
    args: {
      path,
      hash_type: arg.string('Add its hash of this kind, such as ``sha256``.').optional(),
      follow_symlinks: arg.boolean('Whether of what a link leads to.').default(true),
    },
    run: (ctx, { path, hash_type, follow_symlinks }) =>
      statsOf(ctx, path, { hashType: hash_type, followLinks: follow_symlinks }),
  }),
  lstat: fn({
    doc: 'Return what the system call ``lstat`` says of a path; an empty map when nothing is there.',
    examples: ["salt '*' file.lstat /path/to/file"],
    args: { path },
    run: lstat,
  }),
  statvfs: fn({
    doc: 'Return what the system says of the file system that a path lies on.',
    examples: ["salt '*' file.statvfs /path/to/file"],
    args: { path },
    run: async (ctx, { path }) => {
      const at = await absolutePath(ctx, path, 'File path must be absolute.')
      return orRefuse(fileSystemFacts(ctx, at), () => `Could not statvfs '${at}'`)
    },
  }),
  readlink: fn({
    doc: 'Return what a symbolic link leads to, as it is written.',
    examples: ["salt '*' file.readlink /path/to/link"],
    args: {
      path,
      canonicalize: arg.boolean('Whether every link on the way is followed.').default(false),
    },
    run: readLink,
  }),
  readdir: fn({
    doc: 'Return the names in a directory, ``.`` and ``..`` in front.',
    examples: ["salt '*' file.readdir /path/to/dir/"],
    args: { path },
    run: async (ctx, { path }) => {
      const at = await absolutePath(ctx, path, 'Dir path must be absolute.')
      if (!(await ctx.fs.isDirectory(at)))
        throw new SaltError('ARGUMENTS_INVALID', 'A valid directory was not specified.')
      return ['.', '..', ...(await orRefuse(ctx.fs.list(at), (error) => systemText(error, at)))]
    },
  }),
  diskusage: fn({
    doc: 'Return the bytes that a file holds, or all files in a directory and below; one with several names counts once.',
    examples: ["salt '*' file.diskusage /path/to/check"],
    args: { path },
    run: async (ctx, { path }) => diskUsage(ctx, await expandUser(ctx, path)),
  }),
}

async function lstat(ctx: ExecContext, args: { readonly path: string }) {
  const at = await absolutePath(ctx, args.path, 'Path to file must be absolute.')
  const facts = await ctx.fs.stat(at, { followLinks: false })
  if (facts === undefined) return {}
  const { uid, gid, mode, nlink, size } = facts
  const seconds = (ms: number) => new Float(ms / 1000)
  return {
    st_atime: seconds(facts.atimeMs),
    st_ctime: seconds(facts.ctimeMs),
    st_gid: gid,
    st_mode: mode,
    st_mtime: seconds(facts.mtimeMs),
    st_nlink: nlink,
    st_size: size,
    st_uid: uid,
  }
}

async function readLink(
  ctx: ExecContext,
  { path: given, canonicalize }: { readonly path: string; readonly canonicalize: boolean },
): Promise<string> {
  const at = expandVariables(await expandUser(ctx, given))
  if (!isAbsolute(at)) throw new SaltError('ARGUMENTS_INVALID', `Path to link must be absolute: ${at}`)
  if ((await ctx.fs.stat(at, { followLinks: false }))?.type !== 'link')
    throw new SaltError('ARGUMENTS_INVALID', `A valid link was not specified: ${at}`)
  return canonicalize ? canonicalPath(ctx, at) : ctx.fs.readLink(at)
}

/** A kernel gives up after as many. */
const mostLinks = 40

/** The path without links; what does not exist is kept as it is written. */
async function canonicalPath(ctx: ExecContext, path: string, links = 0): Promise<string> {
  try {
    return await ctx.fs.realPath(path)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') return path
  }
  const isLink = (await ctx.fs.stat(path, { followLinks: false }))?.type === 'link'
  if (isLink && links < mostLinks)
    return canonicalPath(ctx, resolve(dirname(path), await ctx.fs.readLink(path)), links + 1)
  if (dirname(path) === path) return path
  return join(await canonicalPath(ctx, dirname(path), links), basename(path))
}

async function diskUsage(ctx: ExecContext, path: string): Promise<number> {
  const own = await ctx.fs.stat(path)
  if (own?.type === 'file') return own.size
  const seen = new Set<string>()
  let total = 0
  for await (const { held, files } of walk(ctx, path, { skipsUnreadable: true })) {
    for (const name of files) {
      const facts = await ctx.fs.stat(`${held}/${name}`)
      if (facts === undefined || seen.has(`${facts.dev} ${facts.ino}`)) continue
      seen.add(`${facts.dev} ${facts.ino}`)
      total += facts.size
    }
  }
  return total
}
