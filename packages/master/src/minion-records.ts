// SPDX-License-Identifier: Apache-2.0
import type { Clock, Logger, MasterOptions, MinionId, ResourceStack, Timers } from '@halite/core'
import type { OrchestrationCalls } from '@halite/loader'
import { Mine } from './mine/mine.ts'
import { MineStore } from './mine/mine-store.ts'
import { quickCalls } from './mine/quick-calls.ts'
import { MinionData } from './minion-data.ts'
import { Pillars } from './pillar/pillars.ts'

/** What the records of minions are made with. */
export interface MinionRecordsOptions {
  readonly options: MasterOptions
  readonly log: Logger
  readonly clock: Clock & Timers
  /** Ids with an accepted key. */
  readonly accepted: () => readonly MinionId[]
  /** Runs a function of the master that a template of pillar calls. */
  readonly callMaster: OrchestrationCalls['callMaster']
  /** How to start what compiles pillars. */
  readonly files: ConstructorParameters<typeof Pillars>[0]['files']
}

/** What a master records of its minions, beside their keys: grains, mine, pillar. */
export class MinionRecords {
  /** Grains, and the pillar that each minion holds. */
  readonly data: MinionData
  readonly mine: MineStore
  /** Answers requests to the mine, within what the owners of its entries allow. */
  readonly mineReader: Mine
  readonly pillar: Pillars

  /** Adds everything that has to be closed to `resources`. */
  constructor(given: MinionRecordsOptions, resources: ResourceStack) {
    const { options, log, clock, accepted, callMaster, files } = given
    this.data = resources.add(new MinionData(options.cachedir, log, options), (data) => data.close())
    this.mine = resources.add(new MineStore(options, log), (mine) => mine.close())
    const { data, mine: store } = this
    this.mineReader = new Mine({ store, data, accepted, options, log: log.child({ part: 'mine' }) })
    const pillars = new Pillars({
      options,
      files,
      services: {
        mineGet: ({ id, fun, tgt, tgtType }) => this.mineReader.get({ fun, tgt, tgt_type: tgtType }, id),
        callMaster: quickCalls(this.mineReader, callMaster),
      },
      log: log.child({ part: 'pillar' }),
      clock,
    })
    this.pillar = resources.add(pillars, () => pillars.close())
  }

  /** Discards all records of a minion. */
  forget(id: MinionId): void {
    this.data.forget(id)
    this.pillar.forget(id)
    this.mine.forget(id)
  }
}
