// SPDX-License-Identifier: Apache-2.0
import type { Logger, MinionId } from '@halite/core'
import type { FileSource } from '@halite/fileserver'
import type { EventBus } from '../events.ts'
import type { FileTurns } from '../files/file-turns.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { MasterTops } from '../master-tops.ts'
import type { Mine } from '../mine/mine.ts'
import type { MineStore } from '../mine/mine-store.ts'
import type { MinionData } from '../minion-data.ts'
import type { Pillars } from '../pillar/pillars.ts'
import type { ReceivedFiles } from '../received-files.ts'
import type { MinionEndpoint } from '../sessions/minion-endpoint.ts'

/** What requests of minions work on. */
export interface MinionRequestContext {
  /** Names this master to minions that have several. */
  readonly masterId: string
  readonly log: Logger
  readonly data: MinionData
  readonly pillar: Pillars
  readonly tops: MasterTops
  readonly jobs: Jobs
  readonly minions: MinionEndpoint
  readonly mine: MineStore
  readonly mineReader: Mine
  readonly events: EventBus
  readonly files: FileSource
  readonly fileTurns: FileTurns
  /** What minions send. */
  readonly received: ReceivedFiles
  /** The port minions subscribe to. */
  readonly publishPort: () => number
  /** Deletes the key of a minion that asks for it; false when that is not allowed. */
  readonly revoke: (id: MinionId, keep: { readonly data: boolean }) => boolean
}
