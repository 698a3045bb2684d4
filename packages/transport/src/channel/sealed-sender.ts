// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { encodeBytesReply, maxFrameBytes } from '@halite/protocol'
import type { ServerSocket } from '../sockets.ts'
import type { AnswerSender } from './request-dispatcher.ts'
import type { Session } from './session.ts'

/** The overhead of a sealed frame is far below 1024 bytes. */
const maxBodyBytes = maxFrameBytes - 1024

/** Where frames are sent, and for which sessions. */
export interface SealedSenderOptions {
  /** Whether the session is still in use. */
  readonly isLive: (session: Session) => boolean
  /** The socket; undefined before it is bound. */
  readonly socket: () => ServerSocket | undefined
}

/** Sends to sessions, sealed. What is for a session that ended is dropped. */
export class SealedSender implements AnswerSender {
  readonly #isLive: SealedSenderOptions['isLive']
  readonly #socket: SealedSenderOptions['socket']

  constructor({ isLive, socket }: SealedSenderOptions) {
    this.#isLive = isLive
    this.#socket = socket
  }

  /** Throws `VALUE_TOO_LARGE`. */
  sendSealed(session: Session, body: Buffer): void {
    if (!this.#isLive(session)) return
    checkSize(body.length)
    this.#socket()?.send(session.address, session.seals.down.seal(body))
  }

  /** Sends a large reply without copying it. Throws `VALUE_TOO_LARGE`. */
  sendBytes(session: Session, number: number, bytes: Uint8Array): void {
    if (!this.#isLive(session)) return
    checkSize(bytes.length)
    const pieces = session.seals.down.sealPieces(encodeBytesReply(number, bytes))
    this.#socket()?.sendPieces(session.address, pieces)
  }
}

function checkSize(bytes: number): void {
  if (bytes <= maxBodyBytes) return
  throw new SaltError('VALUE_TOO_LARGE', `message of ${bytes} bytes is over the limit of ${maxBodyBytes}`)
}
