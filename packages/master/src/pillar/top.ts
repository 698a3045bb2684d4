// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, mapOf, messageOf, pythonStr, textKeyed } from '@halite/core'
import { compileTarget, isTargetType, type Nodegroups, type Target } from '@halite/targeting'

/** One target of a top file and what it gives to the minions it selects. */
export interface TopEntry {
  readonly saltenv: string
  readonly target: Target
  /** Names of sls, in the order written. */
  readonly sls: readonly string[]
  /** Lower ones come first; default 0. */
  readonly order: number
  /** An sls that does not exist is no error. */
  readonly ignoreMissing: boolean
}

/** A top file, read: what can be used of it, and what is wrong with the rest, in words. */
export interface Top {
  readonly entries: readonly TopEntry[]
  readonly problems: readonly string[]
}

/**
 * Reads the value of a top file: environment → target → list of sls, with `match: <type>` (compound if it says nothing),
 * `order` and `ignore_missing` among them. Never throws: a target that cannot be read selects nobody and is told.
 */
export function readTop(value: unknown, nodegroups: Nodegroups): Top {
  if (value === null) return { entries: [], problems: [] }
  if (!isMap(value)) return { entries: [], problems: ['it is not a map of environments'] }
  const read = Object.entries(textKeyed(value)).map(([saltenv, targets]) =>
    readEnvironment(saltenv, targets, nodegroups),
  )
  return { entries: read.flatMap(({ entries }) => entries), problems: read.flatMap((each) => each.problems) }
}

function readEnvironment(saltenv: string, targets: unknown, nodegroups: Nodegroups): Top {
  if (saltenv === 'include') return { entries: [], problems: ['include is not supported in top files yet'] }
  if (!isMap(targets)) return { entries: [], problems: [`${saltenv} is not a map of targets`] }
  const entries: TopEntry[] = []
  const problems: string[] = []
  for (const [key, list] of entriesOf(targets)) {
    const tgt = pythonStr(key)
    try {
      entries.push(readEntry(saltenv, { tgt, list, nodegroups }))
    } catch (error) {
      problems.push(`${saltenv}, target '${tgt}': ${messageOf(error)}`)
    }
  }
  return { entries, problems }
}

interface Written {
  readonly tgt: string
  readonly list: unknown
  readonly nodegroups: Nodegroups
}

function readEntry(saltenv: string, { tgt, list, nodegroups }: Written): TopEntry {
  const items: readonly unknown[] = Array.isArray(list) ? list : [list]
  const settings = textKeyed(mapOf(items.filter(isMap).flatMap(entriesOf)))
  const { match = 'compound', order = 0, ignore_missing: ignoreMissing = false } = settings
  if (!isTargetType(match)) throw new Error(`match '${String(match)}' is no type of targets`)
  return {
    saltenv,
    target: compileTarget({ tgt, tgtType: match, nodegroups }),
    sls: items.filter((item) => typeof item === 'string'),
    order: Number.isInteger(Number(order)) ? Number(order) : 0,
    ignoreMissing: ignoreMissing === true,
  }
}
