// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, pythonRepr, pythonStr } from '@halite/core'
import type { StateContext } from '@halite/loader'

/** A value as comments show it: maps of an sls file are ordered dicts there, those of a call are plain ones. */
export function shownValue(ctx: StateContext, value: unknown): string {
  const isOfSls = ctx.state.low['__sls__'] !== undefined && ctx.state.low['__sls__'] !== null
  return isOfSls && typeof value === 'object' && value !== null ? orderedRepr(value) : pythonStr(value)
}

function orderedRepr(value: unknown): string {
  if (isMap(value)) return `OrderedDict(${pairsText(value)})`
  if (Array.isArray(value)) return `[${value.map(orderedRepr).join(', ')}]`
  return pythonRepr(value)
}

function pairsText(map: DataMap): string {
  const pairs = entriesOf(map).map(([key, value]) => `(${pythonRepr(key)}, ${orderedRepr(value)})`)
  return pairs.length === 0 ? '' : `[${pairs.join(', ')}]`
}
