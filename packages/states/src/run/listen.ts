// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr } from '@halite/core'
import type { Low } from '../high/chunks.ts'
import { requisites } from '../high/keywords.ts'
import { Chunk } from './chunk.ts'
import { ChunkIndex } from './chunk-index.ts'
import type { MutableResult } from './result.ts'

/** What listeners make necessary when all states have run: calls of `mod_watch`, and results for what is not there. */
export interface Listening {
  readonly lows: readonly Low[]
  /** Tag → fields of a result. */
  readonly errors: ReadonlyMap<string, Readonly<Record<string, unknown>>>
}

/** A listener, and a state that it listens to: module, and id or name. */
interface Pair {
  readonly listener: readonly [state: string, name: string]
  readonly source: readonly [state: string, name: string]
}

/** Finds the listeners (`listen`, `listen_in`) of states that changed. */
export function listenersOf(lows: readonly Low[], results: ReadonlyMap<string, MutableResult>): Listening {
  if (!lows.some((low) => 'listen' in low || 'listen_in' in low)) return { lows: [], errors: new Map() }
  const index = new ChunkIndex(lows.map((low) => new Chunk(low)))
  const find = ([key, value]: readonly [string, string]) =>
    index.chunks.filter(({ state, id, name }) => state === key && (id === value || name === value))
  const watching: Low[] = []
  const errors = new Map<string, Readonly<Record<string, unknown>>>()
  for (const { listener, source } of pairsOf(index)) {
    const sources = find(source)
    if (sources.length === 0) errors.set(...missing(source))
    const isChanged = sources.some(({ tag }) => results.get(tag)?.hasChanges)
    if (!isChanged) continue
    const listeners = find(listener)
    if (listeners.length === 0) errors.set(...missing(listener))
    watching.push(...listeners.map(({ low }) => watchCall(low)))
  }
  return { lows: watching, errors }
}

function pairsOf({ chunks }: ChunkIndex): Pair[] {
  return chunks.flatMap((chunk) => {
    const own = [chunk.state, chunk.id] as const
    const listened = (chunk.requisite('listen') ?? []).flatMap((one) => referencesOf(one, chunks))
    const heard = (chunk.requisite('listen_in') ?? []).flatMap((one) => referencesOf(one, chunks))
    return [
      ...listened.map((source) => ({ listener: own, source })),
      ...heard.map((listener) => ({ listener, source: own })),
    ]
  })
}

/** `{pkg: vim}`, or an id or name alone. */
function referencesOf(written: unknown, chunks: readonly Chunk[]): (readonly [string, string])[] {
  if (isMap(written)) return entriesOf(written).map(([key, value]) => [pythonStr(key), pythonStr(value)])
  const found = chunks.findLast(({ id, name }) => id === written || name === written)
  return found === undefined ? [] : [[found.state, found.id]]
}

function watchCall(low: Low): Low {
  const call: Low = {
    ...low,
    sfun: low['fun'],
    fun: 'mod_watch',
    __id__: `listener_${pythonStr(low['__id__'])}`,
  }
  for (const name of requisites) delete call[name]
  return call
}

function missing([state, name]: readonly [string, string]): [string, Readonly<Record<string, unknown>>] {
  const tag = `Listen_Error_|-listen_${name}_|-listen_${state}_|-Listen_Error`
  const comment = `Referenced state ${state}: ${name} does not exist`
  return [tag, { comment, name: `listen_${state}:${name}`, result: false, changes: {} }]
}
