// SPDX-License-Identifier: Apache-2.0
import { isMap, isTruthy, mapOf, messageOf, pythonStr, textKeyed } from '@halite/core'
import { arg, type CommandOutcome, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { anything, commandArguments, commandOf, type MinionReturn, mayFail, returnsOf } from './minions.ts'

/** The arguments of `salt.function`. */
export const functionArguments = {
  ...commandArguments,
  expect_minions: arg.boolean('Whether minions that do not return have failed.').default(false),
  fail_function: anything('A function that says of a return whether it went well.'),
  arg: anything('The positional arguments, a list.'),
  kwarg: anything('The keyword arguments, a map.'),
  kwargs: arg.keywords('Whatever else is given counts for nothing.'),
}

type FunctionValues = Values<typeof functionArguments> & { readonly name: string }

/** `salt.function`: minions run a function. */
export async function runFunctionOnMinions(ctx: StateContext, args: FunctionValues): Promise<StateReturn> {
  const { name, tgt } = args
  if (ctx.state.test) {
    const comment = `Function ${name} would be executed on target ${pythonStr(tgt)}`
    return { changes: {}, result: null, comment }
  }
  const warnings: string[] = []
  if (typeof args.arg === 'string') warnings.push("Please specify 'arg' as a list of arguments.")
  try {
    const outcome = await commanded(ctx, args)
    return resultOf(await judged(ctx, args, outcome), outcome, { args, warnings })
  } catch (error) {
    return { changes: {}, result: false, comment: messageOf(error) }
  }
}

async function commanded(ctx: StateContext, args: FunctionValues): Promise<CommandOutcome> {
  const { master } = ctx
  const { name, kwarg } = args
  if (master === undefined)
    throw new Error('Minions are given jobs by the master: run this state with salt-run state.orchestrate')
  const positional = typeof args.arg === 'string' ? args.arg.split(/\s+/) : asList(args.arg)
  const keywords = isMap(kwarg) ? textKeyed(kwarg) : {}
  return master.command(commandOf(ctx, name, { ...args, arg: positional, kwarg: keywords }))
}

interface Judged {
  readonly failed: readonly string[]
  readonly returned: readonly (readonly [id: string, value: unknown])[]
  /** Minions that did not return and need not. */
  readonly silent: readonly string[]
}

async function judged(
  ctx: StateContext,
  { expect_minions, fail_function, fail_minions }: FunctionValues,
  outcome: CommandOutcome,
): Promise<Judged> {
  const failed: string[] = []
  const silent: string[] = []
  const returned: [string, unknown][] = []
  const { ids: excused } = mayFail(fail_minions)
  for (const [id, one] of returnsOf(outcome)) {
    if (one === undefined && !expect_minions) {
      silent.push(id)
      continue
    }
    const isWell = one !== undefined && (await accepts(ctx, fail_function, one.return))
    // A return code that is not 0 is a failure, whoever is excused.
    if (one !== undefined && one.retcode !== 0) failed.push(id)
    else if (!isWell && !excused.includes(id)) failed.push(id)
    returned.push([id, one === undefined ? false : one.return])
  }
  return { failed, returned, silent }
}

async function accepts(ctx: StateContext, fun: unknown, value: unknown): Promise<boolean> {
  if (value === false) return false
  return isTruthy(fun ?? null) ? isTruthy(await ctx.call(pythonStr(fun), [value])) : true
}

function resultOf(
  { failed, returned, silent }: Judged,
  { jid }: CommandOutcome,
  { args, warnings }: { readonly args: FunctionValues; readonly warnings: readonly string[] },
): StateReturn {
  const { name } = args
  const told = [
    ...warnings,
    ...mayFail(args.fail_minions).warnings,
    ...(silent.length > 0 ? [`Minions did not return: ${silent.join(', ')}`] : []),
  ]
  const more = {
    ...(jid === undefined ? {} : { __jid__: jid }),
    ...(told.length > 0 ? { warnings: told } : {}),
  }
  if (returned.length === 0) return { changes: {}, result: false, comment: 'No minions responded', ...more }
  const ended =
    failed.length > 0
      ? `Running function ${name} failed on minions: ${failed.join(', ')}`
      : 'Function ran successfully.'
  return {
    changes: { ret: mapOf(returned) },
    result: failed.length === 0,
    comment: `${ended} Function ${name} ran on ${returned.map(([id]: MinionReturn | readonly [string, unknown]) => id).join(', ')}.`,
    ...more,
  }
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}
