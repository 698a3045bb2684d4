// SPDX-License-Identifier: Apache-2.0
import { type Logger, messageOf } from '@halite/core'
import type { MastersContext } from '@halite/loader'
import type { AskedMaster } from './asked-master.ts'

const revokeTimeoutMs = 10_000

/** What modules may ask of these masters; the failure of one never keeps it from the others. */
export function mastersContext(masters: () => readonly AskedMaster[], log: Logger): MastersContext {
  const askAll = async (ask: (master: AskedMaster) => Promise<unknown>): Promise<boolean> => {
    const answers = await Promise.all(
      masters().map(async (master) => {
        try {
          return await ask(master)
        } catch (error) {
          log.warning('a master did not answer', { master: master.name, reason: messageOf(error) })
          return false
        }
      }),
    )
    return answers.length > 0 && answers.every((answer) => answer === true)
  }
  return {
    fireEvent: (tag, data, timeoutMs) =>
      askAll((master) => master.ask('_minion_event', { tag, data }, timeoutMs)),
    revokeAuth: (preserve) =>
      askAll((master) => master.ask('_revoke_auth', { preserve_minion_cache: preserve }, revokeTimeoutMs)),
  }
}
