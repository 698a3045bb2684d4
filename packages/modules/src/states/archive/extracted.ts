// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, relative } from 'node:path'
import { isSaltError, isTruthy, messageOf, pythonStr } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { guessedFormat } from '../../execution/archive/list.ts'
import { gidOf, uidOf } from '../../execution/file/accounts.ts'
import { sourceSum } from '../../execution/file/hashes.ts'
import { canonicalPath, expandUser } from '../../execution/file/paths.ts'
import { accountOf } from '../../execution/file/permissions.ts'
import { chooseSource, forgetCopy, schemeOf, sourceContent } from '../../execution/file/sources.ts'
import { failure, type Result } from '../file/result.ts'
import { archiveSum, keepSum } from './checksum.ts'
import { settle } from './settle.ts'
import type { ExtractedValues, Wanted } from './wanted.ts'

/** `archive.extracted`. */
export async function extract(ctx: StateContext, args: ExtractedValues): Promise<StateReturn> {
  const warnings: string[] = []
  try {
    const result = await extracted(ctx, args, warnings)
    return { ...result, name: args.name, ...(warnings.length > 0 && { warnings }) }
  } catch (error) {
    if (!isSaltError(error)) throw error
    return { ...failure(messageOf(error)), name: args.name }
  }
}

async function extracted(ctx: StateContext, args: ExtractedValues, warnings: string[]): Promise<Result> {
  const wrong = (await wrongPlace(ctx, args)) ?? (await wrongOwner(ctx, args))
  if (wrong !== undefined) return wrong
  if (args.source_hash_update && !isTruthy(args.source_hash ?? null))
    warnings.push("The 'source_hash_update' argument is ignored when 'source_hash' is not also specified.")
  const { source: chosen, sourceHash } = await chooseSource(ctx, args.source, {
    sourceHash: args.source_hash,
    saltenv: ctx.state.saltenv,
  })
  if (chosen === undefined) return failure(`Invalid source "${pythonStr(args.source)}"`)
  const isLocal = ['', 'file'].includes(schemeOf(chosen))
  const source = isLocal
    ? await canonicalPath(ctx, await expandUser(ctx, chosen.replace(/^file:\/\//, '')))
    : chosen
  if (isLocal && !(await ctx.fs.isFile(source))) return failure(`Source file '${source}' does not exist`)
  const how = await formatOf(ctx, { args, source, warnings })
  if ('result' in how) return how
  const before = await sumBefore(ctx, { args, source, sourceHash, isLocal })
  if ('result' in before) return before
  const cached = isLocal ? source : await fetched(ctx, { args, source, sourceHash })
  if (typeof cached !== 'string') return cached
  const isNewSum = args.source_hash_update && (await hasNewSum(ctx, cached, { args, sourceHash }))
  const wanted = {
    ...how,
    args,
    source: withoutCredentials(source),
    cached,
    name: directoryName(args.name),
    user: accountOf(args.user),
    group: accountOf(args.group),
    isNewSum,
  }
  const result = await settle(ctx, wanted)
  if (!isLocal && !keepsSource(args, warnings)) await forgetCopy(ctx, source, ctx.state.saltenv)
  return result
}

async function wrongPlace(ctx: StateContext, args: ExtractedValues): Promise<Result | undefined> {
  const { name, if_missing: ifMissing, enforce_ownership_on: owned } = args
  if (args.skip_files_list_verify && args.skip_verify)
    return failure('Only one of "skip_files_list_verify" and "skip_verify" can be set to True')
  if (name === '') return failure('Name of the directory path needs to be specified')
  if (!isAbsolute(name)) return failure(`${name} is not an absolute path`)
  const directory = directoryName(name)
  if (await ctx.fs.isFile(directory.slice(0, -1)))
    return failure(`${directory.slice(0, -1)} exists and is not a directory`)
  if (ifMissing !== undefined && !isAbsolute(ifMissing))
    return failure("Value for 'if_missing' is not an absolute path")
  if (owned !== undefined && !isAbsolute(owned))
    return failure("Value for 'enforce_ownership_on' is not an absolute path")
  if (owned !== undefined && /^\.\.(?:\/|$)/.test(relative(directory, owned)))
    return failure(`Value for 'enforce_ownership_on' must be within ${directory}`)
  if (args.clean && args.clean_parent)
    return failure("Only one of 'clean' and 'clean_parent' can be set to True")
  if (ifMissing !== undefined && (await ctx.fs.exists(ifMissing)))
    return { changes: {}, result: true, comment: `Path ${ifMissing} exists` }
  return undefined
}

async function wrongOwner(ctx: StateContext, args: ExtractedValues): Promise<Result | undefined> {
  const [user, group] = [accountOf(args.user), accountOf(args.group)]
  if (user === undefined && group === undefined) return undefined
  if (ctx.platform === 'win32') return failure('User/group ownership cannot be enforced on Windows minions')
  if (user !== undefined && (await uidOf(ctx, user)) === undefined)
    return failure(`User ${user} does not exist`)
  if (group !== undefined && (await gidOf(ctx, group)) === undefined)
    return failure(`Group ${group} does not exist`)
  return undefined
}

interface FormatQuery {
  readonly args: ExtractedValues
  readonly source: string
  readonly warnings: string[]
}

type Format = Pick<Wanted, 'format' | 'options' | 'useUnzip' | 'trim'>

async function formatOf(
  ctx: StateContext,
  { args, source, warnings }: FormatQuery,
): Promise<Format | Result> {
  const formats = ['tar', 'rar', 'zip']
  const format = args.archive_format?.toLowerCase() ?? guessedFormat(source.replace(/[?#].*$/, ''))
  if (format === undefined)
    return failure(
      `Could not guess archive_format from the value of the 'source' argument. Please set this archive_format to one of the following: ${formats.join(', ')}`,
    )
  if (!formats.includes(format))
    return failure(
      `Invalid archive_format '${format}'. Either set it to a supported value (${formats.join(', ')}) or remove this argument and the archive format will be guessed based on file extension.`,
    )
  const options = isTruthy(args.options ?? null) ? pythonStr(args.options) : undefined
  if (args.password !== undefined && format !== 'zip')
    return failure("The 'password' argument is only supported for zip archives")
  if (format === 'rar' && options !== undefined)
    return failure("The 'options' argument is only compatible with the following archive formats: tar, zip")
  const asked = args.use_cmd_unzip
  const isRefused = asked !== undefined && asked !== null && !isTruthy(asked)
  if (format === 'zip' && options !== undefined && isRefused)
    return failure(
      "'use_cmd_unzip' cannot be set to False if CLI options are being specified (via the 'options' argument). Either remove 'use_cmd_unzip', or set it to True.",
    )
  const useUnzip = format === 'zip' && (options !== undefined || isTruthy(asked ?? null))
  if (useUnzip && ctx.which('unzip') === undefined)
    return failure('archive.cmd_unzip function not available, unzip might not be installed on minion')
  if (useUnzip && args.password !== undefined)
    warnings.push(
      "Using a password in combination with setting 'use_cmd_unzip' to True is considered insecure. It is recommended to remove the 'use_cmd_unzip' argument (or set it to False) and allow Salt to extract the archive using Python's built-in ZIP file support.",
    )
  const trim = trimOf(args.trim_output)
  if (trim !== undefined && !Number.isInteger(trim))
    return failure('Invalid value for trim_output, must be True/False or an integer')
  return { format, options, useUnzip, trim }
}

interface SourceQuery {
  readonly args: ExtractedValues
  readonly source: string
  readonly sourceHash: string
}

/** With `skip_files_list_verify` nothing is done when the hash is that of the last time. */
async function sumBefore(
  ctx: StateContext,
  { args, source, sourceHash, isLocal }: SourceQuery & { readonly isLocal: boolean },
): Promise<Result | Record<never, never>> {
  if (sourceHash !== '') {
    const sum = await sourceSum(ctx, sumQuery(ctx, { args, source, sourceHash }))
    if (args.skip_files_list_verify) {
      const cached = isLocal ? source : await ctx.files.cacheDest(source, { saltenv: ctx.state.saltenv })
      const last = await archiveSum(ctx, cached, sum.hash_type)
      if (last === sum.hsum)
        return {
          changes: {},
          result: ctx.state.test ? null : true,
          comment: `Archive ${withoutCredentials(source)} existing source sum is the same as the expected one and skip_files_list_verify argument was set to True. Extraction is not needed`,
        }
    }
  }
  if (isLocal || !ctx.state.test) return {}
  const comment = `Archive ${withoutCredentials(source)} would be cached (if necessary) and checked to discover if extraction is needed`
  return { changes: {}, result: null, comment }
}

async function fetched(
  ctx: StateContext,
  { args, source, sourceHash }: SourceQuery,
): Promise<string | Result> {
  const content = await sourceContent(ctx, {
    ...sumQuery(ctx, { args, source, sourceHash }),
    skipVerify: args.skip_verify,
    useEtag: args.use_etag,
  })
  if (typeof content === 'string') return failure(content)
  return 'path' in content ? content.path : failure(`${source} cannot be fetched`)
}

/** Compares the hash with that of the last time, and keeps it for the next. */
async function hasNewSum(
  ctx: StateContext,
  cached: string,
  { args, sourceHash }: { readonly args: ExtractedValues; readonly sourceHash: string },
): Promise<boolean> {
  if (sourceHash === '' || args.skip_verify) return false
  const kind = String(ctx.options['hash_type'] ?? 'sha256')
  const before = await archiveSum(ctx, cached, kind)
  const now = await keepSum(ctx, cached, kind)
  return before !== undefined && before !== now
}

function sumQuery(ctx: StateContext, { args, source, sourceHash }: SourceQuery) {
  return {
    name: args.name,
    source,
    sourceHash,
    sourceHashName: args.source_hash_name,
    saltenv: ctx.state.saltenv,
  }
}

function directoryName(name: string): string {
  return `${name.replace(/\/+$/, '')}/`
}

function trimOf(given: unknown): number | undefined {
  if (!isTruthy(given ?? null)) return undefined
  return given === true ? 100 : Number(pythonStr(given))
}

function keepsSource({ kwargs }: ExtractedValues, warnings: string[]): boolean {
  if ('keep_source' in kwargs && 'keep' in kwargs)
    warnings.push(
      "Both 'keep_source' and 'keep' were used. Since these both do the same thing, 'keep' was ignored.",
    )
  return isTruthy(kwargs['keep_source'] ?? kwargs['keep'] ?? true)
}

function withoutCredentials(source: string): string {
  return source.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1<redacted>@')
}
