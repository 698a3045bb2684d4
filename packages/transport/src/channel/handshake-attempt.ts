// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, isSaltError } from '@halite/core'
import type { NewSession, PeerHandshake } from './peer-handshake.ts'

/** Cookies answered in one attempt: a true master asks once, or twice when its window turns. */
const maxCookies = 3

/** What a frame can be refused for before its proof was checked: then anybody may have sent it. */
const unproven: readonly ErrorCode[] = [
  'SIGNATURE_INVALID',
  'FRAME_MALFORMED',
  'VALUE_MALFORMED',
  'VALUE_TOO_DEEP',
  'VALUE_TOO_LARGE',
]

/** One attempt at a session, from the first hello to an answer that proves itself, an error, or the end of the wait. */
export class HandshakeAttempt {
  /** Rejects with what the master decided, or with what `fail` was given. */
  readonly session: Promise<NewSession>
  readonly #handshake: PeerHandshake
  readonly #send: (hello: Buffer) => void
  #cookies = 0
  #resolve: (session: NewSession) => void = () => undefined
  #reject: (error: unknown) => void = () => undefined

  /** Sends the first hello. */
  constructor(handshake: PeerHandshake, send: (hello: Buffer) => void) {
    this.#handshake = handshake
    this.#send = send
    this.session = new Promise<NewSession>((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    send(handshake.hello())
  }

  /** Whether the frame is an answer to a handshake of this kind. */
  isAnswer(frame: Buffer): boolean {
    return this.#handshake.isAnswer(frame)
  }

  /** Ends with the session that this answer makes. Throws for one that proves nothing, and goes on. */
  finish(frame: Buffer): void {
    try {
      this.#resolve(this.#handshake.finish(frame))
    } catch (error) {
      // An answer that proves nothing may be a stray or a forgery: the true one may still come.
      if (unproven.some((code) => isSaltError(error, code))) throw error
      this.#reject(error)
    }
  }

  /** Sends hello again with a cookie. False when it was asked for too often: each costs a signature. */
  repeat(cookie: Buffer): boolean {
    this.#cookies += 1
    if (this.#cookies > maxCookies) return false
    this.#send(this.#handshake.hello(cookie))
    return true
  }

  /** Ends the attempt with an error. */
  fail(error: unknown): void {
    this.#reject(error)
  }
}
