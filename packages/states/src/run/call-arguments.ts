// SPDX-License-Identifier: Apache-2.0
import { nearestName, SaltError } from '@halite/core'
import type { Args, Found } from '@halite/loader'
import type { Low } from '../high/chunks.ts'
import { isForTheRun } from '../high/keywords.ts'

/**
 * What of a state goes to its function: the arguments that it declares, and, where it takes all, those that are not the run's. Throws
 * `ARGUMENTS_INVALID` for one that it does not know, with the nearest name.
 */
export function argumentsFor({ name, fn }: Found, low: Low): Record<string, unknown> {
  const declared: Args = fn.args
  const collects = collectsKeywords(declared)
  const given: Record<string, unknown> = {}
  const unknown: string[] = []
  for (const key of Object.keys(low)) {
    const spec = Object.hasOwn(declared, key) ? declared[key] : undefined
    if (spec !== undefined && spec.collect === undefined) given[key] = low[key]
    else if (isForTheRun(key)) continue
    else if (collects) given[key] = low[key]
    else unknown.push(key)
  }
  if (unknown.length === 0) return given
  throw new SaltError('ARGUMENTS_INVALID', unknownText(name, unknown, Object.keys(declared)))
}

/**
 * Keys that a state passes to a function which takes all, although they look like a slip of an argument that it declares: one line
 * for each. Salt runs such a state without the argument that was meant, and says nothing.
 */
export function likelySlips({ name, fn }: Found, low: Low): string[] {
  const declared: Args = fn.args
  if (!collectsKeywords(declared)) return []
  const names = Object.keys(declared).filter((key) => declared[key]?.collect === undefined && !(key in low))
  return Object.keys(low).flatMap((key) => {
    if (Object.hasOwn(declared, key) || isForTheRun(key) || key.length < shortestSlip) return []
    const near = nearestName(key, names)
    return near === undefined ? [] : [`'${key}' is not an argument of ${name}. Did you mean '${near}'?`]
  })
}

/** Shorter names are near to too many others. */
const shortestSlip = 4

/** Read once for each function: a run calls one thousands of times. */
const collecting = new WeakMap<Args, boolean>()

function collectsKeywords(args: Args): boolean {
  let collects = collecting.get(args)
  if (collects === undefined) {
    collects = Object.values(args).some(({ collect }) => collect === 'keywords')
    collecting.set(args, collects)
  }
  return collects
}

function unknownText(name: string, unknown: readonly string[], declared: readonly string[]): string {
  const quoted = unknown.map((key) => `'${key}'`)
  const [only = ''] = quoted
  const text =
    quoted.length === 1
      ? `${only} is an invalid keyword argument for '${name}'`
      : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)} are invalid keyword arguments for '${name}'`
  const near = unknown.flatMap((key) => {
    const like = nearestName(key, declared)
    return like === undefined ? [] : [`'${like}'`]
  })
  return near.length === 0
    ? `${text}. It takes: ${declared.join(', ')}`
    : `${text}. Did you mean ${near.join(', ')}?`
}
