// SPDX-License-Identifier: Apache-2.0
import { equal, hasKey, isMap, mapOf, pythonStr, withEntry, withoutKey } from '@halite/core'
import { lookUp } from '../parts/look-up.ts'
import type { Path, TopGrain } from './nested.ts'
import type { Grains } from './static-file.ts'

/** What `grains.set` is to do. */
export interface Setting extends Path {
  readonly val: unknown
  /** Replace lists and maps, and what stands in the way. */
  readonly force: boolean
  /** Remove the key when `val` is None. */
  readonly destructive: boolean
}

/** A grain that is to be written, or why there is nothing to write, in Salt's words. */
export type Settled = TopGrain | { readonly comment: string; readonly result: boolean }

const missing = Symbol('missing')

/** What a setting means for the grains as they are: a list or map is only replaced, or put in a value's place, by force. */
export function settle(grains: Grains, setting: Setting): Settled {
  const { key, delimiter, val, force, destructive } = setting
  const existing = lookUp(grains, key.split(delimiter), missing)
  const removes = val === null && destructive
  if (existing !== missing && equal(existing, val) && !removes) {
    return { comment: 'Grain is already set', result: true }
  }
  if (existing === missing || existing === null || force) return raise(grains, setting)
  if (isComplex(existing)) {
    return refused(`The key '${key}' exists but is a dict or a list. Use 'force=True' to overwrite.`)
  }
  if (isComplex(val)) {
    return refused(
      `The key '${key}' exists and the given value is a dict or a list. Use 'force=True' to overwrite.`,
    )
  }
  return raise(grains, setting)
}

/** Puts the value into its parent, that into its own, up to the top. */
function raise(grains: Grains, setting: Setting): Settled {
  const parts = setting.key.split(setting.delimiter)
  let value = setting.val
  for (let level = parts.length - 1; level > 0; level--) {
    const child = parts[level] as string
    const parent = lookUp(grains, parts.slice(0, level), {})
    const within = putInto(parent, { child, value, setting })
    if (within === missing) {
      return refused(
        `The key '${parts.slice(0, level).join(setting.delimiter)}' value is '${pythonStr(parent)}', which is ` +
          `different from the provided key '${child}'. Use 'force=True' to overwrite.`,
      )
    }
    value = within
  }
  return { name: parts[0] as string, value }
}

interface Put {
  readonly child: string
  readonly value: unknown
  readonly setting: Setting
}

function putInto(parent: unknown, { child, value, setting }: Put): unknown {
  if (isMap(parent)) {
    return value === null && setting.destructive ? withoutKey(parent, child) : withEntry(parent, child, value)
  }
  if (Array.isArray(parent)) return putIntoList(parent, child, value)
  return parent === child || setting.force ? mapOf([[child, value]]) : missing
}

/** In place of the item that bears the name, into each map that has the key, or else at the end. */
function putIntoList(list: readonly unknown[], child: string, value: unknown): unknown[] {
  let found = false
  const changed = list.map((item) => {
    const map = isMap(item) && hasKey(item, child) ? item : undefined
    if (item !== child && map === undefined) return item
    found = true
    return withEntry(map ?? {}, child, value)
  })
  return found ? changed : [...list, mapOf([[child, value]])]
}

function isComplex(value: unknown): boolean {
  return Array.isArray(value) || isMap(value)
}

function refused(comment: string): Settled {
  return { comment, result: false }
}
