// SPDX-License-Identifier: Apache-2.0
import { type DataMap, type Logger, messageOf, SaltError } from '@halite/core'
import type { MineContext } from '@halite/loader'
import { loads } from '@halite/protocol'
import type { AskedMaster, AskName } from './asked-master.ts'

/**
 * The mine of these masters. Data goes to all of them and comes from the first that answers; `up` are those that have a
 * session. Reading rejects with `SESSION_LOST` when there is none.
 */
export function masterMine(up: () => readonly AskedMaster[], log: Logger): MineContext {
  const askAll = async (name: AskName, load: unknown): Promise<boolean> => {
    const answers = await Promise.all(
      up().map(async (master) => {
        try {
          return (await master.ask(name, load)) === true
        } catch (error) {
          log.error('a master did not take this into its mine', {
            master: master.name,
            reason: messageOf(error),
          })
          return false
        }
      }),
    )
    return answers.length > 0 && !answers.includes(false)
  }
  return {
    get: (tgt, fun, tgtType) => get(up(), { tgt, fun, tgt_type: tgtType }),
    put: (entries, clear) => askAll('_mine', { entries, ...(clear ? { clear } : {}) }),
    delete: async (name) => {
      await askAll('_mine_delete', { name })
      return true
    },
    flush: () => askAll('_mine_flush', {}),
  }
}

async function get([first, ...others]: readonly AskedMaster[], question: unknown): Promise<DataMap> {
  if (first === undefined)
    throw new SaltError('SESSION_LOST', 'there is no master to ask for data of the mine')
  try {
    return loads.mineGetReplySchema(await first.ask('_mine_get', question), 'mine').mine
  } catch (error) {
    if (others.length === 0) throw error
    return get(others, question)
  }
}
