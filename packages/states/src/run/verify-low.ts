// SPDX-License-Identifier: Apache-2.0
import { isSaltError, messageOf, pythonStr, pythonTypeName } from '@halite/core'
import type { Args, ExecContext, Found, StateModule } from '@halite/loader'
import { fnmatch } from '@halite/targeting'
import type { Low } from '../high/chunks.ts'
import { referenceOf } from './chunk-index.ts'

/** A state function, or why there is none. */
export type StateLookup = { readonly found: Found } | { readonly missing: unknown }

/** Finds state functions; each is looked for once, until modules are refreshed. */
export class StateLookups {
  readonly #known = new Map<string, StateLookup>()

  async find(ctx: ExecContext, name: string): Promise<StateLookup> {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const lookup = await ctx.states.find(name).then(
      (found) => ({ found }),
      (missing: unknown) => ({ missing }),
    )
    this.#known.set(name, lookup)
    return lookup
  }

  /** The module of a state, by any of its functions. */
  module(lookup: StateLookup): StateModule | undefined {
    // Found among modules of the kind `states`.
    return 'found' in lookup ? (lookup.found.module as StateModule) : undefined
  }

  forget(): void {
    this.#known.clear()
  }
}

/** What stands in the way of running a state, in Salt's words. */
export function verifyLow(low: Low, lookup: StateLookup): string[] {
  const errors = shapeErrors(low)
  if (errors.length > 0) return errors
  const full = `${pythonStr(low['state'])}.${pythonStr(low['fun'])}`
  errors.push(
    ...('missing' in lookup
      ? missingErrors(low, full, lookup.missing)
      : parameterErrors(low, full, lookup.found)),
  )
  return [...errors, ...recursionErrors(low)]
}

function shapeErrors(low: Low): string[] {
  const errors = ['state', 'fun', 'name'].filter((key) => !(key in low)).map((key) => `Missing "${key}" data`)
  const { name } = low
  if (name && typeof name !== 'string') {
    const sls = '__sls__' in low ? `in SLS '${pythonStr(low['__sls__'])}' ` : ''
    errors.push(`ID '${pythonStr(name)}' ${sls}is not formed as a string, but is a ${pythonTypeName(name)}`)
  }
  if ('umask' in low && umaskOf(low['umask']) === undefined)
    errors.push(`Invalid umask: ${pythonStr(low['umask'])}`)
  return errors
}

/** Octal digits, written as text or as a number. */
export function umaskOf(written: unknown): number | undefined {
  if (written === undefined || written === null) return undefined
  const text = pythonStr(written).replace(/^0o/i, '')
  return /^[0-7]{1,4}$/.test(text) ? Number.parseInt(text, 8) : undefined
}

function missingErrors(low: Low, full: string, reason: unknown): string[] {
  if (!('__sls__' in low)) return [`Specified state '${full}' was not found`]
  const isKnown =
    isSaltError(reason, 'FUNCTION_UNKNOWN') || isSaltError(reason, 'MODULE_INVALID') || isSaltError(reason)
  const text = isKnown ? messageOf(reason) : String(reason)
  return [`State '${full}' was not found in SLS '${pythonStr(low['__sls__'])}'`, `Reason: ${text}`]
}

function parameterErrors(low: Low, full: string, { fn }: Found): string[] {
  return requiredBy(fn.args)
    .filter((name) => !(name in low))
    .map((name) => `Missing parameter ${name} for state ${full}`)
}

/** Read once for each function: a run calls one thousands of times. */
const requiredNames = new WeakMap<Args, readonly string[]>()

function requiredBy(args: Args): readonly string[] {
  let names = requiredNames.get(args)
  if (names === undefined) {
    names = Object.keys(args).filter((name) => args[name]?.required)
    requiredNames.set(args, names)
  }
  return names
}

/** A state that requires itself would wait for itself. */
function recursionErrors(low: Low): string[] {
  const list = 'watch' in low ? low['watch'] : low['require']
  return (Array.isArray(list) ? list : []).flatMap((written) => {
    const { key, value } = referenceOf(written)
    if (key !== low['state'] || typeof value !== 'string') return []
    const means = (name: unknown) => fnmatch(pythonStr(name), value)
    if (!means(low['name']) && !means(low['__id__'])) return []
    return [
      `Recursive require detected in SLS ${pythonStr(low['__sls__'])} for require ${pythonStr(written)} in ID ${pythonStr(low['__id__'])}`,
    ]
  })
}
