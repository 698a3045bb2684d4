// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, isSaltError, messageOf, pythonStr, toPlain, valueAt } from '@halite/core'
import type { StateContext, StateReturn, Values } from '@halite/loader'
import { chrootArguments, runAllArguments } from '../../execution/cmd/arguments.ts'
import { scriptArguments as executionScript } from '../../execution/cmd/script-arguments.ts'
import { warned } from '../module/outcome.ts'
import type { runArguments, scriptArguments } from './arguments.ts'
import { reinterpreted } from './stateful.ts'

type RunValues = Values<typeof runArguments> & { readonly name: string }
type ScriptValues = Values<typeof scriptArguments> & { readonly name: string }

/** `cmd.run`. */
export async function runCommand(ctx: StateContext, args: RunValues): Promise<StateReturn> {
  const { testName, isStateful } = statefulOf(args.stateful)
  const name = ctx.state.test && testName !== undefined ? testName : args.name
  if (hasWrongEnv(args.env)) return failure("Invalidly-formatted 'env' parameter. See documentation.")
  if (ctx.state.test && testName === undefined) {
    const comment = `Command "${name}" would have been executed`
    const planned = { result: null, comment, changes: { cmd: name } }
    return isStateful ? reinterpreted(planned) : planned
  }
  if (args.cwd !== undefined && !(await ctx.fs.isDirectory(args.cwd))) return noDirectory(args.cwd)
  const { root } = args
  const fun = root === undefined ? 'cmd.run_all' : 'cmd.run_chroot'
  const rooted = root === undefined ? {} : { root }
  const { known, warnings } = furtherArguments(
    args.kwargs,
    root === undefined ? runAllArguments : chrootArguments,
  )
  const result = await concluded(ctx, args, {
    comment: `Command "${name}" run`,
    run: () =>
      ctx.call(fun, { cmd: name, python_shell: true, ...rooted, ...commandKeywords(args), ...known }),
  })
  return { ...result, ...warnings }
}

/** `cmd.script`. */
export async function runScript(ctx: StateContext, args: ScriptValues): Promise<StateReturn> {
  const { testName, isStateful } = statefulOf(args.stateful)
  const name = ctx.state.test && testName !== undefined ? testName : args.name
  if (hasWrongEnv(args.env)) return failure("Invalidly-formatted 'env' parameter. See documentation.")
  if (args.context !== undefined && args.context !== null && !isMap(args.context)) {
    return failure("Invalidly-formatted 'context' parameter. Must be formed as a dict.")
  }
  if (ctx.state.test && testName === undefined) {
    const planned = { result: null, comment: `Command '${name}' would have been executed`, changes: {} }
    return isStateful ? reinterpreted(planned) : planned
  }
  if (args.cwd !== undefined && !(await ctx.fs.isDirectory(args.cwd))) return noDirectory(args.cwd)
  const source = args.source ?? name
  const [, ...words] = name.split(' ')
  const given = args.args ?? (words.length > 0 ? words.join(' ') : undefined)
  const { known, warnings } = furtherArguments(args.kwargs, executionScript)
  const result = await concluded(ctx, args, {
    comment: `Command '${name}' run`,
    run: () =>
      ctx.call('cmd.script', {
        source,
        ...(given === undefined || given === null ? {} : { args: pythonStr(given) }),
        ...(args.template === undefined ? {} : { template: args.template }),
        saltenv: ctx.state.saltenv,
        ...commandKeywords(args),
        ...known,
      }),
  })
  return { ...result, ...warnings }
}

/**
 * What a state is given beyond its own arguments: goes on to the execution function where that takes it. Salt drops the rest in
 * silence, so trees are full of it (`user` of `cmd.run`); here it is warned of.
 */
function furtherArguments(
  kwargs: Readonly<Record<string, unknown>>,
  declared: object,
): { readonly known: Record<string, unknown>; readonly warnings: Pick<StateReturn, 'warnings'> } {
  const entries = Object.entries(kwargs).filter(([, value]) => value !== undefined && value !== null)
  const isKnown = ([key]: readonly [string, unknown]) => key !== 'kwargs' && Object.hasOwn(declared, key)
  const unused = entries.filter((entry) => !isKnown(entry) && entry[0] !== 'aggregate')
  return {
    known: Object.fromEntries(entries.filter(isKnown)),
    warnings: warned(unused.map(([key]) => `'${key}' is not an argument of a command and was not used`)),
  }
}

interface Work {
  readonly comment: string
  run(): Promise<unknown>
}

/** What a command returned, as the result of a state. */
async function concluded(ctx: StateContext, args: RunValues, work: Work): Promise<StateReturn> {
  let all: unknown
  try {
    all = await work.run()
  } catch (error) {
    if (!isSaltError(error)) throw error
    return failure(messageOf(error))
  }
  if (!isMap(all)) return failure(pythonStr(all))
  const retcode = Number(valueAt(all, 'retcode') ?? 0)
  const isForgiven =
    args.ignore_timeout && retcode === 1 && pythonStr(valueAt(all, 'stdout')).includes('Timed out after')
  const changes = Object.fromEntries(
    entriesOf(all).map(([key, value]) => [pythonStr(key), key === 'retcode' && isForgiven ? 0 : value]),
  )
  const done = { changes, result: retcode === 0 || isForgiven, comment: work.comment }
  const result = statefulOf(args.stateful).isStateful ? reinterpreted(done) : done
  const hasChanges = Object.keys(result.changes).length > 0
  return ctx.state.test && retcode === 0 && hasChanges ? { ...result, result: null } : result
}

/** The arguments that go on to the execution function; what was not given stays out. */
function commandKeywords(args: RunValues): Record<string, unknown> {
  const { cwd, runas, shell, env, prepend_path, umask, output_loglevel, hide_output, timeout, use_vt } = args
  const { success_retcodes, success_stdout, success_stderr } = args
  const given = {
    cwd,
    runas,
    shell,
    env,
    prepend_path,
    umask,
    output_loglevel,
    hide_output,
    timeout,
    use_vt,
    success_retcodes,
    success_stdout,
    success_stderr,
  }
  const entries = Object.entries(given).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(entries)
}

/** `stateful: [{test_name: …}]` is stateful only in what it is called when nothing may change. */
function statefulOf(stateful: unknown): {
  readonly testName: string | undefined
  readonly isStateful: boolean
} {
  if (!Array.isArray(stateful)) return { testName: undefined, isStateful: stateful === true }
  const first: unknown = stateful[0]
  const testName = isMap(first) ? valueAt(first, 'test_name') : undefined
  return { testName: testName === undefined ? undefined : pythonStr(toPlain(testName)), isStateful: true }
}

function hasWrongEnv(env: unknown): boolean {
  return env !== undefined && env !== null && !Array.isArray(env) && !isMap(env)
}

function noDirectory(cwd: string): StateReturn {
  return failure(`Desired working directory "${cwd}" is not available`)
}

function failure(comment: string): StateReturn {
  return { changes: {}, result: false, comment }
}
