// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { type MinionId, SaltError, show } from '@halite/core'

/** Minions that a roll-out takes up together. */
export interface PlannedGroup {
  /** As it was written; `rest` for those in none of them. */
  readonly name: string
  readonly minions: readonly MinionId[]
}

export interface PlanInit {
  /** Everybody the roll-out is for. */
  readonly ids: readonly MinionId[]
  readonly version: string
  /** As written: `1`, `10%`, or a compound target. */
  readonly groups: readonly string[]
  /** Which minions a compound target selects. Rejects with `TARGET_INVALID`. */
  readonly select: (target: string) => Promise<ReadonlySet<string>>
}

/**
 * Splits minions into groups. A number or percentage says how many of all have their turn when the group is over; a target adds
 * those of the rest that it selects. Whoever is left makes the last group. The order is that of a hash of id and version,
 * so that it is not the same minions that go first each time, and the same plan gives the same groups.
 */
export async function planGroups({ ids, version, groups, select }: PlanInit): Promise<PlannedGroup[]> {
  let left = inOrder(ids, version)
  const planned: PlannedGroup[] = []
  for (const name of [...groups, '100%']) {
    const minions = isShare(name)
      ? left.slice(0, Math.max(0, shareOf(name, ids.length) - (ids.length - left.length)))
      : await selected(left, select(name))
    const taken = new Set(minions)
    left = left.filter((id) => !taken.has(id))
    if (minions.length > 0) planned.push({ name, minions })
  }
  const last = planned.at(-1)
  if (last?.name === '100%' && groups.at(-1) !== '100%')
    planned[planned.length - 1] = { ...last, name: 'rest' }
  return planned
}

/** How many of `total` a number or percentage means, parts of one counted as a whole. Throws `ARGUMENTS_INVALID`. */
export function shareOf(word: string, total: number): number {
  const number = Number.parseInt(word, 10)
  if (!isShare(word) || (word.endsWith('%') && number > 100))
    throw new SaltError('ARGUMENTS_INVALID', `${show(word)} is not a number of minions or a percentage`, {
      hint: 'Write it as 3 or 10%.',
    })
  return Math.min(total, word.endsWith('%') ? Math.ceil((total * number) / 100) : number)
}

function isShare(word: string): boolean {
  return /^\d{1,9}%?$/.test(word)
}

function inOrder(ids: readonly MinionId[], version: string): MinionId[] {
  const keyed = ids.map((id) => ({
    id,
    key: createHash('sha256').update(`${version}\0${id}`).digest('hex'),
  }))
  return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ id }) => id)
}

async function selected(
  left: readonly MinionId[],
  wanted: Promise<ReadonlySet<string>>,
): Promise<MinionId[]> {
  const chosen = await wanted
  return left.filter((id) => chosen.has(id))
}
