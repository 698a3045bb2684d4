// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isMap, isTruthy, mergeMaps, pythonStr, SaltError, valueAt } from '@halite/core'
import { arg } from '@halite/loader'
import { fnmatch } from '@halite/targeting'
import { lookUp } from './look-up.ts'

type Data = DataMap

/** The arguments of every `filter_by` behind its key. */
export const filterArguments = {
  merge: arg.any('A map that wins over what was selected.').optional(),
  default: arg.string('The key that is selected when none matches.').default('default'),
  base: arg.string('A key whose map lies below what was selected.').optional(),
}

/** What to select from, by which value, and what to merge with it. */
export interface Filter {
  readonly lookup_dict: Readonly<Record<string, unknown>>
  /** Path of the value, its keys separated by colons. */
  readonly key: string
  readonly merge?: unknown
  readonly default: string
  readonly base?: string | undefined
}

/**
 * The value of the first key in `lookup_dict` that matches, as a glob, what `data` has under a path (of a list, each of
 * its items in turn); None when there is no default either. Throws `COMMAND_FAILED`, in Salt's words, for what cannot be
 * merged.
 */
export function filterBy(data: Data, filter: Filter): unknown {
  const { lookup_dict, default: fallback, base } = filter
  const selected = firstMatch(data, filter) ?? entryOf(lookup_dict, fallback) ?? null
  const below = base === undefined ? undefined : entryOf(lookup_dict, base)
  return mergedOver(onBase(selected, below), filter.merge)
}

function firstMatch(data: Data, { lookup_dict, key }: Filter): unknown {
  const found = lookUp(data, key.split(':'), [])
  for (const value of Array.isArray(found) ? found : [found]) {
    const pattern = Object.keys(lookup_dict).find((glob) => fnmatch(pythonStr(value), glob))
    if (pattern !== undefined && lookup_dict[pattern] !== null) return lookup_dict[pattern]
  }
  return undefined
}

function onBase(selected: unknown, base: unknown): unknown {
  if (base === undefined) return selected
  if (selected === null) return base
  if (!isMap(base)) return selected
  if (isMap(selected)) return mergeMaps(base, selected)
  throw new SaltError('COMMAND_FAILED', 'filter_by default and look-up values must both be dictionaries.')
}

function mergedOver(selected: unknown, merge: unknown): unknown {
  if (!isTruthy(merge ?? null)) return selected
  if (!isMap(merge)) {
    throw new SaltError('COMMAND_FAILED', 'filter_by merge argument must be a dictionary.')
  }
  if (selected === null) return merge
  if (isMap(selected)) return mergeMaps(selected, merge)
  throw new SaltError('COMMAND_FAILED', 'Cannot update using non-dict types in dictupdate.update()')
}

function entryOf(map: DataMap, key: string): unknown {
  return valueAt(map, key)
}
