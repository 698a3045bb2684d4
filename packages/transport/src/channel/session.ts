// SPDX-License-Identifier: Apache-2.0
import type { MinionId } from '@halite/core'
import type { Hello, MasterSeals } from '@halite/protocol'
import type { PeerAddress } from '../sockets.ts'
import type { WorkBudget } from './work-budget.ts'

/** The other end, as the handshake proved it. */
export type Peer = MinionPeer | LocalPeer

export interface MinionPeer {
  readonly type: 'minion'
  readonly id: MinionId
  /** Sessions of one process of one minion in one role replace each other. */
  readonly name: string
  readonly role: Hello['role']
  readonly software: string
}

export interface LocalPeer {
  readonly type: 'local'
  /** The user whose key was proven. */
  readonly user: string
  readonly name: string
}

/** One authenticated session as the master holds it. Provisional, and without effect, until its first sealed frame opened. */
export class Session {
  /** The session id as it stands in frames, latin1. */
  readonly key: string
  readonly peer: Peer
  readonly seals: MasterSeals
  /** Where frames of this session go: the address its last opened frame came from. */
  address: PeerAddress
  established = false
  readonly createdMs: number
  lastSeenMs: number
  requestsUnderWay = 0
  /** Large frames of it that wait to be opened: it is not silent. */
  largeFrames = 0
  /** What it may still cost; made at its first frame. */
  budget: WorkBudget | undefined
  /** Requests under way that a session may have one of at a time. */
  readonly alone = new Set<string>()
  /** How often requests that are limited were made of late; made at the first of them. */
  spent: Map<string, { times: number; atMs: number }> | undefined

  constructor(init: { key: string; peer: Peer; seals: MasterSeals; address: PeerAddress; nowMs: number }) {
    this.key = init.key
    this.peer = init.peer
    this.seals = init.seals
    this.address = init.address
    this.createdMs = init.nowMs
    this.lastSeenMs = init.nowMs
  }
}

/** Whose session it is: the id of a minion, or a local user. */
export function peerName({ peer }: Session): string {
  return peer.type === 'minion' ? peer.id : peer.user
}
