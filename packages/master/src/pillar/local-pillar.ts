// SPDX-License-Identifier: Apache-2.0
import { isMap, type Logger, type MinionOptions, textKeyed } from '@halite/core'
import { type Manifest, Registry } from '@halite/loader'
import { PillarCompiler } from './compiler.ts'
import { pillarSettings } from './settings.ts'

/** What a minion without a master compiles its pillar with. */
export interface LocalPillarOptions {
  readonly options: MinionOptions
  readonly manifest: Manifest
  readonly log: Logger
}

/** The compiler of a minion without a master, over its own `pillar_roots`: whoever asks may read what is wrong in them. */
export function localPillar({ options, manifest, log }: LocalPillarOptions): PillarCompiler {
  const modules = new Registry(manifest, { options, log })
  return new PillarCompiler({
    ...pillarSettings(options),
    safeRenderError: false,
    modules: () => modules,
    registry: (grains) => modules.withGrains(isMap(grains) ? textKeyed(grains) : {}),
    log,
  })
}
