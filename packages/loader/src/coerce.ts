// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, isNumeric, isTruthy, mapOf, pythonStr, show, textKeyed } from '@halite/core'
import { wordOf } from './written-word.ts'

/*
 * What a value from the wire becomes. Words of a command line arrive as YAML scalars: `5` as a number, `yes` as a
 * boolean, so each coercion takes every form its type can have been given in. All throw a plain Error that says what
 * was expected and what came.
 */

/** Text. Numbers, booleans and bytes are written out; lists, maps and None are refused. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value
  const word = wordOf(value)
  if (word !== undefined) return word.text
  if (isNumeric(value) || typeof value === 'boolean') return pythonStr(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  throw expected('text', value)
}

/** Bytes as they are, and what is text as UTF-8. */
export function toBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(toText(value))
}

const trueWords = ['true', 'yes', 'on', '1']
const falseWords = ['false', 'no', 'off', '0', '']

/** A truth value: a boolean, a number (0 is false), or a word: true, yes, on, 1, false, no, off, 0, in any case. */
export function toBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (isNumeric(value)) return isTruthy(value)
  const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined
  if (word !== undefined && trueWords.includes(word)) return true
  if (word !== undefined && falseWords.includes(word)) return false
  throw expected('true or false', value)
}

/** A finite number, or text that is one in decimal. */
export function toNumber(value: unknown): number {
  const number = isNumeric(value) || isDecimal(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw expected('a number', value)
}

/** A whole number within ±2^53, or text that is one in decimal. */
export function toInteger(value: unknown): number {
  const number = isNumeric(value) || isDecimal(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number
  throw expected('a whole number', value)
}

/** A length of time in seconds: a number that is not negative. */
export function toSeconds(value: unknown): number {
  const seconds = toNumber(value)
  if (seconds >= 0) return seconds
  throw expected('seconds, 0 or more', value)
}

/** A list. Text is split at its commas, as Salt's functions do; another single value becomes a list of one. */
export function toList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return splitAtCommas(value)
  if (isNumeric(value) || typeof value === 'boolean') return [value]
  throw expected('a list', value)
}

/** A map by name: its keys are taken as text. A list of maps, YAML's form for an ordered one, is merged. */
export function toMap(value: unknown): Readonly<Record<string, unknown>> {
  if (isMap(value)) return textKeyed(value)
  if (Array.isArray(value) && value.every(isMap)) return textKeyed(mapOf(value.flatMap(entriesOf)))
  throw expected('a map', value)
}

/** A file path: text that is not empty and holds no NUL. */
export function toPath(value: unknown): string {
  const path = toText(value)
  if (path !== '' && !path.includes('\0')) return path
  throw expected('a path', value)
}

/** One of `choices`, spelled exactly. */
export function toChoice<const C extends readonly string[]>(choices: C, value: unknown): C[number] {
  const text = toText(value)
  const found = choices.find((choice) => choice === text)
  if (found !== undefined) return found
  throw expected(`one of ${choices.join(', ')}`, value)
}

function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)
}

function splitAtCommas(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function expected(what: string, value: unknown): Error {
  return new Error(`expected ${what}, got ${describe(value)}`)
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return show(value)
  if (value instanceof Uint8Array) return 'bytes'
  return isMap(value) ? 'a map' : pythonStr(value)
}
