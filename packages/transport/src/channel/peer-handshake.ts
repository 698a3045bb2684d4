// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, randomBytes } from 'node:crypto'
import { type Clock, SaltError } from '@halite/core'
import {
  type Accept,
  agree,
  decodeAccept,
  decodeLocalAccept,
  type Ephemeral,
  encodeHello,
  encodeLocalHello,
  frameKind,
  frameKinds,
  type Hello,
  localSessionKeys,
  makeEphemeral,
  minimumWireVersion,
  PeerSeals,
  sessionKeysOf,
  wireVersion,
} from '@halite/protocol'

/** What a handshake gives: how to seal and open, and who the master is. */
export interface NewSession {
  readonly id: Buffer
  readonly seals: PeerSeals
  /** The master's raw identity; absent for local sessions. */
  readonly masterKey: Buffer | undefined
  /** The request that does nothing but prove the session. */
  readonly proof: '_ping' | 'ping'
}

/** One way to prove oneself to a master. Each `hello` begins a new attempt. */
export interface PeerHandshake {
  hello(cookie?: Buffer): Buffer
  /** Whether this frame can be the answer. */
  isAnswer(frame: Buffer): boolean
  /** The session, or a SaltError that says what the master decided. */
  finish(answer: Buffer): NewSession
}

export interface MinionHandshakeOptions {
  readonly id: Hello['id']
  readonly role: Hello['role']
  /** Random, one per process. */
  readonly instance: Buffer
  readonly identity: KeyObject
  readonly publicRaw: Buffer
  readonly clock: Clock
  readonly software: string
  /** Called with the master's verified key before anything else is believed; throws when it is not the pinned one. */
  readonly checkMaster: (masterKey: Buffer, status: Accept['status']) => void
}

/** A minion's handshake: signed by its identity, answered under the master's. */
export class MinionHandshake implements PeerHandshake {
  readonly #options: MinionHandshakeOptions
  #ephemeral: Ephemeral = makeEphemeral()
  #frame: Buffer = Buffer.alloc(0)
  #nonce = randomBytes(32)

  constructor(options: MinionHandshakeOptions) {
    this.#options = options
  }

  /** With a cookie it repeats the attempt under the same nonce, which the cookie is bound to. */
  hello(cookie?: Buffer): Buffer {
    const { id, role, instance, identity, publicRaw, clock, software } = this.#options
    if (cookie === undefined) {
      this.#ephemeral = makeEphemeral()
      this.#nonce = randomBytes(32)
    }
    const hello: Hello = {
      id,
      instance,
      role,
      key: publicRaw,
      ephemeral: this.#ephemeral.publicRaw,
      nonce: this.#nonce,
      minVersion: minimumWireVersion,
      maxVersion: wireVersion,
      software,
      time: clock.wallMs(),
      ...(cookie === undefined ? {} : { cookie }),
    }
    this.#frame = encodeHello(hello, identity)
    return this.#frame
  }

  isAnswer(frame: Buffer): boolean {
    return frameKind(frame) === frameKinds.accept
  }

  finish(answer: Buffer): NewSession {
    const accept = decodeAccept(answer, this.#frame)
    this.#options.checkMaster(accept.key, accept.status)
    if (accept.status !== 'accepted') throw refusal(accept.status, this.#options.id)
    const keys = sessionKeysOf(agree(this.#ephemeral, accept.ephemeral), this.#frame, answer)
    const seals = new PeerSeals(accept.session, keys)
    return { id: accept.session, seals, masterKey: accept.key, proof: '_ping' }
  }
}

function refusal(status: Exclude<Accept['status'], 'accepted'>, id: string): SaltError {
  switch (status) {
    case 'pending':
      return new SaltError('KEY_PENDING', `the master has not accepted the key of ${id} yet`, {
        hint: `On the master: salt-key -a ${id}`,
      })
    case 'rejected':
      return new SaltError('KEY_REJECTED', `the master has rejected the key of ${id}`, {
        hint: `On the master: salt-key -d ${id}, then start the minion again.`,
      })
    case 'denied':
      return new SaltError('KEY_DENIED', `the master holds another key for ${id}`, {
        hint: `If this machine was reinstalled, on the master: salt-key -d ${id}. Else give it another id.`,
      })
    case 'full':
      return new SaltError('MASTER_FULL', 'the master takes no more keys', {
        hint: 'Accept or delete keys on the master, or raise max_minions.',
      })
  }
}

/** A local client's handshake: it proves the key file of a user. */
export class LocalHandshake implements PeerHandshake {
  readonly #user: string
  readonly #userKey: Buffer
  readonly #ephemeral = makeEphemeral()
  #frame: Buffer = Buffer.alloc(0)

  constructor(user: string, userKey: Buffer) {
    this.#user = user
    this.#userKey = userKey
  }

  hello(): Buffer {
    this.#frame = encodeLocalHello(
      {
        user: this.#user,
        ephemeral: this.#ephemeral.publicRaw,
        nonce: randomBytes(32),
        minVersion: minimumWireVersion,
        maxVersion: wireVersion,
      },
      this.#userKey,
    )
    return this.#frame
  }

  isAnswer(frame: Buffer): boolean {
    return frameKind(frame) === frameKinds.localAccept
  }

  finish(answer: Buffer): NewSession {
    const accept = decodeLocalAccept(answer, this.#frame, this.#userKey)
    const keys = localSessionKeys(agree(this.#ephemeral, accept.ephemeral), this.#userKey, [
      this.#frame,
      answer,
    ])
    const seals = new PeerSeals(accept.session, keys)
    return { id: accept.session, seals, masterKey: undefined, proof: 'ping' }
  }
}
