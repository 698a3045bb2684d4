// SPDX-License-Identifier: Apache-2.0
import { isMap, isTruthy, mapOf, pythonStr, SaltError, textKeyed } from '@halite/core'
import {
  arg,
  type CommandOutcome,
  type ExecContext,
  failed,
  fn,
  keywordMap,
  type MasterCallOutcome,
  type MinionCommand,
  type OrchestrationCalls,
} from '@halite/loader'

type Keywords = Readonly<Record<string, unknown>>

const positional = arg.any('Positional arguments: a list.').default(undefined)
const keyword = arg.any('Keyword arguments: a map.').default(undefined)
const commandArguments = {
  tgt: arg.any('Which minions.'),
  fun: arg.string('The function.'),
  arg: positional,
  timeout: arg
    .seconds('After how long minions that have not returned are asked if they still run it.')
    .optional(),
  tgt_type: arg.string('How the target is read.').default('glob'),
  ret: arg.string('Returners, with commas between.').default(''),
  kwarg: keyword,
  ssh: arg.unsupported(false, 'minions are not reached by SSH'),
  kwargs: arg.keywords('``batch``: how many minions at a time; ``subset``: only so many, at random.'),
}

/** The functions of `saltutil` that the master of an orchestration carries out. */
export const masterFunctions = {
  runner: fn({
    doc: 'Call a runner; return what it returns, with ``full_return`` a map of ``return``, ``success`` and ``jid``. For orchestrations and their templates.',
    examples: ["{{ salt['saltutil.runner']('manage.up') }}"],
    args: {
      name: arg.string('The runner.'),
      arg: positional,
      kwarg: keyword,
      full_return: arg.boolean('Return jid and success too.').default(false),
      saltenv: arg.string('Not looked at.').default('base'),
      jid: arg.string('Not looked at.').optional(),
      kwargs: arg.keywords('Keyword arguments, too.'),
    },
    run: async (ctx, { name, arg: values, kwarg, kwargs, full_return: isFull }) => {
      const call = callOf(values, { ...keywordsIn(kwarg), ...ownKeywords(kwargs) })
      const outcome = await masterOf(ctx).callMaster({ kind: 'runner', fun: name, arg: call })
      return returned(outcome, isFull ? { ...outcome } : outcome.return)
    },
  }),
  wheel: fn({
    doc: 'Call a wheel function; return a map of ``fun``, ``return``, ``success`` and ``jid``. For orchestrations and their templates.',
    examples: ["{{ salt['saltutil.wheel']('key.accept', 'jerry') }}"],
    args: {
      name: arg.string('The function.'),
      args: arg.rest('Its positional arguments.'),
      kwargs: arg.keywords('Its keyword arguments.'),
    },
    run: async (ctx, { name, args, kwargs }) => {
      const call = callOf(args, ownKeywords(kwargs))
      const outcome = await masterOf(ctx).callMaster({ kind: 'wheel', fun: name, arg: call })
      return returned(outcome, { fun: `wheel.${name}`, ...outcome })
    },
  }),
  cmd: fn({
    doc: 'Have minions run a function; return minion → ``ret`` and ``retcode``. For orchestrations and their templates.',
    examples: ["{{ salt['saltutil.cmd']('web*', 'test.ping') }}"],
    args: commandArguments,
    run: async (ctx, args) => mapOf(returnsOf(await masterOf(ctx).command(commandOf(args)))),
  }),
  cmd_iter: fn({
    doc: 'Do the same; return a list of a map for each minion.',
    examples: ["{{ salt['saltutil.cmd_iter']('web*', 'test.ping') }}"],
    args: commandArguments,
    run: async (ctx, args) =>
      returnsOf(await masterOf(ctx).command(commandOf(args))).map((one) => mapOf([one])),
  }),
}

function masterOf({ master }: ExecContext): OrchestrationCalls {
  if (master !== undefined) return master
  throw new SaltError('COMMAND_FAILED', 'Only the master can do this, and a minion is not the master', {
    hint: 'Use it in an orchestration, salt-run state.orchestrate, and in its templates.',
  })
}

/** What did not succeed makes the return a failed one. */
function returned(outcome: MasterCallOutcome, value: unknown) {
  return outcome.success ? value : failed(value, 1)
}

interface Command {
  readonly tgt: unknown
  readonly fun: string
  readonly arg: unknown
  readonly timeout?: number | undefined
  readonly tgt_type: string
  readonly ret: string
  readonly kwarg: unknown
  readonly kwargs: Keywords
}

function commandOf({ tgt, fun, timeout, tgt_type, ret, kwargs, ...given }: Command): MinionCommand {
  const { batch, subset } = kwargs
  return {
    fun,
    arg: callOf(given.arg, keywordsIn(given.kwarg)),
    tgt: Array.isArray(tgt) ? tgt.map(pythonStr) : pythonStr(tgt),
    tgt_type,
    ...(ret === '' ? {} : { ret }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(isTruthy(batch ?? null) ? { batch: pythonStr(batch) } : {}),
    ...(isTruthy(subset ?? null) ? { subset: Number(subset) } : {}),
  }
}

function returnsOf({ jid, returns }: CommandOutcome): [string, unknown][] {
  return Object.entries(returns).map(([id, { return: value, retcode, out }]) => [
    id,
    { ret: value, retcode, jid, ...(out === undefined ? {} : { out }) },
  ])
}

function callOf(values: unknown, keywords: Keywords): readonly unknown[] {
  const list = values === undefined || values === null ? [] : Array.isArray(values) ? values : [values]
  return Object.keys(keywords).length > 0 ? [...list, keywordMap(keywords)] : list
}

function keywordsIn(given: unknown): Keywords {
  return isMap(given) ? textKeyed(given) : {}
}

/** Without the facts of the call. */
function ownKeywords(kwargs: Keywords): Keywords {
  return Object.fromEntries(Object.entries(kwargs).filter(([name]) => !name.startsWith('__')))
}
