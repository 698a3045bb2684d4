// SPDX-License-Identifier: Apache-2.0
import { hkdfSync, type KeyObject } from 'node:crypto'
import { frameKinds } from './frame.ts'
import { Opener, Sealer, secretKey } from './seal.ts'

/** The two keys of a session: towards the master and from it. */
export interface SessionKeys {
  readonly up: KeyObject
  readonly down: KeyObject
}

const label = Buffer.from('halite/1/session\0')
const keyBytes = 32

/**
 * Derives both keys: HKDF-SHA-256 of `shared`, salt of 32 zero bytes, info `halite/1/session` NUL ‖ `transcript`, 64 bytes:
 * up, then down. `transcript` is the hash that covers everything both sides said.
 */
export function deriveSessionKeys(shared: Uint8Array, transcript: Uint8Array): SessionKeys {
  const info = Buffer.concat([label, transcript])
  const bytes = Buffer.from(hkdfSync('sha256', shared, Buffer.alloc(32), info, 2 * keyBytes))
  const keys = { up: secretKey(bytes.subarray(0, keyBytes)), down: secretKey(bytes.subarray(keyBytes)) }
  bytes.fill(0)
  return keys
}

/** The master's end of a session's cryptography. Made once for a session: a second one would repeat nonces. */
export class MasterSeals {
  readonly up: Opener
  readonly down: Sealer
  readonly probe: Sealer

  constructor(id: Uint8Array, keys: SessionKeys) {
    this.up = new Opener(frameKinds.up, keys.up)
    this.down = new Sealer(frameKinds.down, id, keys.down)
    this.probe = new Sealer(frameKinds.probe, id, keys.down)
  }
}

/** The minion's or client's end of a session's cryptography. Made once for a session: a second one would repeat nonces. */
export class PeerSeals {
  readonly up: Sealer
  readonly down: Opener
  readonly probe: Opener

  constructor(id: Uint8Array, keys: SessionKeys) {
    this.up = new Sealer(frameKinds.up, id, keys.up)
    this.down = new Opener(frameKinds.down, keys.down)
    this.probe = new Opener(frameKinds.probe, keys.down)
  }
}
