// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isMap, mapOf, messageOf, pythonStr, SaltError, textKeyed, valueAt } from '@halite/core'
import type { ArgSpec, Args, Values } from './arguments.ts'
import { parseArgument } from './parse-argument.ts'
import { plainWords, wordOf } from './written-word.ts'

/** The part of a function that binding needs. */
export interface Callable<A extends Args> {
  readonly args: A
}

/** Keyword arguments in the form in which they travel inside an argument list; the mark stands first, as in Salt. */
export function keywordMap(keywords: Readonly<Record<string, unknown>>): DataMap {
  return mapOf([['__kwarg__', true], ...Object.entries(keywords), ['__kwarg__', true]])
}

/** Whether an element of an argument list holds keyword arguments. */
export function isKeywordMap(value: unknown): value is DataMap {
  return isMap(value) && valueAt(value, '__kwarg__') === true
}

/**
 * Binds Salt's argument list (positional values, and maps marked `__kwarg__: true` with keywords) to the arguments that
 * `callable` declares: names, counts and coerces them, fills in defaults. Keys `__pub_*` reach only a function that
 * collects keywords, else they are dropped. `name` is the full name, for messages.
 *
 * Throws `ARGUMENTS_INVALID`; the message is the one Salt prints, in Python's words; `data.fun` is `name`, `data.fault` is `keyword` for a
 * keyword that does not exist or is not supported, `call` for a wrong number or name, `value` for a value of the wrong type.
 */
export function bind<A extends Args>(
  name: string,
  callable: Callable<A>,
  wire: readonly unknown[],
): Values<A> {
  return bindCall(name, callable.args, splitCall(wire))
}

/** As `bind`, for a caller that names every argument; one that collects positional values is given its list by name. */
export function bindNamed<A extends Args>(
  name: string,
  callable: Callable<A>,
  values: Readonly<Record<string, unknown>>,
): Values<A> {
  const { args } = callable
  const { rest } = signatureOf(args)
  const keywords = new Map(Object.entries(values))
  if (rest === undefined || !keywords.delete(rest)) return bindCall(name, args, { positional: [], keywords })
  const bound = bindCall(name, args, { positional: [], keywords })
  return { ...bound, [rest]: parseOne(name, rest, { spec: specOf(args, rest), value: values[rest] }) }
}

/** Arguments of a call: values by place, where there are any, and keywords. */
export interface GivenArguments {
  readonly positional?: readonly unknown[] | undefined
  readonly keywords: Readonly<Record<string, unknown>>
}

/** As `bind` where values are given by place, else as `bindNamed`. */
export function bindGiven<A extends Args>(
  name: string,
  callable: Callable<A>,
  { positional, keywords }: GivenArguments,
): Values<A> {
  if (positional === undefined) return bindNamed(name, callable, keywords)
  return bind(name, callable, [...positional, keywordMap(keywords)])
}

/** Whether a function takes keywords that none of its arguments names. */
export function collectsKeywords({ args }: Callable<Args>): boolean {
  return signatureOf(args).keywords !== undefined
}

interface Call {
  readonly positional: readonly unknown[]
  readonly keywords: ReadonlyMap<string, unknown>
}

function bindCall<A extends Args>(name: string, args: A, call: Call): Values<A> {
  const signature = signatureOf(args)
  const extra = extraKeywords(name, signature, call.keywords)
  const given = assignPositional(name, signature, call)
  checkMissing(name, signature, { given, extra })
  if (signature.rest !== undefined) given.set(signature.rest, call.positional.slice(signature.named.length))
  if (signature.keywords !== undefined) given.set(signature.keywords, Object.fromEntries(extra))
  return parseAll(name, args, given)
}

const noKeywords: ReadonlyMap<string, unknown> = new Map()

function splitCall(wire: readonly unknown[]): Call {
  if (!wire.some(isKeywordMap)) return { positional: wire, keywords: noKeywords }
  const keywords = wire.filter(isKeywordMap).flatMap((map) => Object.entries(textKeyed(map)))
  return {
    positional: wire.filter((value) => !isKeywordMap(value)),
    keywords: new Map(keywords.filter(([key]) => key !== '__kwarg__')),
  }
}

interface Signature {
  /** Every argument with the value that it has when it is not given. */
  readonly fallbacks: Readonly<Record<string, unknown>>
  /** Arguments with a place of their own, in positional order. */
  readonly named: readonly string[]
  readonly isNamed: ReadonlySet<string>
  readonly required: readonly string[]
  readonly rest: string | undefined
  readonly keywords: string | undefined
}

/** Signatures by what a function declares: a template calls one function thousands of times. */
const signatures = new WeakMap<Args, Signature>()

function signatureOf(args: Args): Signature {
  let signature = signatures.get(args)
  if (signature === undefined) {
    signature = readSignature(args)
    signatures.set(args, signature)
  }
  return signature
}

function readSignature(args: Args): Signature {
  const entries = Object.entries(args)
  const nameOf = (wanted: ArgSpec<unknown>['collect']) =>
    entries.find(([, spec]) => spec.collect === wanted)?.[0]
  const named = entries.filter(([, spec]) => spec.collect === undefined)
  const names = named.map(([key]) => key)
  return {
    fallbacks: Object.fromEntries(entries.map(([key, { fallback }]) => [key, fallback])),
    named: names,
    isNamed: new Set(names),
    required: named.filter(([, spec]) => spec.required).map(([key]) => key),
    rest: nameOf('rest'),
    keywords: nameOf('keywords'),
  }
}

/** The keywords that no argument names, when the function collects them. */
function extraKeywords(
  name: string,
  signature: Signature,
  keywords: ReadonlyMap<string, unknown>,
): [string, unknown][] {
  const extra = [...keywords].filter(([key]) => !signature.isNamed.has(key))
  if (signature.keywords !== undefined) return extra
  const invalid = extra.filter(([key]) => !key.startsWith('__pub_'))
  if (invalid.length === 0) return []
  const list = invalid.map(([key, value]) => `${key}=${pythonStr(plainWords(value))}`).join(', ')
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `ERROR executing '${name}': The following keyword arguments are not valid: ${list}`,
    { data: { fun: name, fault: 'keyword' } },
  )
}

function assignPositional(name: string, signature: Signature, call: Call): Map<string, unknown> {
  const given = new Map([...call.keywords].filter(([key]) => signature.isNamed.has(key)))
  for (const [index, key] of signature.named.slice(0, call.positional.length).entries()) {
    if (given.has(key)) throw invalidCall(name, `got multiple values for argument '${key}'`)
    given.set(key, call.positional[index])
  }
  if (signature.rest === undefined && call.positional.length > signature.named.length) {
    throw invalidCall(name, tooMany(signature, call.positional.length))
  }
  return given
}

function tooMany({ named, required }: Signature, given: number): string {
  const most = named.length
  const takes = required.length < most ? `from ${required.length} to ${most}` : String(most)
  const plural = takes === '1' ? '' : 's'
  return `takes ${takes} positional argument${plural} but ${given} ${given === 1 ? 'was' : 'were'} given`
}

interface Assigned {
  readonly given: ReadonlyMap<string, unknown>
  /** Keywords that no argument names. */
  readonly extra: readonly (readonly [string, unknown])[]
}

function checkMissing(name: string, { required }: Signature, { given, extra }: Assigned): void {
  const absent = required.filter((key) => !given.has(key))
  const [first] = absent
  if (first === undefined) return
  const missing = absent.map((key) => `'${key}'`)
  const plural = missing.length === 1 ? '' : 's'
  const problem = `missing ${missing.length} required positional argument${plural}: ${listed(missing)}`
  const [keyword] = extra.filter(([key]) => !key.startsWith('__'))
  if (keyword === undefined) throw invalidCall(name, problem)
  throw readAsKeyword(name, problem, { first, keyword })
}

/** A command that begins with an assignment looks like a keyword: that is what to say, and not what the function takes. */
function readAsKeyword(
  name: string,
  problem: string,
  { first, keyword: [key, value] }: { first: string; keyword: readonly [string, unknown] },
): SaltError {
  const word = `${key}=${wordOf(value)?.text ?? pythonStr(plainWords(value))}`
  const { message } = invalidCall(name, problem)
  const quoted = `'${word.replaceAll("'", "'\\''")}'`
  return new SaltError(
    'ARGUMENTS_INVALID',
    `${message}\n${quoted} was read as a keyword argument; to give it as ${first}, write ${first}=${quoted}`,
    { data: { fun: name, fault: 'keyword' } },
  )
}

/** `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`: as Python lists names. */
function listed(names: readonly string[]): string {
  if (names.length <= 2) return names.join(' and ')
  return `${names.slice(0, -1).join(', ')}, and ${names.at(-1)}`
}

function parseAll<A extends Args>(name: string, args: A, given: ReadonlyMap<string, unknown>): Values<A> {
  const values = { ...signatureOf(args).fallbacks }
  for (const [key, value] of given) values[key] = parseOne(name, key, { spec: specOf(args, key), value })
  // Every key of `args` has been given its parsed value, which is what Values says.
  return values as Values<A>
}

function parseOne(
  name: string,
  key: string,
  { spec, value }: { spec: ArgSpec<unknown>; value: unknown },
): unknown {
  try {
    return parseArgument(spec, value)
  } catch (cause) {
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `Passed invalid arguments to ${name}: argument '${key}': ${messageOf(cause)}`,
      { cause, data: { fun: name, fault: spec.kind === 'unsupported' ? 'keyword' : 'value' } },
    )
  }
}

function specOf(args: Args, key: string): ArgSpec<unknown> {
  const spec = args[key]
  if (spec === undefined) throw new TypeError(`no argument ${key}`)
  return spec
}

function invalidCall(name: string, problem: string): SaltError {
  const last = name.slice(name.lastIndexOf('.') + 1)
  return new SaltError('ARGUMENTS_INVALID', `Passed invalid arguments to ${name}: ${last}() ${problem}`, {
    data: { fun: name, fault: 'call' },
  })
}
