// SPDX-License-Identifier: Apache-2.0
import type { FileRequestName } from '@halite/protocol'

type MineRequestName = '_mine' | '_mine_get' | '_mine_delete' | '_mine_flush'

/** What may be asked of a master inside a session. */
export type AskName =
  | '_call'
  | '_pillar'
  | '_master_tops'
  | MineRequestName
  | '_minion_event'
  | '_revoke_auth'
  | '_file_recv'
  | FileRequestName

/** A master that can be asked, through a link or a session of a call. */
export interface AskedMaster {
  /** For people: its address. */
  readonly name: string
  /**
   * One request. Rejects with `SESSION_LOST` when there is no session, `REQUEST_TIMEOUT` after `request_channel_timeout`, or
   * after `timeoutMs` where that is less, or with the master's error.
   */
  ask(name: AskName, load: unknown, timeoutMs?: number): Promise<unknown>
}
