// SPDX-License-Identifier: Apache-2.0
import { type MinionId, SaltError } from '@halite/core'
import { type ArgSpec, arg, type MasterContext, type Presence } from '@halite/loader'
import {
  compileTarget,
  isTargetType,
  type Nodegroups,
  selectMinions,
  type Target,
  targetTypes,
} from '@halite/targeting'

const word = arg.string('A word.')
/** The arguments that say which minions. */
export const target = {
  tgt: {
    ...arg.string('Which minions to look at.').default('*'),
    parse: (value) => (Array.isArray(value) ? value.map((one) => word.parse(one)) : word.parse(value)),
  } satisfies ArgSpec<string | readonly string[]>,
  tgt_type: arg.string('How to read the target: ``glob``, ``list``, ``grain``, ….').default('glob'),
}

/** A target as it is written. */
export interface Selection {
  readonly tgt: string | readonly string[]
  readonly tgt_type: string
}

/**
 * The accepted minions that a target selects, as when a job is published: a minion whose pillar or grains decide and are
 * not known here is not selected. Rejects with `TARGET_INVALID`.
 */
export async function selectedMinions(
  ctx: MasterContext,
  selection: Selection,
): Promise<readonly Presence[]> {
  const target = compile(ctx, selection)
  const presence = await presenceOf(ctx)
  const ids = presence.map(({ id }) => id)
  const known = new Map(await Promise.all(ids.map((id) => factsIfNeeded(ctx, target, id))))
  const factsOf = (id: MinionId) => ({ id, ...known.get(id) })
  const { selected: found, unknown } = await selectMinions(target, ids, factsOf)
  if (unknown.length > 0)
    ctx.log.warning('not selected: grains or pillar not known', { ids: unknown.join(' ') })
  const selected = new Set(found)
  return presence.filter(({ id }) => selected.has(id))
}

/** Grains and pillar are asked for only when the id does not decide. */
async function factsIfNeeded(ctx: MasterContext, target: Target, id: MinionId) {
  const byId = target.evaluate({ id })
  if (byId === 'yes' || byId === 'no') return [id, {}] as const
  return [id, { grains: await ctx.grains(id), pillar: await ctx.pillar(id) }] as const
}

function compile({ options }: MasterContext, { tgt, tgt_type: tgtType }: Selection): Target {
  if (isTargetType(tgtType)) {
    // The option table has checked that it is a map; what it holds is parsed when it is used.
    return compileTarget({ tgt, tgtType, nodegroups: options['nodegroups'] as Nodegroups | undefined })
  }
  throw new SaltError('TARGET_INVALID', `targets of type ${tgtType} are not served`, {
    hint: `There are: ${targetTypes.join(', ')}.`,
  })
}

/** Every accepted minion. Throws `MASTER_UNREACHABLE` where no master runs. */
export async function presenceOf({ presence }: MasterContext): Promise<readonly Presence[]> {
  if (presence !== undefined) return presence()
  throw new SaltError('MASTER_UNREACHABLE', 'connections are known to a running master only')
}
