// SPDX-License-Identifier: Apache-2.0
import { type MasterOptions, type MinionId, SaltError } from '@halite/core'
import type { Preview, PreviewReply } from '@halite/protocol'
import {
  compileTarget,
  isTargetType,
  type Nodegroups,
  selectMinions,
  type Target,
  type TargetType,
} from '@halite/targeting'
import type { KeyStore } from '../keys/key-store.ts'
import type { MinionData } from '../minion-data.ts'

/** What a selection follows from. */
export interface TargetSelectorInit {
  readonly options: MasterOptions
  readonly keys: KeyStore
  readonly data: MinionData
}

/** Decides which accepted minions a target selects, by what the master knows of them. */
export class TargetSelector {
  readonly #init: TargetSelectorInit

  constructor(init: TargetSelectorInit) {
    this.#init = init
  }

  /**
   * The minions selected, ids the target names that are not accepted, and minions of which the master knows too little to
   * decide. A minion whose facts are too large to keep is selected, and decides for itself. Rejects with `TARGET_INVALID`.
   */
  async select({ tgt, tgt_type, delimiter }: Preview): Promise<PreviewReply> {
    const nodegroups = this.#init.options.nodegroups as Nodegroups
    const target = compileTarget({ tgt, tgtType: targetType(tgt_type), delimiter, nodegroups })
    const { selected: minions, unknown: undecided } = await this.#selected(target)
    const unknown = target.listedIds.filter((id) => !this.#isAccepted(id))
    return { minions, unknown, ...(undecided.length === 0 ? {} : { undecided: [...undecided] }) }
  }

  async #selected(target: Target): Promise<{ selected: MinionId[]; unknown: readonly MinionId[] }> {
    const { keys, data } = this.#init
    const known = keys.accepted()
    const factsOf = (id: MinionId) => ({
      id,
      grains: data.grains(id),
      pillar: data.pillar(id),
      tooLarge: data.isTooLarge(id),
    })
    const { selected, unknown } = await selectMinions(target, known, factsOf)
    // Selecting may have taken several turns of the loop, in which a key may have been removed.
    const isUnchanged = known === keys.accepted()
    return { selected: selected.filter((id) => isUnchanged || this.#isAccepted(id)), unknown }
  }

  #isAccepted(id: string): boolean {
    return this.#init.keys.directory('minions').get(id as MinionId) !== undefined
  }
}

function targetType(type: string): TargetType {
  if (isTargetType(type)) return type
  throw new SaltError('TARGET_INVALID', `targets of type ${type} are not served`, {
    hint: 'range targets need a range server; use a nodegroup or a list.',
  })
}
