// SPDX-License-Identifier: Apache-2.0
import { type Decoded, schema } from '@halite/core'
import { epochSchema } from '../publication.ts'

const { anyMap, anything, boolean, bytes, extensibleRecord, integer, number, optional, record, text } = schema

const openSchema = record({
  grains: optional(anyMap),
})

const openReplySchema = extensibleRecord({
  publishPort: integer(1, 65_535),
  /** The topic for probes of this session, for daemons only: a `call` session receives no publications. */
  topic: optional(bytes(16)),
  /** The group key, for daemons only. */
  epoch: optional(epochSchema),
  /** Seconds between heartbeats of the master when nothing else is published. */
  heartbeat: number(0.05, 3600),
  masterId: text(255),
})
/** What a minion receives when it opens its session: where and with which keys it receives jobs. */
export type OpenReply = Decoded<typeof openReplySchema>

const confirmSchema = record({ epoch: optional(bytes(16)) })
const missedSchema = record({ epoch: bytes(16), after: integer() })
const grainsSchema = record({ grains: anyMap })

const revokeSchema = record({ preserve_minion_cache: optional(boolean) })
const minionEventSchema = record({ tag: text(255), data: anything })

/** Loads of a minion about itself and its session. */
export const sessionLoads = {
  /** Load of the push `epoch`: a group key that the receiver shall hold from now on. */
  epochSchema,
  /** `_open`: first request of a minion's session. */
  openSchema,
  /** Answer to `_open`. */
  openReplySchema,
  /** `_confirm`: a publication or probe arrived: the publish path works, and this epoch is held. */
  confirmSchema,
  /** `_missed`: job publications after number `after` of this epoch did not arrive. */
  missedSchema,
  /** `_grains`: the minion's grains changed. */
  grainsSchema,
  /** `_revoke_auth`: the minion asks the master to delete its key. */
  revokeSchema,
  /** `_minion_event`: an event of the minion's own namespace. */
  minionEventSchema,
} as const
