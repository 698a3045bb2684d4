// SPDX-License-Identifier: Apache-2.0
import { equal, isMap, isTruthy } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { bad, type GrainPath, good, grainAt, missing, pathOf, planned } from './path.ts'
import { shownValue } from './shown.ts'

interface ListValue extends GrainPath {
  /** A value, or a list of them. */
  readonly value: unknown
}

/** Has the values in the list, and makes it where there is none. */
export async function listPresent(
  ctx: StateContext,
  { value: wanted, ...path }: ListValue,
): Promise<StateReturn> {
  const name = pathOf(path)
  const found = grainAt(ctx, name)
  const grain = found === missing ? '' : found
  if (!isTruthy(grain)) {
    if (ctx.state.test) return planned(name, `Grain ${name} is set to be added`, { new: grain })
    return appended(ctx, name, { value: wanted, note: '' })
  }
  if (!Array.isArray(grain)) return bad(name, `Grain ${name} is not a valid list`)
  const isOpen = (each: unknown) => !holds(grain, each)
  const open = Array.isArray(wanted) ? wanted.filter(isOpen) : isOpen(wanted) ? wanted : []
  if (Array.isArray(open) && open.length === 0) {
    return good(name, `Value ${shownValue(ctx, wanted)} is already in grain ${name}`)
  }
  if (ctx.state.test) {
    const comment = `Value ${shownValue(ctx, open)} is set to be appended to grain ${name}`
    return planned(name, comment, { new: grain })
  }
  const known = Array.isArray(wanted) ? wanted.filter((each) => !isOpen(each)) : []
  const note =
    known.length === 0
      ? ''
      : `Removed value ${shownValue(ctx, known)} from update due to value found in "${name}".\n`
  return appended(ctx, name, { value: open, note })
}

interface Addition {
  readonly value: unknown
  /** What the comment says before. */
  readonly note: string
}

async function appended(ctx: StateContext, name: string, { value, note }: Addition): Promise<StateReturn> {
  const changes = await ctx.call('grains.append', { key: name, val: value })
  const now = grainAt(ctx, name)
  const values = Array.isArray(value) ? value : [value]
  if (!Array.isArray(now) || !values.every((each) => holds(now, each))) {
    return bad(name, `Failed append value ${shownValue(ctx, value)} to grain ${name}`)
  }
  const comment = `${note}Append value ${shownValue(ctx, value)} to grain ${name}`
  return good(name, comment, { new: isMap(changes) ? changes : now })
}

/** Has the values in the list no more. */
export async function listAbsent(ctx: StateContext, { value, ...path }: ListValue): Promise<StateReturn> {
  const name = pathOf(path)
  const grain = grainAt(ctx, name)
  if (grain === missing || !isTruthy(grain)) return good(name, `Grain ${name} does not exist`)
  if (!Array.isArray(grain)) return bad(name, `Grain ${name} is not a valid list`)
  const comments: string[] = []
  const deleted: unknown[] = []
  for (const each of Array.isArray(value) ? value : [value]) {
    const shown = `Value ${shownValue(ctx, each)}`
    if (!holds(grain, each)) {
      comments.push(`${shown} is absent from grain ${name}`)
      continue
    }
    deleted.push(each)
    if (ctx.state.test) comments.push(`${shown} in grain ${name} is set to be deleted`)
    else {
      await ctx.call('grains.remove', { key: name, val: each })
      comments.push(`${shown} was deleted from grain ${name}`)
    }
  }
  const changes = deleted.length === 0 ? {} : { deleted }
  const verdict = ctx.state.test && deleted.length > 0 ? planned : good
  return verdict(name, comments.join('\n'), changes)
}

interface Append extends ListValue {
  /** Make a list of a grain that is not one. */
  readonly convert: boolean
}

/** Adds one value to a list that is there. */
export async function append(ctx: StateContext, { value, convert, ...path }: Append): Promise<StateReturn> {
  const name = pathOf(path)
  const grain = grainAt(ctx, name)
  if (grain === missing) return bad(name, `Grain ${name} does not exist`)
  const isList = Array.isArray(grain)
  if (!isList && !convert) return bad(name, `Grain ${name} is not a valid list`)
  const shown = shownValue(ctx, value)
  if (isList && holds(grain, value)) {
    return good(name, `Value ${shown} is already in the list for grain ${name}`)
  }
  if (ctx.state.test) {
    const comment = isList
      ? `Value ${shown} in grain ${name} is set to be added`
      : `Grain ${name} is set to be converted to list and value ${shown} will be added`
    return planned(name, comment, { added: value })
  }
  await ctx.call('grains.append', { key: name, val: value, convert })
  return good(name, `Value ${shown} was added to grain ${name}`, { added: value })
}

function holds(list: readonly unknown[], value: unknown): boolean {
  return list.some((each) => equal(each, value))
}
