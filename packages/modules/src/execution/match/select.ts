// SPDX-License-Identifier: Apache-2.0
import { findWritten, isMap, messageOf, pythonStr, textKeyed, valueAt } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { compileTarget, fnmatch, type Nodegroups, type TargetType } from '@halite/targeting'

interface Expression {
  readonly tgt: string
  readonly type: TargetType
  readonly id?: string | undefined
  readonly delimiter?: string
}

/** Whether an expression selects this minion, by its own grains and pillar. One that cannot be read selects nothing, and is logged. */
export function matches(
  ctx: ExecContext,
  { tgt: expression, type, id = ctx.id, delimiter: between }: Expression,
): boolean {
  const { grains, pillar } = ctx
  try {
    const target = compileTarget({
      tgt: expression,
      tgtType: type,
      delimiter: between,
      nodegroups: nodegroupsOf(ctx),
    })
    return target.matches({ id, grains, pillar })
  } catch (error) {
    ctx.log.error('target expression cannot be read', { tgt: expression, reason: messageOf(error) })
    return false
  }
}

/** Nodegroups are the master's; a minion has them from its own configuration, or in a pillar that shows the master's. */
function nodegroupsOf({ options, pillar }: ExecContext): Nodegroups {
  const master = valueAt(pillar, 'master')
  const shown = isMap(master) ? valueAt(master, 'nodegroups') : undefined
  const groups = options['nodegroups'] ?? shown
  return isMap(groups) ? (textKeyed(groups) as Nodegroups) : {}
}

/** Whether an expression selects this minion by its data of `data.getval`. */
export async function matchesData(ctx: ExecContext, expression: string): Promise<boolean> {
  const [key = '', pattern] = expression.split(':')
  if (pattern === undefined || (await ctx.modules.describe('data.getval')) === undefined) return false
  const value = await ctx.call('data.getval', { key })
  if (Array.isArray(value)) {
    return value.some((item) => fnmatch(pythonStr(item).toLowerCase(), pattern.toLowerCase()))
  }
  if (isMap(value)) return findWritten(value, pattern) !== undefined
  return value !== null && value !== undefined && fnmatch(pythonStr(value), pattern)
}

/** How the expressions of a call are read. */
export interface Choice {
  readonly tgt_type: TargetType | 'data'
  readonly minion_id?: string | undefined
}

/** Whether an expression selects this minion. */
export function selects(
  ctx: ExecContext,
  expression: string,
  { tgt_type: type, minion_id }: Choice,
): Promise<boolean> {
  if (type === 'data') return matchesData(ctx, expression)
  return Promise.resolve(matches(ctx, { tgt: expression, type, id: minion_id }))
}
