// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import {
  type DataMap,
  entriesOf,
  isMap,
  isSaltError,
  messageOf,
  parseSaltUrl,
  pythonStr,
  SaltError,
} from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { Content } from './compare.ts'
import { digestOf, hashText, type Sum, sourceSum } from './hashes.ts'
import { textOf } from './lines.ts'

/** Where the content of a file comes from. */
export interface SourceQuery {
  readonly name: string
  readonly source: string
  readonly sourceHash: string
  readonly sourceHashName?: string | undefined
  readonly saltenv: string
  readonly skipVerify?: boolean | undefined
  readonly verifySsl?: boolean | undefined
  readonly useEtag?: boolean | undefined
  readonly template?: TemplateQuery | undefined
}

/** How a template is rendered. */
export interface TemplateQuery {
  readonly engine: string
  readonly context: Readonly<Record<string, unknown>>
}

/** One of several sources, and the hash that belongs to it. */
export interface ChosenSource {
  readonly source: string | undefined
  readonly sourceHash: string
}

/**
 * The first of several sources that exists; a single one is taken as it is. An item of a list may be a map from a source to its hash.
 * Rejects with COMMAND_FAILED when there is none.
 */
export async function chooseSource(
  ctx: ExecContext,
  source: unknown,
  query: { readonly sourceHash: unknown; readonly saltenv: string },
): Promise<ChosenSource> {
  const fallback = hashText(query.sourceHash)
  if (!Array.isArray(source)) {
    const single = source === undefined || source === null || source === '' ? undefined : pythonStr(source)
    return { source: single, sourceHash: fallback }
  }
  for (const item of source) {
    const [name, hash] = itemOf(item)
    if (name !== undefined && (await sourceExists(ctx, name, query.saltenv)))
      return { source: name, sourceHash: hash || fallback }
  }
  throw new SaltError('COMMAND_FAILED', 'none of the specified sources were found')
}

function itemOf(item: unknown): readonly [string | undefined, string] {
  if (!isMap(item)) return [pythonStr(item), '']
  const [entry, ...more] = entriesOf(item)
  return entry === undefined || more.length > 0 ? [undefined, ''] : [pythonStr(entry[0]), hashText(entry[1])]
}

async function sourceExists(ctx: ExecContext, source: string, saltenv: string): Promise<boolean> {
  const scheme = schemeOf(source)
  if (scheme === 'file' || isAbsolute(source)) return ctx.fs.exists(localPath(source))
  if (scheme === '' || scheme === 'salt') {
    const { path, saltenv: named } = parseSaltUrl(source)
    const inside = { saltenv: named ?? saltenv }
    if ((await ctx.files.hashFile(source, { saltenv })) !== undefined) return true
    return (await ctx.files.listDirs(path, inside)).includes(path)
  }
  try {
    return (await ctx.files.cacheFile(source, { saltenv })) !== undefined
  } catch (error) {
    ctx.log.debug(`${source} cannot be fetched: ${messageOf(error)}`)
    return false
  }
}

/** `http`, `salt` and their kind; empty for a path. */
export function schemeOf(source: string): string {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(source)?.[1]?.toLowerCase() ?? ''
}

function localPath(source: string): string {
  return schemeOf(source) === 'file' ? source.slice('file://'.length) : source
}

/**
 * The content that a source has, verified and rendered; a text says why there is none. A copy of a web server is compared with its
 * hash here.
 */
export async function sourceContent(ctx: ExecContext, query: SourceQuery): Promise<Content | string> {
  const { source, template, name } = query
  const scheme = schemeOf(source)
  const isLocal = scheme === '' || scheme === 'file'
  const sum = await expectedSum(ctx, query)
  if (typeof sum === 'string') return sum
  const path = isLocal ? localPath(source) : await fetched(ctx, query, sum)
  if (path === undefined) return `Source file ${source} not found in saltenv '${query.saltenv}'`
  if (typeof path !== 'string') return path.problem
  if (path === name) throw new SaltError('COMMAND_FAILED', 'Source file cannot be the same as destination')
  if (sum !== undefined && scheme !== 'salt') {
    const actual = await digestOf(ctx, path, sum.hash_type)
    if (actual !== sum.hsum) return mismatch(query, sum, actual)
  }
  return template === undefined ? { path } : { data: await renderedFile(ctx, path, { ...query, template }) }
}

function mismatch({ source }: SourceQuery, { hash_type, hsum }: Sum, actual: string): string {
  return `Specified ${hash_type} checksum for ${source} (${hsum}) does not match actual checksum (${actual}). If the 'source_hash' value refers to a remote file with multiple possible matches, then it may be necessary to set 'source_hash_name'.`
}

/** The hash that the source must have; undefined where nothing is to be checked, a text when there should be one. */
async function expectedSum(ctx: ExecContext, query: SourceQuery): Promise<Sum | undefined | string> {
  const { source, sourceHash, skipVerify, useEtag } = query
  const scheme = schemeOf(source)
  if (scheme === '' || scheme === 'file') {
    const path = localPath(source)
    if (!(await ctx.fs.exists(path))) return `Local file source ${path} does not exist`
  }
  if (scheme === 'salt' || skipVerify) return undefined
  if (sourceHash !== '') {
    try {
      return await sourceSum(ctx, query)
    } catch (error) {
      if (!isSaltError(error)) throw error
      const text = messageOf(error).replaceAll(sourceHash, withoutCredentials(sourceHash))
      if (schemeOf(sourceHash) === '') return text
      throw new SaltError('COMMAND_FAILED', text)
    }
  }
  if (scheme === '' || scheme === 'file' || useEtag) return undefined
  return `Unable to verify upstream hash of source file ${withoutCredentials(source)}, please set source_hash or set skip_verify to True`
}

async function fetched(
  ctx: ExecContext,
  query: SourceQuery,
  sum: Sum | undefined,
): Promise<string | undefined | { readonly problem: string }> {
  const { source, saltenv, verifySsl, useEtag, skipVerify } = query
  const isSalt = schemeOf(source) === 'salt'
  if (skipVerify && !isSalt) {
    const cached = await ctx.files.isCached(source, { saltenv })
    if (cached !== undefined) return cached
  }
  try {
    const path = await ctx.files.cacheFile(source, { saltenv, verifySsl, useEtag, sourceHash: sum?.hsum })
    return path === undefined && !isSalt
      ? { problem: `Source file '${withoutCredentials(source)}' not found` }
      : path
  } catch (error) {
    if (!isSaltError(error) || isSalt) throw error
    return { problem: `Failed to cache ${withoutCredentials(source)}: ${messageOf(error)}` }
  }
}

/** Whether a file is what a source of a web server has to be, by its hash: then nothing need be fetched. */
export async function isAlready(ctx: ExecContext, query: SourceQuery): Promise<boolean> {
  const { source, sourceHash, name, skipVerify } = query
  const isRemote = !['', 'file', 'salt'].includes(schemeOf(source))
  if (!isRemote || sourceHash === '' || skipVerify || !(await ctx.fs.isFile(name))) return false
  try {
    const { hash_type, hsum } = await sourceSum(ctx, query)
    return (await digestOf(ctx, name, hash_type)) === hsum
  } catch (error) {
    if (!isSaltError(error)) throw error
    return false // what is wrong with the hash is told when the source is fetched
  }
}

/** Removes the copy of a source from the cache. */
export async function forgetCopy(ctx: ExecContext, source: string, saltenv: string): Promise<void> {
  if (['', 'file'].includes(schemeOf(source))) return
  const copy = await ctx.files.isCached(source, { saltenv })
  if (copy !== undefined) await ctx.fs.remove(copy)
}

/** A URL, or a text with URLs, without names and passwords in them. */
export function withoutCredentials(source: string): string {
  return source.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^/@\s]*@/gi, '$1<redacted>@')
}

async function renderedFile(
  ctx: ExecContext,
  path: string,
  { source, saltenv, template: { engine, context } }: SourceQuery & { readonly template: TemplateQuery },
): Promise<Buffer> {
  const text = textOf(await ctx.fs.read(path))
  const rendered = await ctx.render.text({
    name: source.replace(/^salt:\/\//, ''),
    text,
    template: engine,
    saltenv,
    path,
    context: { source, ...context },
  })
  return Buffer.from(rendered)
}

/** A text as a template. */
export async function renderedText(
  ctx: ExecContext,
  text: string,
  { engine, context, saltenv }: TemplateQuery & { readonly saltenv: string },
): Promise<string> {
  return ctx.render.text({ name: '<string>', text, template: engine, saltenv, context })
}

/** Names that a template sees: `context` wins over `defaults`. A text says what is wrong. */
export function templateContext(context: unknown, defaults: unknown): Record<string, unknown> | string {
  if (context !== undefined && context !== null && !isMap(context)) return 'Context must be formed as a dict'
  if (defaults !== undefined && defaults !== null && !isMap(defaults))
    return 'Defaults must be formed as a dict'
  return {
    ...textKeys(defaults as DataMap | null | undefined),
    ...textKeys(context as DataMap | null | undefined),
  }
}

function textKeys(map: DataMap | null | undefined): Record<string, unknown> {
  if (map === undefined || map === null) return {}
  return Object.fromEntries(entriesOf(map).map(([key, value]) => [pythonStr(key), value]))
}
