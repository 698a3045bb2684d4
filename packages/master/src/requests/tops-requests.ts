// SPDX-License-Identifier: Apache-2.0
import { loads } from '@halite/protocol'
import { type Handler, minionHandler } from '@halite/transport'
import type { MasterTops } from '../master-tops.ts'
import type { MinionData } from '../minion-data.ts'
import { factsOf } from './sent-facts.ts'

/** A minion asks what `master_tops` says of it: which one it is, is in the session, and a load names no other. */
export function topsRequests(tops: MasterTops, data: MinionData): readonly (readonly [string, Handler])[] {
  return [
    [
      '_master_tops',
      {
        ...minionHandler(loads.topsSchema, async (session, { grains }) => ({
          tops: await tops.of({ id: session.peer.id, grains: factsOf(data, session, grains) }),
        })),
        isAlone: true,
      },
    ],
  ]
}
