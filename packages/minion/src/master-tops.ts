// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isSaltError, SaltError } from '@halite/core'
import { loads } from '@halite/protocol'
import type { AskedMaster } from './asked-master.ts'

/**
 * What `master_tops` of the first master says of this minion; nothing from a master that is too old to have any. `grains` win
 * over those that the master keeps of a minion. Rejects with `SESSION_LOST` when there is no master to ask, or as `AskedMaster.ask`.
 */
export async function askMasterTops(
  masters: readonly AskedMaster[],
  grains?: Readonly<Record<string, unknown>>,
): Promise<DataMap> {
  const [master] = masters
  if (master === undefined) {
    throw new SaltError('SESSION_LOST', 'master_tops cannot be asked: there is no session with a master')
  }
  try {
    const reply = await master.ask('_master_tops', grains === undefined ? {} : { grains })
    return loads.topsReplySchema(reply, 'tops').tops
  } catch (error) {
    if (isSaltError(error, 'REQUEST_UNKNOWN')) return {}
    throw error
  }
}
