// SPDX-License-Identifier: Apache-2.0
import { userInfo } from 'node:os'
import {
  type DataMap,
  guessMinionId,
  type Logger,
  loadOptions,
  type MinionOptions,
  silentLog,
} from '@halite/core'
import { executorEntry } from '@halite/executor'
import type { Manifest } from '@halite/loader'
import { Caller } from './caller.ts'
import type { LocalPillarRequest } from './caller-init.ts'

export interface OpenCallerOptions {
  /** Directory of the minion's configuration; default as for every tool. */
  readonly configDir?: string
  /** Whether to do without a master; default: what `file_client` says. */
  readonly local?: boolean
  readonly log?: Logger
  /** Makes what compiles the pillar where there is no master to ask; without it the pillar is empty then. */
  readonly localPillar?: (parts: LocalPillarParts) => Promise<PillarMaker>
}

/** What a masterless pillar is compiled with. */
export interface LocalPillarParts {
  readonly options: MinionOptions
  readonly manifest: Manifest
  readonly log: Logger
}

/** Compiles the pillar of this minion. */
export interface PillarMaker {
  compile(request: LocalPillarRequest): Promise<DataMap>
}

/** Most time for a session with the master. */
const connectTimeoutMs = 60_000

/**
 * A caller with the built-in modules, by the minion's configuration; connected to its master unless it is local. Rejects
 * with `CONFIG_INVALID` and as `Caller.connect`.
 */
export async function openCaller(settings: OpenCallerOptions = {}): Promise<Caller> {
  const { configDir, local, log, localPillar } = settings
  const { options } = loadOptions('minion', configDir === undefined ? {} : { configDir })
  const { manifest } = await import('@halite/modules')
  const caller = new Caller({
    id: guessMinionId(options).id,
    options,
    manifest,
    files: { executor: executorEntry(), manifest: '@halite/modules' },
    local: local ?? options.file_client === 'local',
    user: userInfo().username,
    ...(log === undefined ? {} : { log }),
    ...(localPillar === undefined
      ? {}
      : {
          localPillar: async (request) => {
            const maker = await localPillar({ options, manifest, log: log ?? silentLog })
            return maker.compile(request)
          },
        }),
  })
  await caller.connect(connectTimeoutMs)
  return caller
}
