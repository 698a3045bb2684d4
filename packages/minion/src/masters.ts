// SPDX-License-Identifier: Apache-2.0
import { type Logger, messageOf } from '@halite/core'
import type { MastersContext } from '@halite/loader'
import type { MasterLink } from './master-link.ts'

const revokeTimeoutMs = 10_000

/** What modules may ask of the masters at the other end of `links`; the failure of one never keeps it from the others. */
export function mastersContext(links: () => readonly MasterLink[], log: Logger): MastersContext {
  const askAll = async (ask: (link: MasterLink) => Promise<unknown>): Promise<boolean> => {
    const answers = await Promise.all(
      links().map(async (link) => {
        try {
          return await ask(link)
        } catch (error) {
          log.warning('a master did not answer', { master: link.name, reason: messageOf(error) })
          return false
        }
      }),
    )
    return answers.length > 0 && answers.every((answer) => answer === true)
  }
  return {
    fireEvent: (tag, data, timeoutMs) =>
      askAll((link) => link.ask('_minion_event', { tag, data }, timeoutMs)),
    revokeAuth: (preserve) =>
      askAll((link) => link.ask('_revoke_auth', { preserve_minion_cache: preserve }, revokeTimeoutMs)),
  }
}
