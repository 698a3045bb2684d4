// SPDX-License-Identifier: Apache-2.0
import { isMap, messageOf, textKeyed } from '@halite/core'
import type { DescribedFunction, StateContext, StateReturn } from '@halite/loader'
import { hasSucceeded, returnerWarnings, warned } from './outcome.ts'

type Keywords = Readonly<Record<string, unknown>>

/** Arguments that a state has for itself: those of the function are written with `m_` before them. */
const taken = new Set(['name', 'names', 'fun', 'state', 'saltenv'])
/** What is written beside the arguments and is none of them. */
const notArguments = new Set(['returner', 'sfun'])

/** Calls the one function that `name` names with the arguments that stand beside it. */
export async function runNamed(ctx: StateContext, name: string, kwargs: Keywords): Promise<StateReturn> {
  const described = await ctx.modules.describe(name)
  if (described === undefined) return failure(`Module function ${name} is not available`)
  if (ctx.state.test) {
    return { changes: {}, result: null, comment: `Module function ${name} is set to execute` }
  }
  const call = callOf(described, kwargs)
  if (typeof call === 'string') return failure(call)
  const warnings = warned([
    ...unusedWarnings(name, call.unused),
    ...returnerWarnings(ctx, kwargs['returner']),
  ])
  try {
    const value = await ctx.call(name, call.keywords)
    return {
      changes: { ret: value ?? null },
      result: hasSucceeded(value),
      comment: `Module function ${name} executed`,
      ...warnings,
    }
  } catch (error) {
    ctx.signal.throwIfAborted()
    return {
      ...failure(`Module function ${name} threw an exception. Exception: ${messageOf(error)}`),
      ...warnings,
    }
  }
}

interface Call {
  readonly keywords: Keywords
  /** Keywords that the function does not take. */
  readonly unused: readonly string[]
}

/** The arguments of the function by name, or what is wrong with them. */
function callOf({ args }: DescribedFunction, kwargs: Keywords): Call | string {
  const specs = Object.entries(args)
  const missing = specs.filter(([key, { required }]) => required && !Object.hasOwn(kwargs, writtenAs(key)))
  if (missing.length > 0) {
    return `The following arguments are missing: ${missing.map(([key]) => writtenAs(key)).join(' ')}`
  }
  const keywords: Record<string, unknown> = {}
  const used = new Set<string>()
  for (const [key, { collect }] of specs) {
    if (!Object.hasOwn(kwargs, writtenAs(key))) continue
    const value = kwargs[writtenAs(key)]
    if (collect === 'rest' && !Array.isArray(value)) return `'${key}' must be a list.`
    if (collect === 'keywords' && !isMap(value)) return `'${key}' must be a dict.`
    used.add(writtenAs(key))
    Object.assign(keywords, isMap(value) && collect === 'keywords' ? textKeyed(value) : { [key]: value })
  }
  const unused = Object.keys(kwargs).filter((key) => !used.has(key) && !isOfTheState(key))
  return { keywords, unused }
}

function writtenAs(argument: string): string {
  return taken.has(argument) ? `m_${argument}` : argument
}

function isOfTheState(key: string): boolean {
  return notArguments.has(key) || key.startsWith('__')
}

function unusedWarnings(name: string, unused: readonly string[]): readonly string[] {
  if (unused.length === 0) return []
  return [`${name} does not take ${unused.join(', ')}: the value counted for nothing`]
}

function failure(comment: string): StateReturn {
  return { changes: {}, result: false, comment }
}
