// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, keysOf, mapOf, messageOf, pythonStr, SaltError, textKeyed } from '@halite/core'
import {
  compileTarget,
  isTargetType,
  isUnknownNodegroup,
  type Nodegroups,
  type Target,
} from '@halite/targeting'

/** One target of a top file and what it gives to the minions it selects. */
export interface TopEntry {
  readonly saltenv: string
  /** The expression as written. */
  readonly tgt: string
  readonly target: Target
  /** Names of sls, in the order written; shell patterns stand for all that fit. */
  readonly sls: readonly string[]
  /** Lower ones come first; default 0. */
  readonly order: number
  /** An sls that does not exist is no error. */
  readonly ignoreMissing: boolean
  /** What stands below the target. */
  readonly written: readonly unknown[]
}

/** A top file, read: what can be used of it, and what is wrong with the rest, in words. */
export interface Top {
  readonly entries: readonly TopEntry[]
  /** Names of further top files. */
  readonly include: readonly string[]
  readonly problems: readonly string[]
  /** Targets that select nobody as the master is configured: for its log alone. */
  readonly warnings: readonly string[]
}

const nothing: Top = { entries: [], include: [], problems: [], warnings: [] }

/**
 * Reads the value of a top file: environment → target → list of sls, with `match: <type>` (compound if it says nothing),
 * `order` and `ignore_missing` among them; `include` names further top files. Never throws: a target that cannot be read
 * selects nobody and is a problem; one that names a nodegroup which is not configured is only a warning.
 */
export function readTop(value: unknown, nodegroups: Nodegroups): Top {
  if (value === null) return nothing
  if (!isMap(value)) return { ...nothing, problems: ['it is not a map of environments'] }
  const read = Object.entries(textKeyed(value)).map(([saltenv, targets]) =>
    saltenv === 'include' ? readIncludes(targets) : readEnvironment(saltenv, targets, nodegroups),
  )
  return {
    entries: read.flatMap(({ entries }) => entries),
    include: read.flatMap(({ include }) => include),
    problems: read.flatMap(({ problems }) => problems),
    warnings: read.flatMap(({ warnings }) => warnings),
  }
}

function readIncludes(names: unknown): Top {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) {
    return { ...nothing, include: names }
  }
  return { ...nothing, problems: ['include is not a list of names'] }
}

function readEnvironment(saltenv: string, targets: unknown, nodegroups: Nodegroups): Top {
  if (!isMap(targets)) return { ...nothing, problems: [`${saltenv} is not a map of targets`] }
  const entries: TopEntry[] = []
  const problems: string[] = []
  const warnings: string[] = []
  for (const [key, list] of entriesOf(targets)) {
    const tgt = pythonStr(key)
    try {
      entries.push(readEntry(saltenv, { tgt, list, nodegroups }))
    } catch (error) {
      const told = isUnknownNodegroup(error) ? warnings : problems
      told.push(`${saltenv}, target '${tgt}': ${messageOf(error)}`)
    }
  }
  return { entries, include: [], problems, warnings }
}

interface Written {
  readonly tgt: string
  readonly list: unknown
  readonly nodegroups: Nodegroups
}

function readEntry(saltenv: string, { tgt, list, nodegroups }: Written): TopEntry {
  const items = itemsIn(list)
  const settings = textKeyed(mapOf(items.filter(isMap).flatMap(entriesOf)))
  const { match = 'compound', order = 0, ignore_missing: ignoreMissing = false } = settings
  if (!isTargetType(match)) throw new Error(`match '${String(match)}' is no type of targets`)
  return {
    saltenv,
    tgt,
    target: compileTarget({ tgt, tgtType: match, nodegroups }),
    sls: items.filter((item) => typeof item === 'string'),
    order: Number.isInteger(Number(order)) ? Number(order) : 0,
    ignoreMissing: ignoreMissing === true,
    written: items,
  }
}

/** What a target gives: a list; a map stands for its keys, as in Salt, and a text for the only item. */
function itemsIn(list: unknown): readonly unknown[] {
  if (Array.isArray(list)) return list
  if (isMap(list)) return keysOf(list)
  if (typeof list === 'string') return [list]
  throw new SaltError('VALUE_MALFORMED', 'what it gives is not a list of sls names')
}

/**
 * The entries of several top files as one list: what a later file says of a target of an environment replaces what an
 * earlier one said. In the order in which the environments are first named, and of `order` within each.
 */
export function mergedEntries(tops: readonly Top[]): readonly TopEntry[] {
  const merged = new Map<string, TopEntry>()
  for (const { entries } of tops)
    for (const entry of entries) merged.set(`${entry.saltenv}\0${entry.tgt}`, entry)
  const environments = [...new Set(tops.flatMap(({ entries }) => entries.map(({ saltenv }) => saltenv)))]
  const ranks = new Map(environments.map((saltenv, rank) => [saltenv, rank]))
  const rankOf = ({ saltenv }: TopEntry): number => ranks.get(saltenv) ?? 0
  return [...merged.values()].sort((one, other) => rankOf(one) - rankOf(other) || one.order - other.order)
}

/** The data of the merged top files: environment → target → what stands there, as `salt-run pillar.show_top` shows it. */
export function shownTop(entries: readonly TopEntry[]) {
  const environments = [...new Set(entries.map(({ saltenv }) => saltenv))]
  return mapOf(
    environments.map((saltenv) => [
      saltenv,
      mapOf(
        entries
          .filter((entry) => entry.saltenv === saltenv)
          .map(({ tgt, written }) => [tgt, shownEntry(written)]),
      ),
    ]),
  )
}

/** Salt shows the ways of matching first, then the names. */
function shownEntry(written: readonly unknown[]): readonly unknown[] {
  const matches = written.filter((item) => isMap(item) && 'match' in item)
  return [...matches, ...new Set(written.filter((item) => typeof item === 'string'))]
}
