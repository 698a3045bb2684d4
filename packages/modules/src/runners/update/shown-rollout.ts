// SPDX-License-Identifier: Apache-2.0
import type { MasterContext } from '@halite/loader'
import type { Rollout, RolloutGroup } from './rollout-files.ts'

/** How many minions of a group are how far. */
export interface GroupCounts {
  readonly updated: number
  readonly failed: number
  readonly absent: number
  readonly pending: number
}

/** Where a roll-out stands, for people and programs. */
export interface ShownRollout {
  readonly rollout: string
  readonly version: string
  readonly tgt: string | readonly string[]
  readonly tgt_type: string
  readonly status: Rollout['status']
  readonly reason: string
  readonly groups: readonly (GroupCounts & { readonly group: string; readonly status: string })[]
  /** Id → why. */
  readonly failed: Readonly<Record<string, string>>
  readonly absent: Readonly<Record<string, string>>
}

/** The roll-out as it stands. One whose process is gone was interrupted, whatever its file says. */
export async function shownRollout(ctx: MasterContext, rollout: Rollout): Promise<ShownRollout> {
  const { id, version, tgt, tgt_type, groups } = rollout
  const isLeft = isOpen(rollout) && !(await isUnderWay(ctx, rollout))
  const status = isLeft ? 'interrupted' : rollout.status
  return {
    rollout: id,
    version,
    tgt,
    tgt_type,
    status,
    reason: isLeft ? 'the process that worked on it is gone' : rollout.reason,
    groups: groups.map((group) => {
      // A group that is begun stands where the roll-out stands.
      const isBegun = group.status === 'running' || group.status === 'soaking'
      return { group: group.name, status: isBegun ? status : group.status, ...countsOf(group) }
    }),
    failed: reasonsOf(rollout, 'failed'),
    absent: reasonsOf(rollout, 'absent'),
  }
}

/** Whether a runner works on it now. */
export async function isUnderWay({ jobs }: MasterContext, rollout: Rollout): Promise<boolean> {
  if (!isOpen(rollout) || jobs === undefined) return false
  const runs = await jobs.runs()
  return runs.some(({ fun, pid }) => /^update\.(rollout|resume)$/.test(fun) && pid === rollout.pid)
}

/** Counts the minions of a group; one that is passed over failed before. */
export function countsOf({ minions }: RolloutGroup): GroupCounts {
  const count = (...states: string[]) => minions.filter(({ state }) => states.includes(state)).length
  return {
    updated: count('updated'),
    failed: count('failed', 'passed over'),
    absent: count('absent'),
    pending: count('pending', 'running'),
  }
}

function isOpen({ status }: Rollout): boolean {
  return status === 'running' || status === 'soaking'
}

function reasonsOf({ groups }: Rollout, state: 'failed' | 'absent'): Record<string, string> {
  const found = groups.flatMap(({ minions }) => minions)
  const states = state === 'failed' ? ['failed', 'passed over'] : [state]
  return Object.fromEntries(
    found.filter((one) => states.includes(one.state)).map(({ id, reason }) => [id, reason]),
  )
}
