// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, pythonStr, textKeyed } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { Content } from './compare.ts'
import { manage } from './manage.ts'
import { contentsOf } from './managing.ts'
import { expandUser } from './paths.ts'
import { accountOf } from './permissions.ts'
import { sourceContent } from './sources.ts'
import { modeText, normalMode } from './stats.ts'

/** What `file.manage_file` is asked. */
export interface ManageCall {
  readonly name: string
  readonly sfn: string | undefined
  readonly ret: unknown
  readonly source: unknown
  readonly sourceHash: string
  readonly user: unknown
  readonly group: unknown
  readonly mode: unknown
  readonly saltenv: string
  readonly backup: unknown
  readonly makedirs: boolean
  readonly show_changes: boolean
  readonly contents: unknown
  readonly dir_mode: unknown
  readonly follow_symlinks: boolean
  readonly skip_verify: boolean
  readonly keep_mode: boolean
  readonly verify_ssl: boolean
  readonly use_etag: boolean
}

/** Makes a file what it is to be: the result of a state, added to the one that was handed in. */
export async function manageByCall(ctx: ExecContext, call: ManageCall): Promise<Record<string, unknown>> {
  const name = await expandUser(ctx, call.name)
  const given = isMap(call.ret) ? textKeyed(call.ret) : {}
  const content = await contentOf(ctx, name, call)
  if (typeof content === 'string') return { name, changes: {}, ...given, comment: content, result: false }
  const outcome = await manage(ctx, {
    name,
    content,
    isSource: hasSource(call),
    user: accountOf(call.user),
    group: accountOf(call.group),
    mode: call.keep_mode ? await modeOfSource(ctx, call) : normalMode(call.mode),
    makedirs: call.makedirs,
    dirMode: normalMode(call.dir_mode),
    backup: call.backup,
    showChanges: call.show_changes,
    followLinks: call.follow_symlinks,
  })
  const had = given['changes']
  const changes = { ...(isMap(had) ? Object.fromEntries(entriesOf(had as DataMap)) : {}), ...outcome.changes }
  return { ...given, ...outcome, changes }
}

function hasSource({ source }: ManageCall): boolean {
  return source !== undefined && source !== null && source !== ''
}

async function contentOf(
  ctx: ExecContext,
  name: string,
  call: ManageCall,
): Promise<Content | undefined | string> {
  if (call.contents !== undefined && call.contents !== null) return contentsOf(call.contents)
  if (call.sfn) return { path: await expandUser(ctx, call.sfn) }
  if (!hasSource(call)) return undefined
  return sourceContent(ctx, {
    name,
    source: pythonStr(call.source),
    sourceHash: call.sourceHash,
    saltenv: call.saltenv,
    skipVerify: call.skip_verify,
    verifySsl: call.verify_ssl,
    useEtag: call.use_etag,
  })
}

async function modeOfSource(ctx: ExecContext, { source, saltenv }: ManageCall): Promise<string | undefined> {
  const facts = await ctx.files.statFile(pythonStr(source), { saltenv })
  return facts && modeText(facts.mode)
}
