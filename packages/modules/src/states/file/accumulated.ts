// SPDX-License-Identifier: Apache-2.0
import { isMap, keysOf, pythonStr, toPlain, valuesOf } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { failure } from './result.ts'

const sharedKey = 'file/accumulators'

interface Accumulators {
  /** File → name of an accumulator → texts. */
  readonly texts: Map<string, Map<string, unknown[]>>
  /** File → name of an accumulator → ids of the states that it is for. */
  readonly wantedBy: Map<string, Map<string, string[]>>
}

/** The arguments of `file.accumulated`. */
export const accumulatedArguments = {
  filename: arg.string('The file that the texts are for.'),
  text: arg.any('A text, or a list of texts.'),
  kwargs: arg.keywords('``require_in`` or ``watch_in``: the states that use the texts.'),
}

type AccumulatedValues = Values<typeof accumulatedArguments> & { readonly name: string }

/** `file.accumulated`: texts that later states of the run put into a file. */
export function accumulate(ctx: StateContext, args: AccumulatedValues): StateReturn {
  const { name, filename, text } = args
  if (name === '') return failure('Must provide name to file.accumulated')
  const { low, requisites } = ctx.state
  const users = [
    ...declared(low['require_in']),
    ...declared(low['watch_in']),
    ...declared(requisites['require_in']),
  ]
  const unique = [...new Set(users)]
  if (unique.length === 0 && !('require_in' in low || 'watch_in' in low)) {
    return failure(`Orphaned accumulator ${name} in ${ctx.state.sls}:${ctx.state.id}`)
  }
  if (isMap(text)) return failure('Invalid text')
  const { texts, wantedBy } = accumulatorsOf(ctx)
  const list = within(texts, filename, name)
  for (const id of unique) within(wantedBy, filename, name).push(id)
  let isChanged = false
  for (const item of Array.isArray(text) ? text : [text]) {
    if (list.includes(item)) continue
    list.push(item)
    isChanged = true
  }
  const comment = `Accumulator ${name} for file ${filename} was charged by text`
  return { changes: {}, result: true, comment: isChanged ? comment : '' }
}

/** Texts that were accumulated for a file: name of the accumulator → texts; undefined when there are none. */
export function accumulatedFor(ctx: StateContext, file: string): Record<string, unknown[]> | undefined {
  const found = accumulatorsOf(ctx).texts.get(file)
  return found && Object.fromEntries(found)
}

/** Those that name this state, or all when none does. */
export function accumulatedHere(ctx: StateContext, file: string): readonly unknown[] {
  const { texts, wantedBy } = accumulatorsOf(ctx)
  const all = [...(texts.get(file) ?? [])]
  const named = all.filter(([name]) => wantedBy.get(file)?.get(name)?.includes(ctx.state.id))
  return (named.length > 0 ? named : all).flatMap(([, list]) => list)
}

function declared(value: unknown): string[] {
  const items = toPlain(value)
  if (!Array.isArray(items)) return []
  return items.flatMap((item: unknown) =>
    isMap(item) ? (keysOf(item).includes('file') ? valuesOf(item).map(pythonStr) : []) : [],
  )
}

function accumulatorsOf({ state: { shared } }: StateContext): Accumulators {
  const known = shared.get(sharedKey) as Accumulators | undefined
  if (known !== undefined) return known
  const made: Accumulators = { texts: new Map(), wantedBy: new Map() }
  shared.set(sharedKey, made)
  return made
}

function within<T>(maps: Map<string, Map<string, T[]>>, file: string, name: string): T[] {
  const map = maps.get(file) ?? new Map<string, T[]>()
  maps.set(file, map)
  const list = map.get(name) ?? []
  map.set(name, list)
  return list
}
