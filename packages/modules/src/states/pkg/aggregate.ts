// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import type { AggregateCall, Aggregated, LowState } from '@halite/loader'

const merging = ['installed', 'latest', 'removed', 'purged']

/** Packages of the states that come later and do the same are done with this one: one call of the package manager. */
export function aggregated({ low, lowstate, results }: AggregateCall): Aggregated {
  if (!merging.includes(pythonStr(low['fun']))) return { low, merged: [] }
  const alike = lowstate.filter(
    (one) =>
      one['state'] === 'pkg' &&
      one['fun'] === low['fun'] &&
      one['fromrepo'] === low['fromrepo'] &&
      !('__agg__' in one) &&
      !('hold' in one) &&
      !results.has(tagOf(one)),
  )
  const kind = 'sources' in low ? 'sources' : 'pkgs'
  const chosen = alike.filter((one) => one === low || 'sources' in one === (kind === 'sources'))
  const merged = chosen.filter((one) => one !== low)
  if (merged.length === 0 || !chosen.includes(low)) return { low, merged: [] }
  const { version: _, ...rest } = low
  return { low: { ...rest, [kind]: [...new Set(chosen.flatMap((one) => packagesOf(one, kind)))] }, merged }
}

function packagesOf(low: LowState, kind: 'sources' | 'pkgs'): readonly unknown[] {
  const listed = low[kind]
  if (Array.isArray(listed)) return listed
  const { name, version } = low
  return [version === undefined || version === null ? name : { [pythonStr(name)]: version }]
}

function tagOf({ state, name, fun, __id__: id }: LowState): string {
  return [state, id, name, fun].map((part) => pythonStr(part)).join('_|-')
}
