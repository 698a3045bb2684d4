// SPDX-License-Identifier: Apache-2.0
import {
  entriesOf,
  equal,
  isMap,
  isOrdered,
  isTruthy,
  messageOf,
  type OrderOperator,
  pythonStr,
} from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { isAvailable, type Patience, patienceProblem, pause, tryUntil } from './attempts.ts'

interface UntilEqual extends Patience {
  readonly name: string
  readonly expected: unknown
  readonly compare_operator: string
  readonly init_wait: number
  readonly args?: readonly unknown[] | undefined
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined
}

type Compare = (value: unknown, expected: unknown) => boolean | Promise<boolean>

const ordered =
  (operator: OrderOperator): Compare =>
  (value, expected) =>
    isOrdered(value, operator, expected)

const operators: Readonly<Record<string, Compare>> = {
  eq: equal,
  ne: (value, expected) => !equal(value, expected),
  lt: ordered('<'),
  le: ordered('<='),
  gt: ordered('>'),
  ge: ordered('>='),
  contains,
  is_: isSame,
  is_not: (value, expected) => !isSame(value, expected),
}

/** Calls the function until its return compares with what is expected. */
export async function untilEqual(ctx: StateContext, wanted: UntilEqual): Promise<StateReturn> {
  const { name, expected, compare_operator: operator } = wanted
  const compare = await comparison(ctx, operator)
  if (ctx.state.test) {
    const comment = `Would have waited for "${name}" to produce "${pythonStr(expected)}".`
    return { changes: {}, result: null, comment }
  }
  if (!(await isAvailable(ctx, name))) return failure(`Module.function "${name}" is unavailable.`)
  const problem = patienceProblem(wanted)
  if (problem !== undefined) return failure(problem)
  if (compare === undefined) return failure(`Invalid operator "${operator}" supplied.`)
  await pause(ctx, wanted.init_wait)
  return attempts(ctx, wanted, compare)
}

async function attempts(ctx: StateContext, wanted: UntilEqual, compare: Compare): Promise<StateReturn> {
  const { name, expected, args = [], kwargs = {} } = wanted
  let count = 0
  const verdict = await tryUntil<StateReturn>(ctx, wanted, async () => {
    count += 1
    try {
      const value = await ctx.call(name, args, kwargs)
      if (!(await compare(value, expected))) return undefined
    } catch (error) {
      ctx.signal.throwIfAborted()
      return failure(`Exception occurred while executing ${name}: ${messageOf(error)}`)
    }
    const comment = `Call provided the expected results in ${count} attempts`
    return { changes: {}, result: true, comment }
  })
  return verdict ?? failure(`Call did not produce the expected result after ${count} attempts`)
}

async function comparison(ctx: StateContext, operator: string): Promise<Compare | undefined> {
  if (operator.includes('.') && (await isAvailable(ctx, operator))) {
    return async (value, expected) => isTruthy(await ctx.call(operator, [value, expected]))
  }
  const name = operator.replace(/^__(\w+)__$/, '$1')
  return Object.hasOwn(operators, name) ? operators[name] : undefined
}

function contains(value: unknown, expected: unknown): boolean {
  if (typeof value === 'string') return value.includes(pythonStr(expected))
  if (Array.isArray(value)) return value.some((item) => equal(item, expected))
  return isMap(value) && entriesOf(value).some(([key]) => equal(key, expected))
}

/** Python's `is` tells None, True and False; of other values of two origins it never holds. */
function isSame(value: unknown, expected: unknown): boolean {
  return (value === null || typeof value === 'boolean') && value === expected
}

function failure(comment: string): StateReturn {
  return { changes: {}, result: false, comment }
}
