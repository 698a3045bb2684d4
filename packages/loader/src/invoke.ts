// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isSaltError, mapOf, pythonStr, type SaltError } from '@halite/core'
import { bind, collectsKeywords, isKeywordMap, keywordMap } from './bind.ts'
import type { AnyFn } from './check-module.ts'
import { Failed, type JobContext } from './context.ts'
import { docOf } from './doc.ts'
import type { Registry } from './registry.ts'
import { retcodeOf } from './retcode.ts'
import type { ExecContext } from './services/table.ts'
import { plainWords } from './written-word.ts'

/** What is to be run: one function and its arguments, or several, each with a list of arguments of its own. */
export interface FunctionCall {
  readonly fun: string | readonly string[]
  /** Positional values, and maps marked `__kwarg__: true`; with several functions a list of such lists. */
  readonly arg: readonly unknown[]
}

/** What a job returns, apart from its id and jid. */
export interface FunctionResult {
  readonly return: unknown
  /** 0, or why it counts as failed; of several functions the worst. */
  readonly retcode: number
  readonly success: boolean
  /** The outputter that shows the return; absent means the client's default. */
  readonly out?: string
  /** What was thrown, where the return is the text about it. Stays in the process. */
  readonly error?: unknown
}

/**
 * Runs a function as a job does: finds it, binds its arguments, and turns every outcome into a return. Never rejects:
 * a failure is a return with Salt's text and retcode 1. Several functions return a map by function (a list with the
 * option `multifunc_ordered`). A map whose `result` or `success` is false has retcode 1.
 */
export async function runFunction(
  registry: Registry,
  context: ExecContext,
  call: FunctionCall,
): Promise<FunctionResult> {
  if (typeof call.fun === 'string') return runOne(registry, context, { fun: call.fun, arg: call.arg })
  const results: [string, FunctionResult][] = []
  for (const [index, fun] of call.fun.entries()) {
    const arg = call.arg[index]
    results.push([fun, await runOne(registry, context, { fun, arg: Array.isArray(arg) ? arg : [] })])
  }
  return combine(results, context.options['multifunc_ordered'] === true)
}

interface OneCall {
  readonly fun: string
  readonly arg: readonly unknown[]
}

async function runOne(registry: Registry, context: ExecContext, call: OneCall): Promise<FunctionResult> {
  let fn: AnyFn | undefined
  try {
    fn = (await registry.function(call.fun)).fn
    const values = bind(call.fun, fn, wireOf(call.arg, collectsKeywords(fn) ? context.job : undefined))
    return resultOf(await fn.run(context, values), fn)
  } catch (error) {
    return failureOf(context, { fun: call.fun, fn, error })
  }
}

/** The argument list, with `__pub_*` keywords of `job` and from nowhere else; only a function that collects keywords sees them. */
function wireOf(arg: readonly unknown[], job: JobContext | undefined): readonly unknown[] {
  const own = arg.some(isKeywordMap) ? arg.map(withoutPublished) : arg
  return job === undefined ? own : [...own, keywordMap(published(job))]
}

function withoutPublished(value: unknown): unknown {
  if (!isKeywordMap(value)) return value
  return mapOf(entriesOf(value).filter(([key]) => !pythonStr(key).startsWith('__pub_')))
}

function published(job: JobContext): Readonly<Record<string, unknown>> {
  return {
    __pub_fun: job.fun,
    __pub_arg: plainWords(job.arg),
    __pub_tgt: job.tgt,
    __pub_jid: job.jid,
    __pub_ret: job.ret,
    __pub_tgt_type: job.tgtType,
    __pub_user: job.user,
  }
}

function resultOf(value: unknown, fn: AnyFn): FunctionResult {
  const plain = value instanceof Failed ? value.value : value
  const retcode = retcodeOf(value)
  return {
    return: plain === undefined ? null : plain,
    retcode,
    success: retcode === 0,
    ...(fn.outputter === undefined ? {} : { out: fn.outputter }),
  }
}

interface Failure {
  readonly fun: string
  /** Absent when it was not found. */
  readonly fn: AnyFn | undefined
  readonly error: unknown
}

function failureOf(context: ExecContext, failure: Failure): FunctionResult {
  const text = isSaltError(failure.error)
    ? knownFailure(failure, failure.error)
    : exceptionText(failure.error)
  context.log.debug('function failed', { fun: failure.fun, text })
  return { return: text, retcode: 1, success: false, out: 'nested', error: failure.error }
}

function knownFailure({ fun, fn }: Failure, error: SaltError): string {
  if (error.code === 'FUNCTION_UNKNOWN' && fn === undefined) return error.message
  if (error.code !== 'ARGUMENTS_INVALID') return `ERROR: ${error.message}`
  const { fault, fun: called } = error.data ?? {}
  if (fault === undefined) return `ERROR executing '${fun}': ${error.message}`
  const showsDoc = fault !== 'keyword' && called === fun && fn !== undefined
  return showsDoc ? `${error.message}\n${docOf(fn)}` : error.message
}

/** An unexpected error is returned with its stack trace, except for a missing program, which is named. */
function exceptionText(error: unknown): string {
  const program = missingProgram(error)
  if (program !== undefined) return `ERROR: Unable to run ${program}: there is no such program here`
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `The minion function caused an exception: ${trace}`
}

function combine(results: readonly (readonly [string, FunctionResult])[], ordered: boolean): FunctionResult {
  const retcode = worst(results.map(([, result]) => result.retcode))
  const returns = results.map(([fun, result]) => [fun, result.return] as const)
  return {
    return: ordered ? returns.map(([, value]) => value) : Object.fromEntries(returns),
    retcode,
    success: retcode === 0,
  }
}

/** The retcode furthest from 0; a program ended by a signal may give a negative one. */
function worst(retcodes: readonly number[]): number {
  return retcodes.reduce((most, retcode) => (Math.abs(retcode) > Math.abs(most) ? retcode : most), 0)
}

/** The name of a program that could not be started because it does not exist. */
function missingProgram(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall, path } = error as NodeJS.ErrnoException
  return code === 'ENOENT' && syscall === `spawn ${path}` ? path : undefined
}
