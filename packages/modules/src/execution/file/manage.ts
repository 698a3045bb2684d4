// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path'
import { messageOf, systemCodeOf } from '@halite/core'
import type { ExecContext, FileFacts } from '@halite/loader'
import { backUp, keepsBackup } from './backups.ts'
import { type Content, differenceOf, holds } from './compare.ts'
import { directoryMode, makeDirectories } from './directories.ts'
import { applyPermissions, asksForAnything, type Permissions } from './permissions.ts'
import { atPlace } from './place.ts'
import { modeBits, modeText, normalMode, statsIfThere } from './stats.ts'

/** What a file is to be like. */
export interface Managed extends Permissions {
  readonly name: string
  /** Undefined leaves what it holds alone, and makes an empty one. */
  readonly content: Content | undefined
  /** Whether the content is that of a source: messages tell them apart. */
  readonly isSource: boolean
  readonly makedirs?: boolean
  readonly dirMode?: string | undefined
  readonly backup?: unknown
  readonly showChanges?: boolean
  readonly followLinks?: boolean
}

/** The result of a state, as functions of Salt's `file` module return it. */
export interface Outcome {
  readonly name: string
  readonly changes: Record<string, unknown>
  readonly comment: string
  readonly result: boolean | null
  readonly [field: string]: unknown
}

const newFileMode = 0o600

/** Makes a file what it is to be. */
export async function manage(ctx: ExecContext, wanted: Managed): Promise<Outcome> {
  const facts = await ctx.fs.stat(wanted.name, { followLinks: false })
  try {
    return facts?.type === 'file' || facts?.type === 'link'
      ? await update(ctx, wanted, facts)
      : await create(ctx, wanted)
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return failed(wanted, `Failed to commit change: ${messageOf(error)}`)
  }
}

/** What `manage` would change. */
export async function plannedChanges(ctx: ExecContext, wanted: Managed): Promise<Record<string, unknown>> {
  const { name, content, user, group, followLinks = true } = wanted
  const stats = await statsIfThere(ctx, name, { followLinks })
  if (stats === undefined) return { newfile: name }
  const changes: Record<string, unknown> = {}
  if (content !== undefined && !(await holds(ctx, name, content)))
    changes['diff'] = await shownDifference(ctx, name, { ...wanted, content })
  if (user !== undefined && user !== stats.user && user !== stats.uid) changes['user'] = user
  if (group !== undefined && group !== stats.group && group !== stats.gid) changes['group'] = group
  const mode = normalMode(wanted.mode)
  if (mode !== undefined && mode !== stats.mode) changes['mode'] = mode
  return changes
}

async function update(ctx: ExecContext, wanted: Managed, facts: FileFacts): Promise<Outcome> {
  const { name, content, followLinks = true } = wanted
  const changes: Record<string, unknown> = {}
  const replacesLink = facts.type === 'link' && !followLinks
  if (content !== undefined && (replacesLink || !(await holds(ctx, name, content)))) {
    const shown = facts.type === 'link' && followLinks ? await ctx.fs.realPath(name) : name
    const work = (place: string) => replaced(ctx, place, { ...wanted, name: shown, content })
    changes['diff'] = await atPlace(ctx, name, { followLinks, work })
  }
  const applied = asksForAnything(wanted)
    ? await applyPermissions(ctx, name, { ...wanted, test: false, followLinks })
    : { changes: {}, comments: [], result: true }
  Object.assign(changes, applied.changes)
  const comment =
    Object.keys(changes).length > 0
      ? `File ${name} updated`
      : applied.result
        ? `File ${name} is in the correct state`
        : applied.comments.join('; ')
  return { name, changes, comment, result: applied.result }
}

type WithContent = Managed & { readonly content: Content }

/** Gives what lies at a place its new content; the difference. */
async function replaced(ctx: ExecContext, place: string, wanted: WithContent): Promise<string> {
  const { name, content, backup } = wanted
  const isLink = (await ctx.fs.stat(place, { followLinks: false }))?.type === 'link'
  const difference =
    isLink && (await holds(ctx, place, content))
      ? 'Replace symbolic link with regular file'
      : await shownDifference(ctx, place, wanted)
  if (keepsBackup(ctx, backup)) await backUp(ctx, place, { name })
  await put(ctx, place, { content, mode: isLink ? newFileMode : undefined })
  return difference
}

async function create(ctx: ExecContext, wanted: Managed): Promise<Outcome> {
  const { name, content, isSource, user, group } = wanted
  if (!(await makeParent(ctx, wanted))) return failed(wanted, 'Parent directory not present')
  const usual = 0o666 & ~process.umask()
  const mode = wanted.mode === undefined ? usual : modeBits(normalMode(wanted.mode) ?? '')
  // A file of a source is closed to others until it is complete, and so is one with a mode: that counts as a change of the mode.
  const before = isSource || wanted.mode !== undefined ? newFileMode : usual
  const hasOwner = user !== undefined || group !== undefined
  const given = { content: content ?? { data: Buffer.alloc(0) }, mode: hasOwner ? newFileMode : mode }
  const applied = await atPlace(ctx, name, {
    followLinks: true,
    work: async (place) => {
      if (content !== undefined && !isSource && keepsBackup(ctx, wanted.backup)) {
        // As in Salt, contents go into a file that is there and empty: a copy of that is kept.
        await put(ctx, place, { ...given, content: { data: Buffer.alloc(0) } })
        await backUp(ctx, place, { name })
      }
      await put(ctx, place, given)
      if (!hasOwner) return undefined
      return applyPermissions(ctx, place, { user, group, mode: modeText(mode), test: false })
    },
  })
  const changes: Record<string, unknown> =
    content === undefined ? { new: `file ${name} created` } : { diff: 'New file' }
  Object.assign(changes, applied?.changes)
  if (mode === before) delete changes['mode']
  else changes['mode'] = modeText(mode)
  const comments = [content === undefined ? 'Empty file' : '', ...(applied?.comments ?? [])].filter(
    (text) => text !== '',
  )
  return {
    name,
    changes,
    comment: comments.join('; ') || `File ${name} updated`,
    result: applied?.result ?? true,
  }
}

/** Makes the directory that a file is to lie in; false where it is not there and is not to be made. */
async function makeParent(ctx: ExecContext, wanted: Managed): Promise<boolean> {
  const { user, group, makedirs = false } = wanted
  const directory = dirname(wanted.name)
  if (await ctx.fs.isDirectory(directory)) return true
  if (!makedirs) return false
  const mode = wanted.dirMode ?? directoryMode(normalMode(wanted.mode))
  await makeDirectories(ctx, directory, { user, group, mode })
  return true
}

async function put(
  { fs }: ExecContext,
  path: string,
  { content, mode }: { readonly content: Content; readonly mode: number | undefined },
): Promise<void> {
  const options = { mode, durable: false }
  if ('data' in content) await fs.write(path, content.data, options)
  else await fs.replace(path, content.path, options)
}

async function shownDifference(
  ctx: ExecContext,
  path: string,
  { content, showChanges = true }: Managed & { readonly content: Content },
): Promise<string> {
  if (ctx.options['obfuscate_templates'] === true) return '<Obfuscated Template>'
  return showChanges ? differenceOf(ctx, path, { content }) : '<show_changes=False>'
}

function failed({ name }: Managed, comment: string): Outcome {
  return { name, changes: {}, comment, result: false }
}
