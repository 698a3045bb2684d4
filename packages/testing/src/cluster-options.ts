// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { type Logger, loadOptions, type MasterOptions, type MinionOptions } from '@halite/core'
import type { Manifest } from '@halite/loader'
import type { ResolveHost } from '@halite/minion'
import type { VerifySignature } from '@halite/protocol'
import { freePorts } from './free-ports.ts'

/** What a cluster consists of. */
export interface ClusterOptions {
  /** How many (`m1`, `m2`, …), or their ids. */
  readonly minions: number | readonly string[]
  /** Whether keys are accepted and minions connected when `startCluster` resolves; default true. */
  readonly accept?: boolean
  /** Options of the master beside those that give it a directory and ports of its own. */
  readonly master?: Partial<MasterOptions>
  /** Options of every minion. */
  readonly minion?: Partial<MinionOptions>
  /** Seconds between heartbeats; default 15, as in the product. */
  readonly heartbeatSeconds?: number
  readonly resolve?: ResolveHost
  readonly verifier?: VerifySignature
  readonly log?: Logger
  /** Modules the daemons know; default: the built-in ones. */
  readonly manifest?: Manifest
  /** URL of a module that exports the manifest executors use; default: the bundle's. */
  readonly executorManifest?: string
}

/** Options of a master with a directory and ports of its own. */
export async function masterOptionsIn(directory: string, { master }: ClusterOptions): Promise<MasterOptions> {
  const [publish_port, ret_port] = await freePorts(2)
  const root = join(directory, 'master')
  const overrides = { root_dir: root, interface: '127.0.0.1', publish_port, ret_port, ...master }
  return loadOptions('master', { configDir: join(root, 'etc'), overrides }).options
}
