// SPDX-License-Identifier: Apache-2.0
import { isSaltError, messageOf } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { digestOf, hashText, type Sum, sourceSum } from '../../execution/file/hashes.ts'
import { canonicalPath, expandUser } from '../../execution/file/paths.ts'
import { schemeOf, withoutCredentials } from '../../execution/file/sources.ts'
import { systemText } from '../../execution/file/system-errors.ts'
import { failure, type Result, success } from './result.ts'
import { anything, signatureArguments } from './shared-arguments.ts'

const { signature: _, ...hashSignature } = signatureArguments

/** The arguments of `file.cached`. */
export const cachedArguments = {
  source_hash: anything('Its hash: digits, ``KIND=DIGITS``, or where a file with hashes lies.'),
  source_hash_name: arg.string('The name to look for in a file with hashes.').optional(),
  skip_verify: arg.boolean('Whether a file of a web server is taken without a hash.').default(false),
  saltenv: arg.string('Environment of a ``salt://`` URL that names none.').default('base'),
  use_etag: arg.boolean('Whether a web server is asked if it still has what was fetched.').default(false),
  ...hashSignature,
}

type CachedValues = Values<typeof cachedArguments> & { readonly name: string }

/** `file.cached`. */
export async function cache(ctx: StateContext, args: CachedValues): Promise<StateReturn> {
  const { name, skip_verify, use_etag } = args
  const scheme = schemeOf(name)
  const sourceHash = hashText(args.source_hash)
  const isRemote = ['http', 'https', 'ftp', 'swift', 's3'].includes(scheme)
  if (isRemote && !skip_verify && sourceHash === '' && !use_etag) {
    return failure(
      `Unable to verify upstream hash of source file ${withoutCredentials(name)}, please set source_hash or set skip_verify or use_etag to True`,
    )
  }
  try {
    const query = { ...args, source: name, sourceHash, sourceHashName: args.source_hash_name }
    const sum = sourceHash === '' ? undefined : await sourceSum(ctx, { ...query, name: '' })
    if (ctx.state.test) return await planned(ctx, args, sum)
    if (scheme === '' || scheme === 'file') return await local(ctx, args, sum)
    return await fetched(ctx, args, sum)
  } catch (error) {
    if (!isSaltError(error)) throw error
    return failure(withoutCredentials(messageOf(error)))
  }
}

async function planned(
  ctx: StateContext,
  { name, saltenv }: CachedValues,
  sum: Sum | undefined,
): Promise<Result> {
  const copy = await ctx.files.isCached(name, { saltenv })
  const text = async () => {
    if (copy === undefined) return `File will be cached: ${name}`
    if (sum === undefined) return `No hash found. File will be cached: ${name}`
    return (await digestOf(ctx, copy, sum.hash_type)) === sum.hsum
      ? `File already cached: ${name}`
      : `Hashes don't match.\nFile will be cached: ${name}`
  }
  return { changes: {}, result: null, comment: await text() }
}

async function local(ctx: StateContext, args: CachedValues, sum: Sum | undefined): Promise<Result> {
  const path = await canonicalPath(ctx, await expandUser(ctx, args.name.replace(/^file:\/\//i, '')))
  if (!(await ctx.fs.exists(path))) return failure(`File ${path} is not present on the minion`)
  if (args.skip_verify || sum === undefined) return success(`File ${path} is present on the minion`)
  const actual = await digestOf(ctx, path, sum.hash_type)
  return actual === sum.hsum
    ? success(`File ${path} is present on the minion and has hash ${actual}`)
    : failure(
        `File ${path} is present on the minion, but the hash (${actual}) does not match the specified hash (${sum.hsum})`,
      )
}

async function fetched(ctx: StateContext, args: CachedValues, sum: Sum | undefined): Promise<Result> {
  const { name, saltenv, use_etag, skip_verify } = args
  const kind = sum?.hash_type ?? String(ctx.options['hash_type'] ?? 'sha256')
  const before = await ctx.files.isCached(name, { saltenv })
  const old = before === undefined ? null : await digestOf(ctx, before, kind)
  const copy = await ctx.files.cacheFile(name, { saltenv, sourceHash: sum?.hsum, useEtag: use_etag })
  if (copy === undefined)
    return failure(`Failed to cache ${withoutCredentials(name)}, check minion log for more information`)
  const now = await digestOf(ctx, copy, kind)
  const changes: Record<string, unknown> = old === now ? {} : { hash: { old, new: now } }
  if (skip_verify || sum === undefined) return { changes, result: true, comment: `File is cached to ${copy}` }
  if (now === sum.hsum)
    return { changes, result: true, comment: `File is already cached to ${copy} with hash ${now}` }
  const comment = `File is cached to ${copy}, but the hash (${now}) does not match the specified hash (${sum.hsum})`
  return { changes, result: false, comment }
}

/** The arguments of `file.not_cached`. */
export const notCachedArguments = { saltenv: cachedArguments.saltenv }

/** `file.not_cached`. */
export async function forget(
  ctx: StateContext,
  { name, saltenv }: Values<typeof notCachedArguments> & { readonly name: string },
): Promise<StateReturn> {
  if (['', 'file'].includes(schemeOf(name))) {
    const path = await canonicalPath(ctx, await expandUser(ctx, name.replace(/^file:\/\//i, '')))
    return success(`File ${path} is a local path, no action taken`)
  }
  const copy = await ctx.files.isCached(name, { saltenv })
  if (copy === undefined) return success(`${name} is not cached`)
  if (ctx.state.test) return { changes: { deleted: true }, result: null, comment: `${copy} would be deleted` }
  try {
    await ctx.fs.remove(copy)
  } catch (error) {
    return failure(`Failed to delete ${copy}: ${systemText(error, copy)}`)
  }
  return { changes: { deleted: true }, result: true, comment: `${copy} was deleted` }
}
