// SPDX-License-Identifier: Apache-2.0
import { isSaltError, SaltError } from '@halite/core'
import type { RegistryValue, RegistryView } from '@halite/loader'

/** Where a function of `reg` looks, as it was called. */
export interface Place {
  readonly hive: string
  readonly key: string
  readonly use_32bit_registry: boolean
}

const hives: Readonly<Record<string, string>> = {
  HKEY_LOCAL_MACHINE: 'HKLM',
  HKEY_CURRENT_USER: 'HKCU',
  HKEY_USERS: 'HKU',
  HKEY_CLASSES_ROOT: 'HKCR',
  HKEY_CURRENT_CONFIG: 'HKCC',
}
const shortNames: ReadonlySet<string> = new Set(Object.values(hives))

/** Path and view for `ctx.windowsRegistry`. Throws COMMAND_FAILED for a hive that does not exist. */
export function placeOf({
  hive,
  key,
  use_32bit_registry: narrow,
}: Place): [path: string, view: RegistryView] {
  const short = hives[hive] ?? hive
  if (!shortNames.has(short)) throw new SaltError('COMMAND_FAILED', `Invalid Hive: ${hive}`)
  const inside = key.replace(/^\\+|\\+$/g, '')
  return [inside === '' ? short : `${short}\\${inside}`, narrow ? 32 : 64]
}

/** As Salt writes it. */
export function shownPlace({ hive, key }: Pick<Place, 'hive' | 'key'>): string {
  return `${hive}\\${key}`
}

const accessDenied = 5

/** Whether Windows keeps us from a key, which then exists. */
export function isDenied(error: unknown): boolean {
  return isSaltError(error) && error.data?.['windowsCode'] === accessDenied
}

/** For `catch`: a key we may not read counts as one that has no values. Throws every other error again. */
export function deniedOrMissing(error: unknown): ReadonlyMap<string, RegistryValue> {
  if (isDenied(error)) return new Map()
  throw error
}
