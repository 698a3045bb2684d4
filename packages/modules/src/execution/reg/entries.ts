// SPDX-License-Identifier: Apache-2.0
import type { ExecContext, RegistryValue } from '@halite/loader'
import { isDenied, type Place, placeOf, shownPlace } from './place.ts'

/** A value of the registry, as `reg.read_value` returns it. */
export interface Entry {
  readonly hive: string
  readonly key: string
  readonly vname: string
  readonly vdata: unknown
  readonly vtype: string | null
  readonly success: boolean
  readonly comment?: string
}

type Values = ReadonlyMap<string, RegistryValue>

const unnamed = '(Default)'

/** The value of this name, whatever its case. */
export function entryOf(values: Values, name: string): RegistryValue | undefined {
  const exact = values.get(name)
  if (exact !== undefined) return exact
  const wanted = name.toLowerCase()
  for (const [each, value] of values) if (each.toLowerCase() === wanted) return value
  return undefined
}

/** `reg.list_values`. */
export function listOfValues({ hive, key }: Place, values: Values): Entry[] {
  return [...values].map(([name, { type, data }]) => ({
    hive,
    key,
    vname: name || unnamed,
    vtype: type,
    success: true,
    vdata: shownData(data),
  }))
}

/** `reg.read_value`. Rejects with what the registry rejects with, except for a key that we may not read. */
export async function readEntry(ctx: ExecContext, args: Place & { readonly vname: string }): Promise<Entry> {
  const { hive, key, vname } = args
  const nothing = { hive, key, vname: vname || unnamed, vdata: null, vtype: null }
  const missing = (comment: string): Entry => ({ ...nothing, success: false, comment })
  try {
    const values = await ctx.windowsRegistry.values(...placeOf(args))
    if (values === undefined) return missing(`Cannot find key: ${shownPlace(args)}`)
    const found = entryOf(values, vname)
    if (found !== undefined)
      return { ...nothing, vdata: shownData(found.data), vtype: found.type, success: true }
    if (vname !== '') return missing(`Cannot find ${vname} in ${shownPlace(args)}`)
    return { ...nothing, vdata: '(value not set)', vtype: 'REG_SZ', success: true }
  } catch (error) {
    if (isDenied(error)) return missing(`Access is denied: ${shownPlace(args)}`)
    throw error
  }
}

/** A number of 64 bits is a plain one where it fits. */
function shownData(data: RegistryValue['data']): unknown {
  if (typeof data !== 'bigint') return data
  return data <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(data) : data
}
