// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { type Clock, type Logger, SaltError } from '@halite/core'
import {
  agree,
  decodeLocalHello,
  encodeLocalAccept,
  frameKind,
  frameKinds,
  localSessionKeys,
  MasterSeals,
  makeEphemeral,
  provesUserKey,
  wireVersion,
} from '@halite/protocol'
import type { PeerAddress } from '../sockets.ts'
import type { Admission, Reception } from './admission.ts'
import { Session } from './session.ts'

export interface LocalAdmissionOptions {
  /** The key of a user, or undefined when the user has none. */
  readonly keyOf: (user: string) => Buffer | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly software: string
}

/** The door for local clients: who proves a user's key is that user. */
export class LocalAdmission implements Admission {
  readonly #options: LocalAdmissionOptions

  constructor(options: LocalAdmissionOptions) {
    this.#options = options
  }

  admit(frame: Buffer, from: PeerAddress, reception: Reception): void {
    if (frameKind(frame) !== frameKinds.localHello) {
      reception.counters.add('frames_unexpected')
      return
    }
    const { clock, keyOf, log, software } = this.#options
    const hello = decodeLocalHello(frame)
    const userKey = keyOf(hello.user)
    if (userKey === undefined || !provesUserKey(frame, userKey)) {
      log.warning('local client without a valid key', { user: hello.user })
      throw new SaltError('SIGNATURE_INVALID', `the key of user ${hello.user} was not proven`)
    }
    const ephemeral = makeEphemeral()
    const id = randomBytes(16)
    const accept = encodeLocalAccept(
      { ephemeral: ephemeral.publicRaw, nonce: randomBytes(32), session: id, version: wireVersion, software },
      frame,
      userKey,
    )
    const keys = localSessionKeys(agree(ephemeral, hello.ephemeral), userKey, [frame, accept])
    reception.sessions.addProvisional(
      new Session({
        key: id.toString('latin1'),
        peer: { type: 'local', user: hello.user, name: `local\0${id.toString('hex')}` },
        seals: new MasterSeals(id, keys),
        address: from,
        nowMs: clock.monotonicMs(),
      }),
    )
    reception.send(from, accept)
  }
}
