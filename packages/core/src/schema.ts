// SPDX-License-Identifier: Apache-2.0
import { SaltError } from './errors.ts'
import { isJid, isMinionId, type Jid, type MinionId } from './ids.ts'
import { textKeyed } from './values/copy.ts'
import { Float } from './values/float.ts'
import { type DataMap, isMap, keysOf, valueAt } from './values/maps.ts'
import { pythonStr } from './values/text.ts'

/** Turns an unknown value into a `T`, or throws `VALUE_MALFORMED` naming the field at `path`. */
export type Decoder<T> = (value: unknown, path: string) => T

/** The type a decoder gives. */
export type Decoded<D> = D extends Decoder<infer T> ? T : never

/** A decoder of text of at most `maxLength` UTF-16 units. */
export function text(maxLength = 65_536): Decoder<string> {
  return (value, path) => {
    if (typeof value === 'string' && value.length <= maxLength) return value
    throw wrong(path, `text of at most ${maxLength} characters`)
  }
}

/** A decoder of binary of exactly `length` bytes; the result is a copy that outlives its frame. */
export function bytes(length: number): Decoder<Buffer> {
  return (value, path) => {
    if (value instanceof Uint8Array && value.length === length) return Buffer.from(value)
    throw wrong(path, `${length} bytes`)
  }
}

/** A decoder of binary of at most `maxLength` bytes; the result is a view into the frame. */
export function binary(maxLength: number): Decoder<Uint8Array> {
  return (value, path) => {
    if (value instanceof Uint8Array && value.length <= maxLength) return value
    throw wrong(path, `at most ${maxLength} bytes`)
  }
}

/** A decoder of whole numbers from `min` to `max`. */
export function integer(min = 0, max = Number.MAX_SAFE_INTEGER): Decoder<number> {
  return (value, path) => {
    const number = value instanceof Float ? value.value : value
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max)
      return number
    throw wrong(path, `a whole number from ${min} to ${max}`)
  }
}

/** A decoder of finite numbers from `min` to `max`. */
export function number(min: number, max: number): Decoder<number> {
  return (value, path) => {
    const number = value instanceof Float ? value.value : value
    if (typeof number === 'number' && number >= min && number <= max) return number
    throw wrong(path, `a number from ${min} to ${max}`)
  }
}

/** A decoder of true and false; numbers and texts are no booleans here. */
export const boolean: Decoder<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value
  throw wrong(path, 'true or false')
}

/** Any decoded value; its depth and size were limited when it was unpacked. */
export const anything: Decoder<unknown> = (value) => value

/** A decoder of a minion id: what `isMinionId` accepts, as it stands. */
export const minionId: Decoder<MinionId> = (value, path) => {
  if (isMinionId(value)) return value
  throw wrong(path, 'a minion id')
}

/** A decoder of a jid as text: what `isJid` accepts, as it stands. */
export const jobId: Decoder<Jid> = (value, path) => {
  if (isJid(value)) return value
  throw wrong(path, 'a jid')
}

/** A decoder of one of the given texts. */
export function oneOf<const T extends string>(...choices: readonly T[]): Decoder<T> {
  return (value, path) => {
    const found = choices.find((choice) => choice === value)
    if (found !== undefined) return found
    throw wrong(path, `one of ${choices.join(', ')}`)
  }
}

/** A decoder of lists with at most `maxItems` items. */
export function listOf<T>(item: Decoder<T>, maxItems = 100_000): Decoder<T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > maxItems)
      throw wrong(path, `a list of at most ${maxItems} items`)
    return value.map((each, index) => item(each, `${path}[${index}]`))
  }
}

/** A decoder of a value that one of two decoders takes; the error is the second's. */
export function either<A, B>(first: Decoder<A>, second: Decoder<B>): Decoder<A | B> {
  return (value, path) => {
    try {
      return first(value, path)
    } catch {
      return second(value, path)
    }
  }
}

/** A decoder that lets nil and absence through as undefined. */
export function optional<T>(inner: Decoder<T>): Decoder<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : inner(value, path))
}

/** A decoder of maps of any keys and values, as they are. */
export const dataMap: Decoder<DataMap> = (value, path) => {
  if (isMap(value)) return value
  throw wrong(path, 'a map')
}

/** A decoder of maps by name: their keys are taken as text (`5` for 5). */
export const anyMap: Decoder<Record<string, unknown>> = (value, path) => textKeyed(dataMap(value, path))

type Fields = Readonly<Record<string, Decoder<unknown>>>
type Optional<F extends Fields> = { [K in keyof F]: undefined extends Decoded<F[K]> ? K : never }[keyof F]
type Shape<F extends Fields> = { readonly [K in Exclude<keyof F, Optional<F>>]: Decoded<F[K]> } & {
  readonly [K in Optional<F>]?: Decoded<F[K]>
}

/** A decoder of maps with exactly these fields: unknown ones are refused, missing ones must be optional. */
export function record<const F extends Fields>(fields: F): Decoder<Shape<F>> {
  const known = new Set<unknown>(Object.keys(fields))
  const decode = extensibleRecord(fields)
  return (value, path) => {
    if (isMap(value)) for (const key of keysOf(value)) if (!known.has(key)) throw unknownField(key, path)
    return decode(value, path)
  }
}

/**
 * A decoder of maps with these fields and any others, which are left out: for what a trusted sender of a later version may
 * say. Missing fields must be optional.
 */
export function extensibleRecord<const F extends Fields>(fields: F): Decoder<Shape<F>> {
  const decoders = Object.entries(fields)
  return (value, path) => {
    if (!isMap(value)) throw wrong(path, 'a map')
    const result: Record<string, unknown> = {}
    for (const [key, decode] of decoders) {
      const decoded = decode(valueAt(value, key), `${path}.${key}`)
      if (decoded !== undefined) result[key] = decoded
    }
    return result as Shape<F>
  }
}

function unknownField(key: unknown, path: string): SaltError {
  const name = pythonStr(key).slice(0, 40)
  return new SaltError('VALUE_MALFORMED', `${path} has the unknown field '${name}'`)
}

function wrong(path: string, expected: string): SaltError {
  return new SaltError('VALUE_MALFORMED', `${path} must be ${expected}`)
}
