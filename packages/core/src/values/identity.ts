// SPDX-License-Identifier: Apache-2.0
import { Float } from './float.ts'
import { type DataMap, entriesOf, isMap } from './maps.ts'
import { Tuple } from './tuple.ts'

/**
 * A text that two values share exactly when Python finds them equal (`1`, `1.0` and `True`; maps whatever their order),
 * for finding equal values among many in linear time. NaN is equal to itself here.
 */
export function identityText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return String(Number(value))
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Float) return String(value.value + 0)
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return sequenceText(value)
  if (value instanceof Set) return `{${[...value].map(identityText).sort().join()}}`
  return isMap(value) ? mapText(value) : `<${String(value)}>`
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(BigInt(value)) : String(value)
}

function sequenceText(list: readonly unknown[]): string {
  const items = Array.from(list, identityText).join()
  return list instanceof Tuple ? `(${items})` : `[${items}]`
}

function mapText(map: DataMap): string {
  const parts = entriesOf(map).map(([key, value]) => `${identityText(key)}:${identityText(value)}`)
  return `{${parts.sort().join()}}`
}
