// SPDX-License-Identifier: Apache-2.0
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMap, isSaltError, messageOf, pythonStr, valueAt } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { Content } from './compare.ts'
import { digestOf, hashText, type Sum, sourceSum } from './hashes.ts'
import { plannedChanges } from './manage.ts'
import { expandUser } from './paths.ts'
import { accountOf } from './permissions.ts'
import { chooseSource, sourceContent, templateContext } from './sources.ts'
import { normalMode } from './stats.ts'

/** What is said of a file that is to be managed. */
export interface ManagedCall {
  readonly name: string
  readonly source: unknown
  readonly source_hash: unknown
  readonly source_hash_name: string | undefined
  readonly user: unknown
  readonly group: unknown
  readonly mode: unknown
  readonly template: string | undefined
  readonly context: unknown
  readonly defaults: unknown
  readonly saltenv: string
  readonly contents?: unknown
  readonly skip_verify: boolean
  readonly verify_ssl?: boolean
  readonly use_etag?: boolean
  readonly follow_symlinks?: boolean
}

/** The content of a source, and its hash; a text says why there is none. */
export async function managedContent(
  ctx: ExecContext,
  call: ManagedCall,
): Promise<{ readonly content: Content | undefined; readonly sum: Sum | undefined } | string> {
  const { source, sourceHash } = await chooseSource(ctx, call.source, {
    sourceHash: sumText(call.source_hash),
    saltenv: call.saltenv,
  })
  if (source === undefined) return { content: undefined, sum: undefined }
  const context = templateContext(call.context, call.defaults)
  if (typeof context === 'string') return context
  if (call.template !== undefined && call.template !== 'jinja')
    return `Specified template format ${call.template} is not supported`
  const { name, user, group, saltenv } = call
  const facts = { name, user, group, mode: normalMode(call.mode) ?? null, attrs: null }
  const query = {
    name,
    source,
    sourceHash,
    sourceHashName: call.source_hash_name,
    saltenv,
    skipVerify: call.skip_verify,
    verifySsl: call.verify_ssl,
    useEtag: call.use_etag,
    ...(call.template && { template: { engine: call.template, context: { ...facts, ...context } } }),
  }
  const content = await sourceContent(ctx, query)
  if (typeof content === 'string') return content
  const isGiven = sourceHash !== '' && call.template === undefined && !call.skip_verify
  return { content, sum: isGiven ? await sourceSum(ctx, query) : undefined }
}

/** The content as a file of its own: the path of it, and its hash. Whoever asked for it removes a rendered one. */
export async function contentFile(
  ctx: ExecContext,
  { content, sum }: { readonly content: Content | undefined; readonly sum: Sum | undefined },
): Promise<{ readonly path: string; readonly sum: Sum | Record<string, never> }> {
  if (content === undefined) return { path: '', sum: {} }
  let path = ''
  if ('path' in content) path = content.path
  else {
    path = join(tmpdir(), `__salt.tmp.${crypto.randomUUID()}`)
    await ctx.fs.write(path, content.data, { mode: 0o600, durable: false })
  }
  return { path, sum: sum ?? { hsum: await digestOf(ctx, path, 'sha256'), hash_type: 'sha256' } }
}

/** What would be changed of a file; a text says why that cannot be said. */
export async function managedChanges(
  ctx: ExecContext,
  call: ManagedCall,
): Promise<Record<string, unknown> | string> {
  const found = hasContents(call)
    ? { content: contentsOf(call.contents), sum: undefined }
    : await managedContent(ctx, call)
  if (typeof found === 'string') return found
  return changesOf(ctx, call, found.content)
}

/** The same, of a content at hand. */
export async function changesOf(
  ctx: ExecContext,
  call: Pick<ManagedCall, 'name' | 'user' | 'group' | 'mode' | 'follow_symlinks'>,
  content: Content | undefined,
): Promise<Record<string, unknown>> {
  return plannedChanges(ctx, {
    name: await expandUser(ctx, call.name),
    content,
    isSource: true,
    user: accountOf(call.user),
    group: accountOf(call.group),
    mode: normalMode(call.mode),
    followLinks: call.follow_symlinks ?? false,
  })
}

/** What `file.check_managed` returns: whether it is as asked, None when it would change, and a text. */
export async function checkedManaged(
  ctx: ExecContext,
  call: ManagedCall,
): Promise<readonly [result: boolean | null, comment: string]> {
  const changes = await orText(managedChanges(ctx, call))
  if (typeof changes === 'string') return [false, changes]
  const isTemporary = call.name.startsWith(tmpdir())
  const lines = Object.entries(changes)
    .filter(([key]) => !isTemporary || !['user', 'group', 'mode'].includes(key))
    .map(([key, value]) => `${key}: ${pythonStr(value)}\n`)
  if (lines.length === 0) return [true, `The file ${call.name} is in the correct state`]
  return [null, ['The following values are set to be changed:\n', ...lines].join('')]
}

async function orText<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work
  } catch (error) {
    if (!isSaltError(error)) throw error
    return messageOf(error)
  }
}

function hasContents({ contents }: ManagedCall): boolean {
  return contents !== undefined && contents !== null
}

/** Bytes as they are, all else as text. */
export function contentsOf(contents: unknown): Content {
  return { data: contents instanceof Uint8Array ? Buffer.from(contents) : Buffer.from(pythonStr(contents)) }
}

/** A hash as text; Salt's functions hand on `{hash_type: …, hsum: …}`. */
export function sumText(value: unknown): string {
  if (!isMap(value)) return hashText(value)
  const [kind, digits] = [valueAt(value, 'hash_type'), valueAt(value, 'hsum')]
  return kind === undefined || digits === undefined ? '' : `${pythonStr(kind)}=${pythonStr(digits)}`
}
