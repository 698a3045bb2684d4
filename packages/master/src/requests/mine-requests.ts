// SPDX-License-Identifier: Apache-2.0
import { loads } from '@halite/protocol'
import { type Handler, minionHandler } from '@halite/transport'
import type { Mine } from '../mine/mine.ts'
import type { MineStore } from '../mine/mine-store.ts'

/** What an established minion may do with the mine: whose data it changes, and who reads, is in the session. */
export function mineRequests(store: MineStore, mine: Mine): readonly (readonly [string, Handler])[] {
  return [
    [
      '_mine',
      {
        ...minionHandler(loads.mineSchema, async ({ peer }, { entries, clear }) => {
          await store.put(peer.id, entries, { clear: clear ?? false })
          return true
        }),
        isBulk: true,
      },
    ],
    [
      '_mine_get',
      minionHandler(loads.mineGetSchema, async ({ peer }, question) => ({
        mine: await mine.get(question, peer.id),
      })),
    ],
    [
      '_mine_delete',
      minionHandler(loads.mineDeleteSchema, ({ peer }, { name }) => store.delete(peer.id, name)),
    ],
    [
      '_mine_flush',
      minionHandler(loads.emptySchema, ({ peer }) => {
        store.forget(peer.id)
        return true
      }),
    ],
  ]
}
