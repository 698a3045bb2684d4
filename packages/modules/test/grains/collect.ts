// SPDX-License-Identifier: Apache-2.0
import { run, silentLog } from '@halite/core'
import { type Grain, needsVerdict, thisMachine } from '@halite/loader'
import { manifest } from '../../src/index.ts'

/** The grain modules of this platform, fast or slow ones. */
export async function grainModules({ slow }: { slow: boolean }): Promise<Grain[]> {
  const loaded = await Promise.all(Object.values(manifest.grains ?? {}).map((entry) => entry.load()))
  return loaded
    .map((module) => module.default as Grain)
    .filter((grain) => (grain.slow ?? false) === slow)
    .filter(
      ({ needs = {} }) => needsVerdict(needs, { grains: {}, options: {}, machine: thisMachine }) === true,
    )
}

/** Collects one grain module of this machine. */
export async function collect(
  grain: Grain,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { windowsRegistry } = thisMachine
  return grain.collect({
    ...{ id: 'm1', options, log: silentLog, signal: AbortSignal.timeout(30_000), run, windowsRegistry },
  })
}
