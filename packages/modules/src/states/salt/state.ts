// SPDX-License-Identifier: Apache-2.0
import { isMap, isTruthy, mapOf, messageOf, pythonStr, sizeOf, valueAt, valuesOf } from '@halite/core'
import {
  arg,
  type CommandOutcome,
  type MinionCommand,
  type StateContext,
  type StateReturn,
  type Values,
} from '@halite/loader'
import {
  anything,
  commandArguments,
  commandOf,
  type MinionReturn,
  mayFail,
  returnsOf,
  wentWell,
} from './minions.ts'

/** The arguments of `salt.state`. */
export const stateArguments = {
  ...commandArguments,
  highstate: anything('Run what the top files say.'),
  sls: anything('Which sls files are run, a name or a list.'),
  top: anything('The name of another top file.'),
  saltenv: anything('The environment that sls files are read from.'),
  test: anything('Say what would change, and change nothing.'),
  pillar: anything('A map that is merged over the pillar of the minions.'),
  pillarenv: anything('The environment of the pillar.'),
  expect_minions: arg.boolean('Whether minions that do not return have failed.').default(true),
  exclude: anything('What is left out of the run.'),
  allow_fail: anything('How many minions may fail.'),
  concurrent: anything('Run beside other runs of states.'),
  queue: anything('Wait until other runs of states have ended.'),
  orchestration_jid: anything('Kept for old files: counts for nothing.'),
  kwargs: arg.keywords('Whatever else is given counts for nothing.'),
}

type StateValues = Values<typeof stateArguments> & { readonly name: string }

const failure = (comment: string): StateReturn => ({ changes: {}, result: false, comment })

/** `salt.state`: minions run states. */
export async function runStates(ctx: StateContext, args: StateValues): Promise<StateReturn> {
  const allowed = Number(args.allow_fail ?? 0)
  if (!Number.isInteger(allowed)) return failure("Passed invalid value for 'allow_fail', must be an int")
  const called = functionOf(args)
  if (called === undefined) return failure('No highstate or sls specified, no execution made')
  const { concurrent = false } = args
  if (typeof concurrent !== 'boolean') return failure("Must pass in boolean for value of 'concurrent'")
  const command = commandOf(ctx, called.fun, { ...args, arg: called.arg, kwarg: keywordsOf(ctx, args) })
  const outcome = await outcomeOf(ctx, command)
  if (typeof outcome === 'string') return failure(outcome)
  const returns = returnsOf(outcome).filter(([, one]) => one !== undefined || args.expect_minions)
  if (returns.length === 0 && args.expect_minions) return failure('No minions returned')
  return resultOf(ctx, args, { returns, jid: outcome.jid, allowed })
}

function functionOf({ highstate, top, sls }: StateValues): { fun: string; arg: unknown[] } | undefined {
  if (isTruthy(highstate ?? null)) return { fun: 'state.highstate', arg: [] }
  if (isTruthy(top ?? null)) return { fun: 'state.top', arg: [pythonStr(top)] }
  if (!isTruthy(sls ?? null)) return undefined
  return { fun: 'state.sls', arg: [[sls].flat().map(pythonStr).join(',')] }
}

function keywordsOf({ state }: StateContext, args: StateValues): Record<string, unknown> {
  const { test, pillar, pillarenv, saltenv, exclude, queue = false, concurrent = false } = args
  const isGiven = (value: unknown) => value !== undefined && value !== null
  return {
    ...(isGiven(test) || state.test ? { test: test ?? true } : {}),
    ...(isTruthy(pillar ?? null) ? { pillar } : {}),
    ...(isGiven(pillarenv) ? { pillarenv } : {}),
    ...(isGiven(saltenv) ? { saltenv } : {}),
    ...(isGiven(exclude) ? { exclude } : {}),
    queue,
    concurrent,
  }
}

/** Without a master the run is for this minion itself. A text says why there is none. */
async function outcomeOf(ctx: StateContext, command: MinionCommand): Promise<CommandOutcome | string> {
  try {
    if (ctx.master !== undefined) return await ctx.master.command(command)
  } catch (error) {
    return messageOf(error)
  }
  if (ctx.options['file_client'] !== 'local')
    return 'Minions are given jobs by the master: run this state with salt-run state.orchestrate'
  const [sls, keywords] = command.arg.length > 1 ? command.arg : [undefined, command.arg[0]]
  const { __kwarg__: _, ...named } = keywords as Readonly<Record<string, unknown>>
  const positional = sls === undefined ? [] : [sls]
  const { value, retcode } = await ctx.call.result<string>(command.fun, positional, named)
  const own = { return: value, retcode, success: retcode === 0, out: 'highstate' }
  return { minions: [ctx.id], returns: { [ctx.id]: own }, missing: [] }
}

interface Ended {
  readonly returns: readonly MinionReturn[]
  readonly jid: string | undefined
  readonly allowed: number
}

function resultOf(ctx: StateContext, args: StateValues, { returns, jid, allowed }: Ended): StateReturn {
  const { ids: excused, warnings } = mayFail(args.fail_minions)
  const failed: string[] = []
  const unchanged: string[] = []
  const changes: [string, unknown][] = []
  for (const [id, one] of returns) {
    const isWell = one !== undefined && one.retcode === 0 && wentWell(one.return)
    if (!isWell && !excused.includes(id)) failed.push(id)
    if (!isWell || hasChanges(one.return)) changes.push([id, one === undefined ? false : one.return])
    else unchanged.push(id)
  }
  const isFailed = failed.length > allowed
  const isTest = isTruthy(args.test ?? ctx.state.test)
  const ran = [
    'States ran successfully.',
    ...(changes.length > 0 ? [`Updating ${changes.map(([id]) => id).join(', ')}.`] : []),
    ...(unchanged.length > 0 ? [`No changes made to ${unchanged.join(', ')}.`] : []),
  ]
  return {
    changes: changes.length > 0 ? { out: 'highstate', ret: mapOf(changes) } : {},
    // Only what would change is neither well nor failed.
    result: isFailed ? false : isTest && changes.length > 0 ? null : true,
    comment: isFailed ? `Run failed on minions: ${failed.join(', ')}` : ran.join(' '),
    ...(jid === undefined ? {} : { __jid__: jid }),
    ...(warnings.length > 0 ? { warnings } : {}),
  }
}

function hasChanges(returned: unknown): boolean {
  if (!isMap(returned)) return false
  return valuesOf(returned).some((state) => {
    const changes = isMap(state) ? valueAt(state, 'changes') : undefined
    return isMap(changes) && sizeOf(changes) > 0
  })
}
