// SPDX-License-Identifier: Apache-2.0
import type { DataMap, MinionId } from '@halite/core'
import type { Late } from './late.ts'

/** Whose pillar is wanted, and how. */
export interface PillarWish {
  /** A minion, or `*`: what one would get of which nothing is known. */
  readonly id: string
  /** Grains that win over those the master knows. */
  readonly grains?: Readonly<Record<string, unknown>>
  readonly pillarenv?: string | undefined
  readonly saltenv?: string | undefined
  /** Data that wins over what is compiled. */
  readonly override?: DataMap | undefined
}

/** The top files that count, merged: environment → target → what stands there; and what went wrong. */
export interface PillarTop {
  readonly top: DataMap
  readonly errors: readonly string[]
}

/** Pillar as the master compiles it. */
export interface PillarsContext {
  /** Compiled now. Rejects when it takes too long. */
  compile(wish: PillarWish): Promise<DataMap>
  top(wish: PillarWish): Promise<PillarTop>
  /** Whether `pillar_cache` keeps pillars. */
  isKept(): Late<boolean>
  /** What is kept of a minion: environment, empty for all of them → pillar. */
  kept(id: MinionId): Promise<DataMap>
  /** Forgets what is kept of a minion. */
  clear(id: MinionId): Promise<void>
  /** Fetches remotes of git that `ext_pillar` names. Rejects with `COMMAND_FAILED` when there is no such remote. */
  fetch(choice: PillarRemoteChoice): Promise<PillarFetch>
}

/** Which remotes are fetched; all where nothing is said. */
export interface PillarRemoteChoice {
  readonly branch?: string | undefined
  /** A URL, or the parameter `name`. */
  readonly repo?: string | undefined
}

/** What was fetched. */
export interface PillarFetch {
  /** Remote → true for what is new, null for nothing, false for a failure. */
  readonly remotes: Readonly<Record<string, boolean | null>>
  readonly failures: readonly string[]
}
