// SPDX-License-Identifier: Apache-2.0
import { findWritten, isMap, keysOf, pythonStr, sizeOf, valuesOf } from '@halite/core'
import { type MatchBudget, spendText, spendValue } from './match-budget.ts'
import type { Facts } from './types.ts'

type TextTest = (text: string, budget?: MatchBudget) => boolean

/** How the last part of an expression is compared: a pattern, lower-cased already, to a test of lower-case text. */
export type CompileValue = (pattern: string) => TextTest

/** More levels than data has; it bounds the work that one expression can ask for. */
export const maxSegments = 64

/**
 * A test of nested data against `key:value`, by the rules of grain and pillar targets. The expression may be cut at
 * any of its delimiters: what stands before is the path of a key, what stands after is compared with the value there.
 * So both keys and values may hold the delimiter; cuts further right are tried first. At the end of the path
 *
 * - a list matches when one of its members does; numbers in a path are positions in lists;
 * - a map matches when it has the rest as a key (case matters), when the rest as a pattern matches one of its keys
 *   (case matters there too), or when it matches the rest as an expression of its own; `*` matches any map that is not empty;
 * - anything else is compared as lower-case text in Python's spelling (`true`, `none`, `3.14`).
 *
 * A path that begins with `*` skips one level, whatever its key. The caller checks that the expression holds the
 * delimiter at least once and has at most `maxSegments` parts. Throws what `compileValue` throws if every cut fails; the
 * test throws `VALUE_TOO_LARGE` where the data asks for more work than its budget has.
 */
export function compileDataMatch(
  expression: string,
  delimiter: string,
  compileValue: CompileValue,
): (data: Facts, budget?: MatchBudget) => boolean {
  const segments = expression.split(delimiter)
  const suffixes = segments.map((_, from) => segments.slice(from).join(delimiter))
  const valueTests = compileSuffixes(suffixes, compileValue)
  const keyTests = laterTests(suffixes, compileValue)
  const plan = { segments, suffixes, valueTests, keyTests }
  return (data, budget) => new Search(plan, budget).matchesBelow(data, 0)
}

/** A suffix that is no pattern matches no value: only the right cut of `os:(?:a|b)` is a regular expression. */
function compileSuffixes(suffixes: readonly string[], compileValue: CompileValue): (TextTest | undefined)[] {
  const errors: unknown[] = []
  const tests = suffixes.map((suffix, from) => {
    if (from === 0) return undefined
    try {
      return compileValue(suffix.toLowerCase())
    } catch (error) {
      // `*` alone is no regular expression, but still asks for a map.
      if (suffix !== '*') errors.push(error)
      return undefined
    }
  })
  if (errors.length === suffixes.length - 1) throw errors[0]
  return tests
}

/** Tests of keys, which keep their case; each is compiled when a map first asks for it. */
function laterTests(suffixes: readonly string[], compileValue: CompileValue): Plan['keyTests'] {
  const tests = new Map<number, TextTest | undefined>()
  return (from) => {
    if (!tests.has(from)) tests.set(from, compiled(suffixes[from] as string, compileValue))
    return tests.get(from)
  }
}

function compiled(pattern: string, compileValue: CompileValue): TextTest | undefined {
  try {
    return compileValue(pattern)
  } catch {
    // As for values: what is no pattern matches nothing.
    return undefined
  }
}

interface Plan {
  readonly segments: readonly string[]
  /** At index i: segments from i on, joined. */
  readonly suffixes: readonly string[]
  readonly valueTests: readonly (TextTest | undefined)[]
  readonly keyTests: (from: number) => TextTest | undefined
}

/** One search through one minion's data. It never looks twice at the same map with the same rest. */
class Search {
  readonly #plan: Plan
  readonly #budget: MatchBudget | undefined
  readonly #seen = new Map<object, Set<number>>()

  constructor(plan: Plan, budget: MatchBudget | undefined) {
    this.#plan = plan
    this.#budget = budget
  }

  /** Whether the expression from segment `from` on matches, as path and value, below `data`. */
  matchesBelow(data: Facts, from: number): boolean {
    const { segments } = this.#plan
    if (this.#wasSeen(data, from)) return false
    this.#budget?.spend(segments.length ** 2)
    for (let cut = segments.length - 1; cut > from; cut -= 1) {
      const skipsLevel = cut === from + 1 && segments[from] === '*'
      const found = skipsLevel ? data : valueAt(data, segments.slice(from, cut))
      if (this.#matchesFound(found, skipsLevel ? from : cut)) return true
    }
    return false
  }

  #matchesFound(found: unknown, rest: number): boolean {
    if (found === undefined) return false
    this.#spendMembers(found)
    if (Array.isArray(found)) return found.some((member) => this.#matchesMember(member, rest))
    if (isMap(found)) return sizeOf(found) > 0 && this.#matchesMap(found, rest)
    return this.#matchesValue(found, rest)
  }

  #matchesMember(member: unknown, rest: number): boolean {
    return (isMap(member) && this.#matchesMap(member, rest)) || this.#matchesValue(member, rest)
  }

  #matchesMap(map: Facts, rest: number): boolean {
    const { segments, suffixes } = this.#plan
    const skipsLevel = segments[rest] === '*' && rest + 1 < segments.length
    const from = skipsLevel ? rest + 1 : rest
    const wanted = suffixes[from] as string
    if (wanted === '*' || findWritten(map, wanted) !== undefined || this.matchesBelow(map, from)) return true
    if (this.#matchesKey(map, from)) return true
    if (skipsLevel) this.#spendMembers(map)
    return skipsLevel && valuesOf(map).some((value) => this.#matchesAnyKey(value, from))
  }

  #matchesKey(map: Facts, rest: number): boolean {
    const matches = this.#plan.keyTests(rest)
    if (matches === undefined) return false
    this.#spendMembers(map)
    return keysOf(map).some((key) => {
      const text = pythonStr(key)
      spendText(this.#budget, text.length)
      return matches(text, this.#budget)
    })
  }

  #matchesAnyKey(value: unknown, from: number): boolean {
    this.#spendMembers(value)
    if (Array.isArray(value)) return value.some((member) => this.#matchesValue(member, from))
    return isMap(value) ? this.#matchesMap(value, from) : this.#matchesValue(value, from)
  }

  #matchesValue(value: unknown, rest: number): boolean {
    const matches = this.#plan.valueTests[rest]
    if (matches === undefined) return false
    if (typeof value === 'string') spendText(this.#budget, value.length)
    else spendValue(this.#budget, value)
    return matches(pythonStr(value).toLowerCase(), this.#budget)
  }

  #spendMembers(value: unknown): void {
    if (this.#budget === undefined || typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) this.#budget.spend(value.length)
    else if (isMap(value)) this.#budget.spend(sizeOf(value))
  }

  #wasSeen(data: Facts, from: number): boolean {
    const seen = this.#seen.get(data)
    if (seen?.has(from)) return true
    if (seen === undefined) this.#seen.set(data, new Set([from]))
    else seen.add(from)
    return false
  }
}

/** The value at the end of a path; undefined when it leads nowhere. */
function valueAt(data: unknown, path: readonly string[]): unknown {
  let here = data
  for (const step of path) {
    if (Array.isArray(here)) here = stepIntoList(here, step)
    else here = isMap(here) ? findWritten(here, step)?.value : undefined
    if (here === undefined) return undefined
  }
  return here
}

/** A number is a position, from the end if negative; any other text is a key of the first map that has it. */
function stepIntoList(list: readonly unknown[], step: string): unknown {
  if (/^[+-]?\d+$/.test(step)) return list.at(Number(step))
  for (const member of list) {
    const found = isMap(member) ? findWritten(member, step) : undefined
    if (found !== undefined) return found.value
  }
  return undefined
}
