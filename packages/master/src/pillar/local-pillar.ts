// SPDX-License-Identifier: Apache-2.0
import { isMap, type Logger, type MinionOptions, textKeyed } from '@halite/core'
import { type Manifest, Registry } from '@halite/loader'
import { PillarCompiler } from './compiler.ts'
import { type PillarServices, pillarSettings } from './settings.ts'

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
    services: localServices(options, log),
    log,
  })
}

/** Nobody fetches remotes for it: they are fetched when they are asked for, and used as they were when that fails. */
function localServices(options: MinionOptions, log: Logger): PillarServices {
  return {
    checkOut: async (wanted) => {
      const { GitPillars } = await import('./git-pillars.ts')
      const remotes = new GitPillars({ options, log })
      const { failures } = await remotes.update({})
      for (const reason of failures) log.error('a remote of git_pillar cannot be fetched', { reason })
      return remotes.checkOut(wanted)
    },
  }
}
