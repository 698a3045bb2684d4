// SPDX-License-Identifier: Apache-2.0
import { messageOf, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import {
  expandVariables,
  latest,
  needsFolder,
  type Step,
  textOf,
  type VersionData,
  windowsPath,
} from '@halite/winrepo'
import { digestOf, sourceSum } from '../file/hashes.ts'
import { schemeOf } from '../file/sources.ts'

/** Where files come from, and how. */
export interface FetchOptions {
  readonly saltenv: string
  readonly verifySsl: boolean
  /** A copy of an earlier time does, as for what removes an earlier version. */
  readonly mayBeOld: boolean
}

/** A file of this machine, or what a function returns for its package, or (`text`) in place of everything. */
export type Fetched = { readonly path: string } | { readonly answer: object } | { readonly text: string }

/**
 * The file that a step runs, with what it needs beside it, verified where its definition has a hash. A path of this machine may hold
 * environment variables. Rejects with `COMMAND_FAILED` when the hash is another.
 */
export async function fetchInstaller(ctx: ExecContext, step: Step, options: FetchOptions): Promise<Fetched> {
  const { file, settings } = step
  if (!isFetched(file)) {
    const path = windowsPath(expandVariables(file, process.env))
    await verify(ctx, step, { path, options })
    return { path }
  }
  if (needsFolder(step)) {
    const problem = await fetchFolder(ctx, file.slice(0, file.lastIndexOf('/')), options)
    if (problem !== undefined) return { text: problem }
  }
  const extra = textOf(settings, 'cache_file')
  if (extra.startsWith('salt:') && isInstaller(step)) {
    const found = await fetchOne(ctx, { url: extra, options })
    if ('text' in found) return found
    if (found.path === undefined) return { answer: { 'failed to cache cache_file': extra } }
  }
  const found = await installerCopy(ctx, step, options)
  if ('text' in found) return found
  if (found.path === undefined) return { answer: { 'unable to cache': file } }
  await verify(ctx, step, { path: found.path, options })
  return { path: found.path }
}

/** What a definition says of its installer, its hash and what it needs, is not said of an uninstaller of its own. */
function isInstaller({ file, settings }: Step): boolean {
  return file === textOf(settings, 'installer')
}

/** Software whose version is `latest` has new installers under one URL. */
function installerCopy(ctx: ExecContext, { file, version }: Step, options: FetchOptions) {
  const mayBeOld = options.mayBeOld || (version !== latest && !file.startsWith('salt:'))
  return fetchOne(ctx, { url: file, options, mayBeOld })
}

/** `http://`, `salt://` and their kind, and no path of Windows. */
function isFetched(file: string): boolean {
  return schemeOf(file) !== ''
}

async function fetchFolder(
  { files }: ExecContext,
  url: string,
  { saltenv }: FetchOptions,
): Promise<string | undefined> {
  try {
    await files.cacheDir(url, { saltenv, excludePat: 'E@init.sls$' })
    return undefined
  } catch (error) {
    return `Failed to cache ${url}\n${messageOf(error)}`
  }
}

interface Wanted {
  readonly url: string
  readonly options: FetchOptions
  readonly mayBeOld?: boolean
}

/** The path of a copy, undefined when the server has no such file; a text says why it could not be fetched. */
async function fetchOne(
  { files }: ExecContext,
  { url, options: { saltenv, verifySsl }, mayBeOld = false }: Wanted,
): Promise<{ readonly path: string | undefined } | { readonly text: string }> {
  const kept = mayBeOld ? await files.isCached(url, { saltenv }) : undefined
  if (kept !== undefined) return { path: kept }
  try {
    return { path: await files.cacheFile(url, { saltenv, verifySsl, useEtag: true }) }
  } catch (error) {
    return { text: `Failed to cache ${url}\n${messageOf(error)}` }
  }
}

/** A copy of an earlier time that is not what the definition says is fetched again, once. */
async function verify(
  ctx: ExecContext,
  step: Step,
  { path, options: { saltenv, verifySsl } }: { readonly path: string; readonly options: FetchOptions },
): Promise<void> {
  const { file, settings } = step
  const sourceHash = hashOf(settings)
  if (sourceHash === '' || !isInstaller(step)) return
  const sum = await sourceSum(ctx, { name: path, source: file, sourceHash, saltenv, verifySsl })
  if ((await digestOf(ctx, path, sum.hash_type)) === sum.hsum) return
  if (isFetched(file) && !file.startsWith('salt:')) {
    await ctx.fs.remove(path)
    await ctx.files.cacheFile(file, { saltenv, verifySsl })
  }
  const actual = await digestOf(ctx, path, sum.hash_type)
  if (actual === sum.hsum) return
  const text = `Source hash '${sum.hsum}' does not match package hash '${actual}'`
  throw new SaltError('COMMAND_FAILED', text, {
    hint: `The file is ${file}; its definition names the hash in source_hash. Nothing was run.`,
  })
}

/** `SHA256=…` is the same as `sha256=…`, and spaces around the sign are none. */
function hashOf(settings: VersionData): string {
  const given = textOf(settings, 'source_hash')
  const [, type, hash] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(given) ?? []
  return type === undefined || hash === undefined ? given : `${type.toLowerCase()}=${hash}`
}
