// SPDX-License-Identifier: Apache-2.0
import { equal, isMap, isTruthy, pythonStr, sizeOf, valueAt } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { bad, type GrainPath, good, grainAt, missing, pathOf, planned } from './path.ts'
import { shownValue } from './shown.ts'

/** Whether the grain is there. */
export function exists(ctx: StateContext, path: GrainPath): StateReturn {
  const name = pathOf(path)
  const isThere = grainAt(ctx, name) !== missing
  return isThere ? good(name, 'Grain exists') : bad(name, 'Grain does not exist')
}

interface Present extends GrainPath {
  readonly value: unknown
  readonly force: boolean
}

/** Sets the grain. */
export async function present(ctx: StateContext, { value, force, ...path }: Present): Promise<StateReturn> {
  const name = pathOf(path)
  const existing = grainAt(ctx, name)
  if (existing !== missing && equal(existing, value)) return good(name, 'Grain is already set')
  if (ctx.state.test) {
    return existing === missing
      ? planned(name, `Grain ${name} is set to be added`, { new: name })
      : planned(name, `Grain ${name} is set to be changed`, { changed: { [name]: value } })
  }
  const { result, comment, changes } = await set(ctx, name, { val: value, force, destructive: false })
  if (!result) return bad(name, comment, changes)
  return good(name, sizeOf(changes) > 0 ? `Set grain ${name} to ${shownValue(ctx, value)}` : comment, changes)
}

interface Absent extends GrainPath {
  readonly destructive: boolean
  readonly force: boolean
}

/** Sets the grain to None, or removes it. */
export async function absent(
  ctx: StateContext,
  { destructive, force, ...path }: Absent,
): Promise<StateReturn> {
  const name = pathOf(path)
  const existing = grainAt(ctx, name)
  if (existing === missing) return good(name, `Grain ${name} does not exist`)
  const isNone = existing === null
  const changes = destructive ? { deleted: name } : isNone ? {} : { grain: name, value: null }
  if (ctx.state.test) {
    const comment = isNone ? '' : `Value for grain ${name} is set to be deleted (None)`
    return planned(name, destructive ? `Grain ${name} is set to be deleted` : comment, changes)
  }
  const done = await set(ctx, name, { val: null, force, destructive })
  if (!done.result) return bad(name, done.comment, done.changes)
  if (destructive) return good(name, `Grain ${name} was deleted`, changes)
  return isNone ? good(name, done.comment) : good(name, `Value for grain ${name} was set to None`, changes)
}

interface Setting {
  readonly val: unknown
  readonly force: boolean
  readonly destructive: boolean
}

async function set(ctx: StateContext, key: string, setting: Setting) {
  const report = await ctx.call('grains.set', { key, ...setting })
  const map = isMap(report) ? report : {}
  const changes = valueAt(map, 'changes')
  return {
    result: isTruthy(valueAt(map, 'result')),
    comment: pythonStr(valueAt(map, 'comment') ?? ''),
    changes: isMap(changes) ? changes : {},
  }
}
