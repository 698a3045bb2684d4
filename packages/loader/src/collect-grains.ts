// SPDX-License-Identifier: Apache-2.0
import { type Logger, messageOf } from '@halite/core'
import type { GrainContext } from './context.ts'
import { thisMachine } from './machine.ts'
import type { Listed } from './module-entries.ts'
import type { Registry } from './registry.ts'

type Grains = Readonly<Record<string, unknown>>

/** What grain modules are given. */
export interface GrainSurroundings {
  readonly id: string
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
  readonly signal: AbortSignal
  /** Where they are found. */
  readonly registry: Registry
}

/** What these grain modules find; later ones win. One that fails is logged and left out, as is one that does not belong here. */
export async function collectGrains(
  entries: readonly Listed[],
  surroundings: GrainSurroundings,
): Promise<Grains> {
  const { registry } = surroundings
  const wanted = entries.filter((entry) => registry.unmetNeed(entry) === undefined)
  return Object.assign({}, ...(await Promise.all(wanted.map((entry) => collectOne(entry, surroundings)))))
}

async function collectOne(
  entry: Listed,
  { id, options, log, signal, registry }: GrainSurroundings,
): Promise<Grains> {
  try {
    const grain = await registry.object('grains', entry.name)
    const run: GrainContext['run'] = async (argv, how) =>
      (await import('@halite/core/process')).run(argv, { signal, ...how })
    const { windowsRegistry } = thisMachine
    return (await grain?.collect({ id, options, log, signal, run, windowsRegistry })) ?? {}
  } catch (error) {
    if (!signal.aborted) log.warning('grains left out', { module: entry.file, reason: messageOf(error) })
    return {}
  }
}
