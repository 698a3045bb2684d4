// SPDX-License-Identifier: Apache-2.0
import { pythonStr, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { gidOf, uidOf } from './accounts.ts'
import { atPlace } from './place.ts'
import { type FileStats, modeBits, normalMode, statsOf } from './stats.ts'

/** Whom a file is to belong to, and its mode. */
export interface Permissions {
  readonly user?: string | number | undefined
  readonly group?: string | number | undefined
  readonly mode?: string | undefined
}

/** What came of it. */
export interface PermissionsOutcome {
  readonly changes: Record<string, unknown>
  readonly comments: readonly string[]
  readonly result: boolean
  /** The mode before. */
  readonly lmode: string
}

/** A user or group as a state names it: text or a number; undefined for none. */
export function accountOf(value: unknown): string | number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'number') return value
  return typeof value === 'bigint' ? Number(value) : pythonStr(value)
}

/** Why a user or group cannot be meant; empty when both are known. */
export async function unknownAccounts(ctx: ExecContext, { user, group }: Permissions): Promise<string> {
  let text = ''
  if (user !== undefined && (await uidOf(ctx, user)) === undefined) text += `User ${user} is not available `
  if (group !== undefined && (await gidOf(ctx, group)) === undefined)
    text += `Group ${group} is not available`
  return text
}

/** Whether anything is asked for: else a file need not be looked at. */
export function asksForAnything({ user, group, mode }: Permissions): boolean {
  return user !== undefined || group !== undefined || mode !== undefined
}

/** Permissions, and how they are given. */
export interface PermissionsChange extends Permissions {
  readonly test: boolean
  readonly followLinks?: boolean
}

/**
 * Gives a file these owners and this mode where it has others. With `test` it says what would change. What is changed is what was
 * looked at, whoever exchanges it meanwhile. Rejects with COMMAND_FAILED where there is nothing.
 */
export async function applyPermissions(
  ctx: ExecContext,
  path: string,
  { test, followLinks = false, ...wanted }: PermissionsChange,
): Promise<PermissionsOutcome> {
  const before = await statsOf(ctx, path, { followLinks })
  const news = newsOf(wanted, before)
  if (!test && Object.keys(news).length > 0) {
    return atPlace(ctx, path, { followLinks, work: (place) => change(ctx, place, wanted) })
  }
  return { changes: { ...news }, comments: [], result: true, lmode: before.mode }
}

/** What of the permissions is not as it is wanted. */
function newsOf({ user, group, mode: asked }: Permissions, stats: FileStats): Permissions {
  const mode = normalMode(asked)
  return {
    ...(user !== undefined && user !== stats.user && user !== stats.uid && { user }),
    ...(group !== undefined && group !== stats.group && group !== stats.gid && { group }),
    ...(mode !== undefined && mode !== stats.mode && stats.type !== 'link' && { mode }),
  }
}

/** Changes what lies at a path that ends with no link, or a link itself. */
async function change(ctx: ExecContext, path: string, wanted: Permissions): Promise<PermissionsOutcome> {
  const before = await statsOf(ctx, path, { followLinks: false })
  const news = newsOf(wanted, before)
  const changes: Record<string, unknown> = {}
  const comments: string[] = []
  const { user, group } = news
  const hasNewOwner = user !== undefined || group !== undefined
  if (hasNewOwner) {
    const failure = await changeOwner(ctx, path, { before, user, group })
    if (failure === undefined)
      Object.assign(changes, { ...('user' in news && { user }), ...('group' in news && { group }) })
    else {
      if (failure !== '') comments.push(failure)
      if (user !== undefined) comments.push(`Failed to change user to ${user}`)
      if (group !== undefined) comments.push(`Failed to change group to ${group}`)
    }
  }
  const keepsBits = wanted.mode === undefined && before.type !== 'link' && hasNewOwner
  if (news.mode !== undefined || keepsBits) {
    const isSet = await setBits(ctx, path, modeBits(news.mode ?? before.mode))
    if (isSet && news.mode !== undefined) changes['mode'] = news.mode
    if (!isSet && news.mode !== undefined) comments.push(`Failed to change mode to ${news.mode}`)
  }
  return { changes, comments, result: comments.length === 0, lmode: before.mode }
}

interface OwnerChange {
  readonly before: FileStats
  readonly user: string | number | undefined
  readonly group: string | number | undefined
}

/** Undefined when it went well, else what is to be told of it beside that it failed. */
async function changeOwner(
  ctx: ExecContext,
  path: string,
  { before, user, group }: OwnerChange,
): Promise<string | undefined> {
  const uid = user === undefined ? before.uid : await uidOf(ctx, user)
  const gid = group === undefined ? before.gid : await gidOf(ctx, group)
  if (uid === undefined || gid === undefined) {
    return `${uid === undefined ? 'User does not exist\n' : ''}${gid === undefined ? 'Group does not exist\n' : ''}`
  }
  try {
    if (before.type === 'link') await ctx.fs.setLinkOwner(path, uid, gid)
    else await ctx.fs.setOwner(path, uid, gid)
    return undefined
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return ''
  }
}

async function setBits(ctx: ExecContext, path: string, bits: number): Promise<boolean> {
  try {
    await ctx.fs.setMode(path, bits)
    return true
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return false
  }
}
