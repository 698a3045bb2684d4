// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { bindGiven, type GivenArguments } from '../bind.ts'
import type { BuiltInFunctions } from '../built-in-functions.ts'
import { type CalledResult, Failed } from '../context.ts'
import { retcodeOf } from '../retcode.ts'
import { type Made, made, type Scope } from './service.ts'

/** Arguments of a call: keywords, or a list of positional values and then keywords. */
export type CallArguments<F extends string> = F extends keyof BuiltInFunctions
  ? Declared<BuiltInFunctions[F]>
  : [keywords?: AnyKeywords] | [positional: readonly unknown[], keywords?: AnyKeywords]

type AnyKeywords = Readonly<Record<string, unknown>>

type Declared<D> = D extends { readonly args: infer A; readonly order: infer O extends readonly unknown[] }
  ?
      | (Record<never, never> extends A ? [keywords?: A] : [keywords: A])
      | [positional: Positional<A, O, D>, keywords?: Partial<A>]
  : never

type Positional<A, O extends readonly unknown[], D> = D extends { readonly rest: true }
  ? readonly [...Values<A, O>, ...unknown[]]
  : Readonly<Values<A, O>>

/** The values of these names, in their order; the last ones may be missing. */
type Values<A, O extends readonly unknown[]> = { [I in keyof O]?: O[I] extends keyof A ? A[O[I]] : never }

/**
 * Calls another function: `await ctx.call('pkg.version', { name: 'vim' })`, or with positional values first
 * `await ctx.call('cmd.run', ['uptime'], { timeout: 5 })`. Arguments of built-in functions are typed. Rejects with
 * `FUNCTION_UNKNOWN`, `MODULE_INVALID`, `ARGUMENTS_INVALID`, and with what the function throws.
 */
export interface CallFunction {
  <const F extends string>(fun: F, ...args: CallArguments<F>): Promise<unknown>
  /** The same, with the retcode. */
  result<const F extends string>(fun: F, ...args: CallArguments<F>): Promise<CalledResult>
}

/** The service `call`. */
export const callService: Made<CallFunction> = made<CallFunction>((scope) => {
  const result = (fun: string, ...args: readonly unknown[]) =>
    calledFunction(scope, fun, givenArguments(args))
  const call = async (fun: string, ...args: readonly unknown[]) => (await result(fun, ...args)).value
  // The arguments are those that `CallArguments` allows.
  return Object.assign(call, { result }) as CallFunction
})

async function calledFunction(
  { registry: all, ctx, inDaemon }: Scope,
  fun: string,
  given: GivenArguments,
): Promise<CalledResult> {
  const { providers } = ctx.state ?? {}
  const registry = providers === undefined ? all : all.forcing(providers)
  if (inDaemon && !registry.isInline(fun)) {
    throw new SaltError('COMMAND_FAILED', `${fun} runs in an executor, and its caller runs in the daemon`, {
      hint: `Call ${fun} as a job of its own.`,
    })
  }
  const { fn, isSite } = await registry.function(fun)
  // A state that calls code of the site must not be harmed beyond itself.
  const apart = isSite && ctx.state !== undefined ? ctx.apart : undefined
  if (apart !== undefined) return apart.run(ctx, { kind: 'execution', fun, ...given })
  return calledResult(await fn.run(ctx, bindGiven(fun, fn, given)))
}

/** What a function returned, with its retcode. */
export function calledResult(returned: unknown): CalledResult {
  const value = returned instanceof Failed ? returned.value : returned
  return { value, retcode: retcodeOf(returned) }
}

function givenArguments([first, second]: readonly unknown[]): GivenArguments {
  const positional = Array.isArray(first) ? first : undefined
  const keywords = (positional === undefined ? first : second) ?? {}
  // The types of `CallFunction` say so; a module of a site may say otherwise, and the gate behind this checks the values.
  return { positional: withoutAbsentEnd(positional), keywords: withoutAbsent(keywords as AnyKeywords) }
}

/** `undefined` is how JavaScript says that a value is not given, and not Python's None. */
function withoutAbsent(keywords: AnyKeywords): AnyKeywords {
  const entries = Object.entries(keywords)
  const given = entries.filter(([, value]) => value !== undefined)
  return given.length === entries.length ? keywords : Object.fromEntries(given)
}

function withoutAbsentEnd(positional: readonly unknown[] | undefined): readonly unknown[] | undefined {
  if (positional === undefined || positional.at(-1) !== undefined) return positional
  return positional.slice(0, positional.findLastIndex((value) => value !== undefined) + 1)
}
