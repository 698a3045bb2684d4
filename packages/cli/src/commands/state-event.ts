// SPDX-License-Identifier: Apache-2.0
import { type ConnectionOptions, EventClient } from '@halite/client'
import { dumpJson, exitCodes, pythonRepr } from '@halite/core'
import { bind, keywordMap, type Registry } from '@halite/loader'
import type { Terminal } from '../terminal.ts'
import type { Call } from '../words.ts'

/** What `state.event` needs. */
export interface WatchParts {
  readonly connection: ConnectionOptions
  readonly registry: Registry
  readonly terminal: Terminal
}

/** `salt-run state.event`: prints events as they come, each with its tag, a tabulator and its data. Resolves to the exit code. */
export async function watchEvents(
  { connection, registry, terminal }: WatchParts,
  { args, kwargs }: Call,
): Promise<number> {
  const fun = 'state.event'
  const { fn } = await registry.function(fun, 'runners')
  // The declaration beside the runner says so.
  const wish = bind(fun, fn, [...args, keywordMap(kwargs)]) as unknown as Wish
  let left = wish.count
  if (left === 0) return exitCodes.ok
  await using client = new EventClient(connection)
  for await (const { tag, data } of client.matching(wish.tagmatch)) {
    if (!wish.quiet) terminal.print(`${tag}\t${jsonOf(data, wish.pretty)}`)
    left--
    if (left === 0) break
  }
  return exitCodes.ok
}

/** The arguments of the runner, which are declared beside it. */
interface Wish {
  readonly tagmatch: string
  readonly count: number
  readonly quiet: boolean
  readonly pretty: boolean
}

function jsonOf(data: unknown, pretty: boolean): string {
  return dumpJson(data, { fallback: pythonRepr, ...(pretty ? { indent: 4, sortKeys: true } : {}) })
}
