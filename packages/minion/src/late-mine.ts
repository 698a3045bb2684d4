// SPDX-License-Identifier: Apache-2.0
import type { MineContext } from '@halite/loader'

/** A mine that is opened when it is first asked: most calls do without. */
export function lateMine(open: () => Promise<MineContext>): MineContext {
  let opened: Promise<MineContext> | undefined
  const mine = () => {
    opened ??= open()
    return opened
  }
  return {
    get: async (...question) => (await mine()).get(...question),
    put: async (...entries) => (await mine()).put(...entries),
    delete: async (name) => (await mine()).delete(name),
    flush: async () => (await mine()).flush(),
  }
}
