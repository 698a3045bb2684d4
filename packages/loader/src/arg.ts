// SPDX-License-Identifier: Apache-2.0
import { equal, isTruthy, parseEncoding } from '@halite/core'
import type { ArgSpec } from './arguments.ts'
import {
  toBoolean,
  toBytes,
  toChoice,
  toInteger,
  toList,
  toMap,
  toNumber,
  toPath,
  toSeconds,
  toText,
} from './coerce.ts'
import { parseArgument } from './parse-argument.ts'
import { plainWords, wordOf } from './written-word.ts'

/** An argument that must be given, until `optional()` or `default()` says otherwise. */
export interface RequiredArg<T> extends ArgSpec<T, true> {
  /** May be left out or None; `run` then sees undefined. */
  optional(): ArgSpec<T | undefined, false>
  /** May be left out or None; `run` then sees `value`. (`any` hands None on: there it is a value.) */
  default(value: T): ArgSpec<T, false>
}

/**
 * Builders of arguments. Each takes the doc that `sys.doc` prints, in one or more sentences, and gives a required
 * argument; the order in which a function lists its arguments is their positional order.
 */
export const arg = {
  /** Text; numbers and booleans are written out as Python does (`5`, `True`). */
  string: (doc: string) => required('string', doc, toText),
  /** Bytes; text becomes UTF-8, written out as `string` does it. */
  bytes: (doc: string) => required('bytes', doc, toBytes),
  /** True or false; also yes/no, on/off, 1/0. */
  boolean: (doc: string) => required('boolean', doc, toBoolean),
  /** A whole number. */
  integer: (doc: string) => required('integer', doc, toInteger),
  /** A number. */
  number: (doc: string) => required('number', doc, toNumber),
  /** A length of time in seconds, fractions allowed. */
  seconds: (doc: string) => required('seconds', doc, toSeconds),
  /** A file path, not empty. */
  path: (doc: string) => required('path', doc, toPath),
  /** A text encoding under any of Python's names; `run` sees the name that Python prefers. */
  encoding: (doc: string) => required('encoding', doc, (value) => parseEncoding(toText(value))),
  /** A list, also written `a,b`. `item` declares what each element is. */
  list: <T = unknown>(doc: string, item?: ArgSpec<T>): RequiredArg<readonly T[]> =>
    required(kindOf('list', item), doc, (value) => items(toList(contents(value, item)), item)),
  /** A map with text keys. `item` declares what each value is. */
  map: <T = unknown>(doc: string, item?: ArgSpec<T>): RequiredArg<Readonly<Record<string, T>>> =>
    required(kindOf('map', item), doc, (value) => entries(toMap(contents(value, item)), item)),
  /** Whatever comes, None included. */
  any: (doc: string) => required<unknown>('any', doc, (value) => value),
  /** One of a few words. */
  choice: <const C extends readonly string[]>(doc: string, choices: C): RequiredArg<C[number]> =>
    required({ kind: 'choice', choices }, `${doc} One of: ${choices.join(', ')}.`, (value) =>
      toChoice(choices, value),
    ),
  /**
   * One that Salt has and this version does not: `sys.argspec` shows it with Salt's default, and a call that gives it that
   * default, or None, or another empty value where the default is empty, is a call without it. Anything else is refused with
   * `reason`, a clause that says why.
   */
  unsupported: <const D extends string | number | boolean | null>(
    fallback: D,
    reason: string,
  ): ArgSpec<D, false> => ({
    kind: 'unsupported',
    doc: `Not supported: ${reason}.`,
    required: false,
    fallback,
    parse: (value) => defaultOnly(fallback, { value, reason }),
  }),
  /** All positional values that no other argument takes (Python's `*args`); `item` declares what each is. */
  rest: <T = unknown>(doc: string, item?: ArgSpec<T>): ArgSpec<readonly T[], false> => ({
    kind: 'rest',
    doc,
    required: false,
    collect: 'rest',
    fallback: [],
    ...(item === undefined ? {} : { readsWords: true }),
    parse: (value) => items(toList(value), item),
  }),
  /** All keywords that no other argument names (Python's `**kwargs`), with `__pub_*`: the facts of the job. */
  keywords: (doc: string): ArgSpec<Readonly<Record<string, unknown>>, false> => ({
    kind: 'keywords',
    doc,
    required: false,
    collect: 'keywords',
    fallback: {},
    parse: toMap,
  }),
}

/** The kind of an argument, and whether it looks into the words it is given. */
type Kind = string | Pick<ArgSpec<unknown>, 'kind' | 'readsWords' | 'choices'>

/** A kind that hands its items on to `item`, if there is one. */
function kindOf(kind: string, item: ArgSpec<unknown> | undefined): Kind {
  return item === undefined ? kind : { kind, readsWords: true }
}

function required<T>(given: Kind, doc: string, parse: (value: unknown) => T): RequiredArg<T> {
  const base = { doc, ...(typeof given === 'string' ? { kind: given } : given) }
  const { kind } = base
  const noneIsValue = kind === 'any'
  return {
    ...base,
    required: true,
    parse,
    optional: () => ({
      ...base,
      required: false,
      parse: (value) => (value === null && !noneIsValue ? undefined : parse(value)),
    }),
    default: (fallback) => ({
      ...base,
      required: false,
      fallback,
      parse: (value) => (value === null && !noneIsValue ? fallback : parse(value)),
    }),
  }
}

/** None, and for a default that is empty whatever is empty, ask for nothing. */
function defaultOnly<D>(fallback: D, { value, reason }: { value: unknown; reason: string }): D {
  const asksForNothing = value === null || equal(value, fallback) || !(isTruthy(value) || isTruthy(fallback))
  if (asksForNothing) return fallback
  throw new Error(`not supported: ${reason}`)
}

function items<T>(values: readonly unknown[], item: ArgSpec<T> | undefined): readonly T[] {
  // Without a declared item T is unknown, which every value is.
  return item === undefined ? (values as readonly T[]) : values.map((value) => parseArgument(item, value))
}

function entries<T>(map: Readonly<Record<string, unknown>>, item: ArgSpec<T> | undefined) {
  // As in `items`.
  if (item === undefined) return map as Readonly<Record<string, T>>
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, parseArgument(item, value)]))
}

/** A word that stands for a whole list or map: its items where it is one, else what the items would make of it. */
function contents(value: unknown, item: ArgSpec<unknown> | undefined): unknown {
  const word = wordOf(value)
  if (word === undefined) return item === undefined ? plainWords(value) : value
  if (item === undefined) return plainWords(word.value)
  return typeof word.value === 'object' && word.value !== null ? word.value : parseArgument(item, value)
}
