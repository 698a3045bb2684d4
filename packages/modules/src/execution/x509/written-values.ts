// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'
import { type NamePair, pairsOfText } from './general-names.ts'

/** A map with text keys. */
export type Plain = Readonly<Record<string, unknown>>

/** Whether a value is a map; lists and bytes are not. */
export function isPlain(value: unknown): value is Plain {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  )
}

/** Whether an extension is marked as critical: the word stands in the text, the list or the map. */
export function saysCritical(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.includes('critical')
  return isPlain(value) && 'critical' in value && value['critical'] !== false
}

/** What an extension of OpenSSL's configuration says: `critical, KEY:VALUE, WORD`. */
export interface Written {
  readonly critical: boolean
  readonly pairs: readonly (readonly [key: string, value: string])[]
}

/** Reads it; a word without a value has the value `__present__`. */
export function readWritten(text: string): Written {
  const critical = text.startsWith('critical')
  const rest = critical ? text.slice(8).replace(/^,+/, '').trim() : text
  const pairs = rest.split(',').map((item): readonly [string, string] => {
    const [, key = '', value = ''] = /^([^:]*):(.*)$/s.exec(item.trim()) ?? ['', item, '__present__']
    return [key.trim(), value.trim()]
  })
  return { critical, pairs }
}

/** An extension as a map, from a map or from OpenSSL's text. */
export function mapOfWritten(value: unknown): { readonly critical: boolean; readonly map: Plain } {
  if (typeof value === 'string') {
    const { critical, pairs } = readWritten(value)
    return { critical, map: Object.fromEntries(pairs) }
  }
  return { critical: saysCritical(value), map: isPlain(value) ? value : {} }
}

/** The names that an extension lists: `critical, DNS:a, IP:b`, a list of such texts, or maps of kinds and names. */
export function namesOfWritten(value: unknown): {
  readonly critical: boolean
  readonly pairs: readonly NamePair[]
} {
  if (typeof value === 'string') return readWritten(value)
  return { critical: saysCritical(value), pairs: listedPairs(Array.isArray(value) ? value : [value]) }
}

/** The same of a list. */
export function listedPairs(items: readonly unknown[]): readonly NamePair[] {
  return items.flatMap((item) => {
    if (isPlain(item)) return Object.entries(item).filter(([kind]) => kind !== 'critical')
    return typeof item === 'string' && item.includes(':') ? pairsOfText([item]) : []
  })
}

/** One value or a list of them, as a list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

/** A whole number, however it is written. `what` names it for the error. */
export function wholeNumber(value: unknown, what: string): bigint {
  const text = pythonStr(value).trim()
  if (/^-?\d+$/.test(text)) return BigInt(text)
  throw new SaltError('ARGUMENTS_INVALID', `${what} must be an integer, and is ${text}`)
}
