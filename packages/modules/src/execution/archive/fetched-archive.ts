// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { guessedFormat, listArchive } from './list.ts'

interface Fetch {
  readonly name: string
  readonly saltenv: string
  readonly source_hash: string | undefined
  readonly use_etag: boolean
}

interface ListArguments extends Fetch {
  readonly archive_format: string | undefined
  readonly options: string | undefined
  readonly strip_components: unknown
  readonly clean: boolean
  readonly verbose: boolean
}

/** `archive.list`. */
export async function list(ctx: ExecContext, args: ListArguments): Promise<unknown> {
  const cached = await cachedArchive(ctx, args)
  const count = isTruthy(args.strip_components) ? Number(pythonStr(args.strip_components)) : 0
  if (!Number.isInteger(count) || count < 0)
    throw new SaltError('COMMAND_FAILED', "'strip_components' must be a positive integer")
  const path = args.name.replace(/^[a-z]+:\/\//i, '').replace(/[?#].*$/, '')
  const format = args.archive_format ?? guessedFormat(path)
  if (format === undefined)
    throw new SaltError(
      'COMMAND_FAILED',
      "Unable to guess archive format, please pass an 'archive_format' argument.",
    )
  const { name, options } = args
  const contents = await listArchive(ctx, cached, { name, format, options, stripComponents: count })
  if (args.clean) await ctx.fs.remove(cached)
  if (args.verbose) return contents
  return [...contents.dirs, ...contents.files, ...contents.links].sort()
}

/** The path of a copy of an archive on this minion. */
export async function cachedArchive({ files }: ExecContext, args: Fetch): Promise<string> {
  const cached = await files.cacheFile(args.name, {
    saltenv: args.saltenv,
    sourceHash: args.source_hash,
    useEtag: args.use_etag,
  })
  if (cached === undefined) throw new SaltError('COMMAND_FAILED', `Failed to cache ${args.name}`)
  return cached
}
