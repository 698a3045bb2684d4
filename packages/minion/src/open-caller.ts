// SPDX-License-Identifier: Apache-2.0
import { userInfo } from 'node:os'
import { guessMinionId, type Logger, loadOptions } from '@halite/core'
import { executorEntry } from '@halite/executor'
import { Caller } from './caller.ts'

export interface OpenCallerOptions {
  /** Directory of the minion's configuration; default as for every tool. */
  readonly configDir?: string
  /** Whether to do without a master; default: what `file_client` says. */
  readonly local?: boolean
  readonly log?: Logger
}

/** Most time for a session with the master. */
const connectTimeoutMs = 60_000

/**
 * A caller with the built-in modules, by the minion's configuration; connected to its master unless it is local. Rejects
 * with `CONFIG_INVALID` and as `Caller.connect`.
 */
export async function openCaller({ configDir, local, log }: OpenCallerOptions = {}): Promise<Caller> {
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
  })
  await caller.connect(connectTimeoutMs)
  return caller
}
