// SPDX-License-Identifier: Apache-2.0
import { pythonStr, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { gidOf, uidOf } from './accounts.ts'
import { modeBits, normalMode, statsOf } from './stats.ts'

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

/** Gives a file these owners and this mode where it has others. With `test` it says what would change. */
export async function applyPermissions(
  ctx: ExecContext,
  path: string,
  { test, followLinks = false, ...wanted }: PermissionsChange,
): Promise<PermissionsOutcome> {
  const before = await statsOf(ctx, path, { followLinks })
  const mode = normalMode(wanted.mode)
  const isLink = before.type === 'link'
  const changes: Record<string, unknown> = {}
  const comments: string[] = []
  const isNewUser = wanted.user !== undefined && wanted.user !== before.user && wanted.user !== before.uid
  const isNewGroup =
    wanted.group !== undefined && wanted.group !== before.group && wanted.group !== before.gid
  const isNewMode = mode !== undefined && !isLink && mode !== before.mode
  if (test) {
    if (isNewUser) changes['user'] = wanted.user
    if (isNewGroup) changes['group'] = wanted.group
    if (isNewMode) changes['mode'] = mode
    return { changes, comments, result: true, lmode: before.mode }
  }
  if (isNewUser || isNewGroup) {
    const failure = await changeOwner(ctx, path, { isLink, before, wanted, isNewUser, isNewGroup })
    if (failure !== undefined && failure !== '') comments.push(failure)
    if (failure === undefined && isNewUser) changes['user'] = wanted.user
    if (failure === undefined && isNewGroup) changes['group'] = wanted.group
    if (failure !== undefined) {
      if (isNewUser) comments.push(`Failed to change user to ${wanted.user}`)
      if (isNewGroup) comments.push(`Failed to change group to ${wanted.group}`)
    }
  }
  if (isNewMode || (mode === undefined && !isLink && (isNewUser || isNewGroup))) {
    const isSet = await setBits(ctx, await followed(ctx, path), modeBits(mode ?? before.mode))
    if (!isSet && isNewMode) comments.push(`Failed to change mode to ${mode}`)
    else if (isNewMode) changes['mode'] = mode
  }
  return { changes, comments, result: comments.length === 0, lmode: before.mode }
}

interface OwnerChange {
  readonly isLink: boolean
  readonly before: { readonly uid: number; readonly gid: number }
  readonly wanted: Permissions
  readonly isNewUser: boolean
  readonly isNewGroup: boolean
}

/** Undefined when it went well, else what is to be told of it beside that it failed. */
async function changeOwner(ctx: ExecContext, path: string, change: OwnerChange): Promise<string | undefined> {
  const { isLink, before, wanted, isNewUser, isNewGroup } = change
  const uid = isNewUser && wanted.user !== undefined ? await uidOf(ctx, wanted.user) : before.uid
  const gid = isNewGroup && wanted.group !== undefined ? await gidOf(ctx, wanted.group) : before.gid
  if (uid === undefined || gid === undefined) {
    return `${uid === undefined ? 'User does not exist\n' : ''}${gid === undefined ? 'Group does not exist\n' : ''}`
  }
  try {
    if (isLink) await ctx.fs.setLinkOwner(path, uid, gid)
    else await ctx.fs.setOwner(await followed(ctx, path), uid, gid)
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

async function followed({ fs }: ExecContext, path: string): Promise<string> {
  return (await fs.stat(path, { followLinks: false }))?.type === 'link' ? fs.realPath(path) : path
}
