// SPDX-License-Identifier: Apache-2.0
import { isMap, isTruthy, pythonStr, valueAt, valuesOf } from '@halite/core'
import {
  type ArgSpec,
  arg,
  type CommandOutcome,
  type CommandReturn,
  keywordMap,
  type MinionCommand,
  type StateContext,
} from '@halite/loader'

/** As it was written; None is the same as nothing. */
export const anything = (doc: string): ArgSpec<unknown, false> => ({ ...arg.any(doc), required: false })

/** What the states that give minions a job share. */
export const commandArguments = {
  tgt: anything('Which minions.'),
  ssh: arg.unsupported(false, 'minions are not reached by SSH'),
  tgt_type: arg.string('How the target is read.').default('glob'),
  ret: anything('Returners, as a list or with commas between.'),
  ret_config: anything('Kept for old files: counts for nothing.'),
  ret_kwargs: anything('Kept for old files: counts for nothing.'),
  fail_minions: anything('Minions that may fail, as a list or with commas between.'),
  timeout: arg
    .seconds('After how long minions that have not returned are asked if they still run it.')
    .optional(),
  batch: anything('How many minions at a time: ``3`` or ``10%``.'),
  subset: arg.integer('Only so many of the minions, at random.').optional(),
  failhard: anything('Of a batch: begin nothing more once a minion failed.'),
}

/** What of these a state was given. */
export interface CommandArguments {
  readonly tgt?: unknown
  readonly tgt_type: string
  readonly ret?: unknown
  readonly timeout?: number | undefined
  readonly batch?: unknown
  readonly subset?: number | undefined
  readonly failhard?: unknown
}

/** The job that a state asks for. */
export function commandOf(
  { options }: StateContext,
  fun: string,
  given: CommandArguments & {
    readonly arg: readonly unknown[]
    readonly kwarg: Readonly<Record<string, unknown>>
  },
): MinionCommand {
  const { tgt, tgt_type, ret, timeout, batch, subset, failhard, arg: positional, kwarg } = given
  const hasKeywords = Object.keys(kwarg).length > 0
  return {
    fun,
    arg: [...positional, ...(hasKeywords ? [keywordMap(kwarg)] : [])],
    tgt: Array.isArray(tgt) ? tgt.map(pythonStr) : pythonStr(tgt),
    tgt_type,
    ...(isTruthy(ret ?? null) ? { ret: [ret].flat().map(pythonStr).join(',') } : {}),
    ...(timeout === undefined ? {} : { timeout }),
    ...(isTruthy(batch ?? null) ? { batch: pythonStr(batch) } : {}),
    ...(subset === undefined ? {} : { subset }),
    ...(isTruthy(failhard ?? null) || options['failhard'] === true ? { failhard: true } : {}),
  }
}

/** `fail_minions`, and what is wrong with it. */
export function mayFail(written: unknown): {
  readonly ids: readonly string[]
  readonly warnings: readonly string[]
} {
  if (written === undefined || written === null) return { ids: [], warnings: [] }
  if (Array.isArray(written)) return { ids: written.map(pythonStr), warnings: [] }
  if (typeof written === 'string') return { ids: written.split(',').map((id) => id.trim()), warnings: [] }
  const warning = "'fail_minions' needs to be a list or a comma separated string. Ignored."
  return { ids: [], warnings: [warning] }
}

/** A minion of a command with what it returned; undefined for one that did not. */
export type MinionReturn = readonly [id: string, returned: CommandReturn | undefined]

/** What the minions of a command returned, in the order in which it names them. */
export function returnsOf({ minions, returns, missing }: CommandOutcome): readonly MinionReturn[] {
  const ids = new Set([...minions, ...missing.map(({ id }) => id)])
  return [...ids].map((id) => [id, returns[id]])
}

/** Whether what a run of states returned went well: no state of it failed. */
export function wentWell(returned: unknown): boolean {
  if (!isMap(returned)) return false
  const states = valuesOf(returned)
  return states.length > 0 && states.every((state) => !isMap(state) || isFine(state))
}

function isFine(state: Parameters<typeof valueAt>[0]): boolean {
  const result = valueAt(state, 'result')
  return result === undefined ? wentWell(state) : result !== false
}
