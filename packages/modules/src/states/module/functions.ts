// SPDX-License-Identifier: Apache-2.0
import { entriesOf, hasKey, isMap, messageOf, pythonStr, SaltError, valueAt } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { hasSucceeded, returnerWarnings, warned } from './outcome.ts'

type Keywords = Readonly<Record<string, unknown>>

interface Ran {
  readonly failures: readonly string[]
  readonly successes: readonly string[]
  readonly changes: Readonly<Record<string, unknown>>
}

/**
 * Calls every function that a key names, in their order; behind a colon the key may hold what tells two calls of one function
 * apart. The result is false when one of them fails; the others are called all the same.
 */
export async function runFunctions(ctx: StateContext, kwargs: Keywords): Promise<StateReturn> {
  const keys = Object.keys(kwargs).filter((key) => key.includes('.'))
  const functions = keys.map(functionIn)
  const available = new Set(await ctx.modules.functionNames())
  const missing = functions.filter((fun) => !available.has(fun))
  const shared = { name: keys, ...warned(returnerWarnings(ctx, kwargs['returner'])) }
  if (missing.length > 0 || ctx.state.test) {
    const planned = ctx.state.test ? functions.filter((fun) => available.has(fun)) : []
    const comment = [
      missing.length > 0 ? `Unavailable function${plural(missing)}: ${missing.join(', ')}.` : '',
      planned.length > 0 ? `Function${plural(planned)} ${planned.join(', ')} to be executed.` : '',
    ]
    return {
      ...shared,
      changes: {},
      result: missing.length > 0 ? false : null,
      comment: comment.join(' ').trim(),
    }
  }
  const { failures, successes, changes } = await runAll(ctx, keys, kwargs)
  const comment = [...failures, ...successes].join(', ')
  return { ...shared, changes, result: failures.length === 0, comment }
}

async function runAll(ctx: StateContext, keys: readonly string[], kwargs: Keywords): Promise<Ran> {
  const failures: string[] = []
  const successes: string[] = []
  const changes: Record<string, unknown> = {}
  for (const key of keys) {
    try {
      const value = await callWith(ctx, functionIn(key), kwargs[key])
      if (hasSucceeded(value)) {
        successes.push(`${key}: ${commentIn(value, 'Success')}`)
        changes[key] = value
      } else {
        failures.push(
          isMap(value) ? `'${key}' failed: ${commentIn(value, '(error message N/A)')}` : `'${key}': False`,
        )
      }
    } catch (error) {
      ctx.signal.throwIfAborted()
      failures.push(`'${key}' failed: ${callErrorText(error)}`)
    }
  }
  return { failures, successes, changes }
}

/** A list: maps hold arguments by name, of which the first says it, everything else is given by place. */
async function callWith(ctx: StateContext, fun: string, given: unknown): Promise<unknown> {
  const list = Array.isArray(given) ? given : given === null || given === undefined ? [] : [given]
  const positional = list.filter((item) => !isMap(item))
  const named = list.filter(isMap).flatMap(entriesOf).toReversed()
  const keywords = Object.fromEntries(named.map(([key, value]) => [pythonStr(key), value]))
  await checkMissing(ctx, { fun, positional, keywords })
  return ctx.call(fun, positional, keywords)
}

interface Call {
  readonly fun: string
  readonly positional: readonly unknown[]
  readonly keywords: Keywords
}

/** Names the arguments that are missing in Salt's words. */
async function checkMissing(ctx: StateContext, { fun, positional, keywords }: Call): Promise<void> {
  const described = await ctx.modules.describe(fun)
  const places = Object.entries(described?.args ?? {}).filter(([, { collect }]) => collect === undefined)
  const open = places.filter(([name]) => !Object.hasOwn(keywords, name)).slice(positional.length)
  const missing = open.filter(([, { required }]) => required).map(([name]) => name)
  if (missing.length > 0) throw new SaltError('ARGUMENTS_INVALID', `Missing arguments: ${missing.join(', ')}`)
}

function functionIn(key: string): string {
  return key.replace(/:.*$/s, '')
}

function commentIn(value: unknown, other: string): string {
  if (!isMap(value)) return pythonStr(value)
  return hasKey(value, 'comment') ? pythonStr(valueAt(value, 'comment')) : other
}

function plural(names: readonly string[]): string {
  return names.length > 1 ? 's' : ''
}

/** A call that does not fit its function, as Python says it: the key above names the function already. */
function callErrorText(error: unknown): string {
  const text = messageOf(error)
  const unknown =
    /^ERROR executing '(?:\w+\.)*(\w+)': The following keyword arguments are not valid: (\w+)=/.exec(text)
  if (unknown !== null) return `${unknown[1]}() got an unexpected keyword argument '${unknown[2]}'`
  return text.replace(/^Passed invalid arguments to \S+: /, '')
}
