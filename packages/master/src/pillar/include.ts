// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, SaltError, valueAt } from '@halite/core'
import type { SlsFile } from './sls-files.ts'

/** What an item of `include` names. */
export interface IncludedName {
  readonly name: string
  /** Of a name with leading dots: the rest of it, which may be a name from the root. */
  readonly fromRoot: string | undefined
}

/** An item of `include`. */
export interface Include extends IncludedName {
  readonly key: string | undefined
  readonly defaults: DataMap | undefined
}

/**
 * Reads an item of `include`: a name, or a map of one name to its settings. A leading dot means beside the including file
 * `sls`. Throws `VALUE_MALFORMED` where there is no name.
 */
export function includeOf(item: unknown, sls: string, { isInit }: SlsFile): Include {
  const [[name, settings] = [item, undefined]] = isMap(item) ? entriesOf(item) : []
  if (typeof name !== 'string') throw new SaltError('VALUE_MALFORMED', 'an item of include is no name')
  const key = isMap(settings) ? valueAt(settings, 'key') : undefined
  const defaults = isMap(settings) ? valueAt(settings, 'defaults') : undefined
  const parts = sls.split(/[./]/)
  const folder = isInit ? parts : parts.slice(0, -1)
  return {
    name: name.startsWith('.') ? [...folder, name.slice(1)].join('.') : name,
    fromRoot: name.startsWith('.') ? name.replace(/^\.+/, '') : undefined,
    key: typeof key === 'string' && key !== '' ? key : undefined,
    defaults: isMap(defaults) ? defaults : undefined,
  }
}
