// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, isTruthy, pythonStr, textKeyed, valueAt } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { attributeDifference, attributesOf, changeAttributes } from './attributes.ts'
import { expandUser } from './paths.ts'
import { accountOf, applyPermissions } from './permissions.ts'
import { normalMode, statsOf } from './stats.ts'

/** What `file.check_perms` is asked. */
export interface PermissionsCall {
  readonly name: string
  readonly ret: unknown
  readonly user: unknown
  readonly group: unknown
  readonly mode: unknown
  readonly attrs: string | undefined
  readonly follow_symlinks: boolean
}

/** The result of a state, and the owners and mode before: what `file.check_perms` returns. Rejects with COMMAND_FAILED for nothing there. */
export async function changePermissions(
  ctx: ExecContext,
  call: PermissionsCall,
): Promise<readonly [ret: Record<string, unknown>, before: Record<string, unknown>]> {
  const { attrs, follow_symlinks: followLinks } = call
  const name = await expandUser(ctx, call.name)
  const test = ctx.options['test'] === true
  const wanted = { user: accountOf(call.user), group: accountOf(call.group), mode: normalMode(call.mode) }
  const cur = await statsOf(ctx, name, { followLinks })
  const before: Record<string, unknown> = {
    luser: typeof call.user === 'number' ? cur.uid : cur.user,
    lgroup: typeof call.group === 'number' ? cur.gid : cur.group,
    lmode: cur.mode,
  }
  const applied = await applyPermissions(ctx, name, { ...wanted, test, followLinks })
  for (const [key, now] of [
    ['cuser', 'user'],
    ['cgroup', 'group'],
    ['cmode', 'mode'],
  ] as const)
    if (now in applied.changes && !(test && now === 'mode')) before[key] = applied.changes[now]
  const comments = [...applied.comments]
  const changes: Record<string, unknown> = { ...applied.changes }
  if (attrs !== undefined && cur.type !== 'dir' && cur.type !== 'link') {
    const changed = await changedAttributes(ctx, name, { attrs, test })
    if (changed !== undefined) changes['attrs'] = changed.changes
    if (changed?.comment !== undefined) comments.push(changed.comment)
  }
  return [resultOf(call.ret, { name, changes, comments, test }), before]
}

interface Outcome {
  readonly name: string
  readonly changes: Record<string, unknown>
  readonly comments: readonly string[]
  readonly test: boolean
}

/** Adds to the result that was handed in. */
function resultOf(ret: unknown, { name, changes, comments, test }: Outcome): Record<string, unknown> {
  const given: DataMap =
    isMap(ret) && entriesOf(ret).length > 0 ? ret : { name, changes: {}, comment: '', result: true }
  const earlier = valueAt(given, 'comment')
  const all = [...(isTruthy(earlier ?? '') ? [pythonStr(earlier)] : []), ...comments]
  const had = valueAt(given, 'changes')
  const whole = { ...(isMap(had) ? textKeyed(had) : {}), ...changes }
  const result = comments.length > 0 ? false : (valueAt(given, 'result') ?? true)
  const isPlanned = test && Object.keys(whole).length > 0
  return { ...textKeyed(given), changes: whole, comment: all.join('; '), result: isPlanned ? null : result }
}

async function changedAttributes(
  ctx: ExecContext,
  name: string,
  { attrs, test }: { readonly attrs: string; readonly test: boolean },
): Promise<{ readonly changes: Record<string, unknown>; readonly comment?: string } | undefined> {
  const difference = await attributeDifference(ctx, name, attrs)
  if (difference === undefined || (difference.added === '' && difference.removed === '')) return undefined
  const { added, removed, old } = difference
  if (test) return { changes: { old, new: attrs } }
  if (added !== '') await changeAttributes(ctx, [name], { operator: 'add', attributes: added })
  if (removed !== '') await changeAttributes(ctx, [name], { operator: 'remove', attributes: removed })
  const left = await attributeDifference(ctx, name, attrs)
  if (left === undefined || (left.added === '' && left.removed === ''))
    return { changes: { old, new: attrs } }
  const now = ((await attributesOf(ctx, name))?.[name] ?? []).join('')
  const comment = `Failed to change attributes to ${attrs}`
  return now === old ? { changes: { old, new: old }, comment } : { changes: { old, new: now }, comment }
}
