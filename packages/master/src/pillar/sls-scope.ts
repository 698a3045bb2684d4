// SPDX-License-Identifier: Apache-2.0
import type { DataMap, MinionId } from '@halite/core'
import type { Registry } from '@halite/loader'
import type { Facts } from '@halite/targeting'
import type { FactReads } from './fact-reads.ts'
import type { Seen, SlsFiles } from './sls-files.ts'

/** Where and for which minion a file is rendered. */
export interface SlsScope {
  readonly id: MinionId
  /** What the minion says of itself. */
  readonly grains: Facts
  readonly pillarenv: string | undefined
  /** The environment of the file. */
  readonly saltenv: string
  /** The environment of states that the minion asked for. */
  readonly statesEnv: string | undefined
  /** Empty for a top file. */
  readonly sls: string
  /** What templates include and import comes from here. */
  readonly files: SlsFiles
  /** What was looked at is noted in these two. */
  readonly seen: Seen
  readonly reads: FactReads
  /** What external pillars gave before. */
  readonly pillar: DataMap
  /** Names that an `include` hands to the file. */
  readonly defaults?: DataMap | undefined
  readonly registry?: Registry | undefined
  readonly signal?: AbortSignal | undefined
}
