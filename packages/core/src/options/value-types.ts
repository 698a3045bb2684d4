// SPDX-License-Identifier: Apache-2.0
import { type LogLevel, logLevels } from '../log.ts'
import { textKeyed } from '../values/copy.ts'
import { Float } from '../values/float.ts'
import { isMap } from '../values/maps.ts'

/** What an option may hold: the gate its values pass, and the words that describe it. */
export interface ValueType<T> {
  /** One or two words for the reference page: `boolean`, `path`, `text or list`. */
  readonly name: string
  /** What to write, as the end of "expected …". */
  readonly expects: string
  /** Unit of a number: `seconds`, `bytes`, … */
  readonly unit?: string
  /** The value must not be shown. */
  readonly secret?: true
  /** The value in its final form, or undefined when it does not fit. Values themselves are never undefined. */
  parse(value: unknown): T | undefined
}

/** The type of the values that pass `V`. */
export type ValueOf<V> = V extends ValueType<infer T> ? T : never

/** `True` or `False`; also the other words that YAML 1.1 reads as such. */
export const boolean: ValueType<boolean> = {
  name: 'boolean',
  expects: 'True or False',
  parse: (value) => (typeof value === 'boolean' ? value : undefined),
}

/** A whole number of either sign that a JavaScript number holds exactly. */
export const integer: ValueType<number> = {
  name: 'integer',
  expects: 'a whole number',
  parse: wholeNumber,
}

/** A whole number, 0 or more. */
export function count(unit?: string): ValueType<number> {
  return {
    name: 'integer',
    expects: `${withUnit('a whole number', unit)}, 0 or more`,
    ...(unit === undefined ? {} : { unit }),
    parse: (value) => within(wholeNumber(value), Number.MAX_SAFE_INTEGER),
  }
}

/** A finite number, 0 or more, with or without a fraction. */
export function amount(unit?: string): ValueType<number> {
  return {
    name: 'number',
    expects: withUnit('a number', unit),
    ...(unit === undefined ? {} : { unit }),
    parse: (value) => within(numberOf(value), Number.MAX_VALUE),
  }
}

/** A port number; 0 lets the system choose. */
export const port: ValueType<number> = {
  name: 'port',
  expects: 'a port number from 0 to 65535',
  parse: (value) => within(wholeNumber(value), 65_535),
}

/** Text. A number is not text: `id: 1.10` would silently become 1.1. */
export const text: ValueType<string> = {
  name: 'text',
  expects: 'text',
  parse: (value) => (typeof value === 'string' ? value : undefined),
}

/** A path of the file system. `loadOptions` puts it below `root_dir`. */
export const path: ValueType<string> = {
  name: 'path',
  expects: 'a path',
  parse: (value) => (typeof value === 'string' && !value.includes('\0') ? value : undefined),
}

/** A path of the file system that means the same place whatever `root_dir` is. */
export const hostPath: ValueType<string> = { ...path }

/** Text, or a whole number that is turned into text: Salt allows `id: 1234`. */
export const idText: ValueType<string> = {
  name: 'text',
  expects: 'text',
  parse: (value) => (Number.isSafeInteger(value) ? String(value) : text.parse(value)),
}

/** A list of anything. */
export const list: ValueType<readonly unknown[]> = {
  name: 'list',
  expects: 'a list',
  parse: (value) => (Array.isArray(value) ? value : undefined),
}

/** A list of texts. */
export const textList: ValueType<readonly string[]> = {
  name: 'list of text',
  expects: 'a list of text',
  parse: (value) => (isTextList(value) ? value : undefined),
}

/** A mapping by name: its keys are taken as text. */
export const map: ValueType<Readonly<Record<string, unknown>>> = {
  name: 'map',
  expects: 'a mapping (`name: value` lines)',
  parse: mapByName,
}

/** A mapping from names to lists of text: `file_roots` and its like. */
export const textListMap: ValueType<Readonly<Record<string, readonly string[]>>> = {
  name: 'map of lists',
  expects: 'a mapping from names to lists of text',
  parse: (value) => mapOfAll(value, isTextList),
}

/** A mapping from names to text. */
export const textMap: ValueType<Readonly<Record<string, string>>> = {
  name: 'map of text',
  expects: 'a mapping from names to text',
  parse: (value) => mapOfAll(value, (item) => typeof item === 'string'),
}

/** One of a few texts. An empty choice is not named in messages: it stands for "not set". */
export function choice<const C extends string>(...values: readonly C[]): ValueType<C> {
  return {
    name: 'choice',
    expects: `one of ${values.filter((value) => value !== '').join(', ')}`,
    parse: (value) => values.find((candidate) => candidate === value),
  }
}

/** The same type for a value that must not be shown: a password, the passphrase of a key. */
export function secret<T>(type: ValueType<T>): ValueType<T> {
  return { ...type, secret: true }
}

/** One of Salt's log levels, in any letter case. */
export const logLevel: ValueType<LogLevel> = levelOf(logLevels)

/** One of Salt's log levels, or empty for "not set". */
export const logLevelOrEmpty: ValueType<LogLevel | ''> = levelOf(['', ...logLevels])

/** Whatever fits `first`, else whatever fits `second`. */
export function either<A, B>(first: ValueType<A>, second: ValueType<B>): ValueType<A | B> {
  return {
    name: `${first.name} or ${second.name}`,
    expects: `${first.expects}, or ${second.expects}`,
    parse: (value) => first.parse(value) ?? second.parse(value),
  }
}

function mapByName(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isMap(value) ? textKeyed(value) : undefined
}

function mapOfAll<T>(
  value: unknown,
  fits: (item: unknown) => item is T,
): Readonly<Record<string, T>> | undefined {
  const named = mapByName(value)
  return named !== undefined && Object.values(named).every(fits)
    ? (named as Readonly<Record<string, T>>)
    : undefined
}

function levelOf<const C extends string>(values: readonly C[]): ValueType<C> {
  const exact = choice(...values)
  return { ...exact, parse: (value) => exact.parse(typeof value === 'string' ? value.toLowerCase() : value) }
}

/** Also of a float that is whole: `5.0`. */
function wholeNumber(value: unknown): number | undefined {
  const number = numberOf(value)
  return Number.isSafeInteger(number) ? number : undefined
}

function numberOf(value: unknown): number | undefined {
  const number = value instanceof Float ? value.value : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function within(value: number | undefined, most: number): number | undefined {
  return value !== undefined && value >= 0 && value <= most ? value : undefined
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function withUnit(words: string, unit: string | undefined): string {
  return unit === undefined ? words : `${words} of ${unit}`
}
