// SPDX-License-Identifier: Apache-2.0
import { hkdfSync, type KeyObject } from 'node:crypto'
import { frameKinds } from './frame.ts'
import { Opener, Sealer, secretKey } from './seal.ts'

/** The two keys of a session: towards the master and from it. */
export interface SessionKeys {
  readonly up: KeyObject
  readonly down: KeyObject
}

/** Derives both keys; `transcript` is the hash that covers everything both sides said. */
export function deriveSessionKeys(shared: Uint8Array, transcript: Uint8Array): SessionKeys {
  const info = Buffer.concat([Buffer.from('halite/1/session\0'), transcript])
  const bytes = Buffer.from(hkdfSync('sha256', shared, Buffer.alloc(32), info, 64))
  return { up: secretKey(bytes.subarray(0, 32)), down: secretKey(bytes.subarray(32)) }
}

/** The master's end of a session's cryptography. */
export class MasterSeals {
  readonly up: Opener
  readonly down: Sealer
  readonly probe: Sealer

  constructor(id: Uint8Array, keys: SessionKeys) {
    this.up = new Opener(keys.up)
    this.down = new Sealer(frameKinds.down, id, keys.down)
    this.probe = new Sealer(frameKinds.probe, id, keys.down)
  }
}

/** The minion's or client's end of a session's cryptography. */
export class PeerSeals {
  readonly up: Sealer
  readonly down: Opener
  readonly probe: Opener

  constructor(id: Uint8Array, keys: SessionKeys) {
    this.up = new Sealer(frameKinds.up, id, keys.up)
    this.down = new Opener(keys.down)
    this.probe = new Opener(keys.down)
  }
}
