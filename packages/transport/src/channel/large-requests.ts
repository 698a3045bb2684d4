// SPDX-License-Identifier: Apache-2.0
import { type Clock, isSaltError, type Logger } from '@halite/core'
import { decodeRequestInSlices, maxFrameBytes, openFrame, type Request } from '@halite/protocol'
import type { PeerAddress, ServerSocket } from '../sockets.ts'
import type { Counters } from './counters.ts'
import { decodeSliceMs, LargeFrames } from './large-frames.ts'
import { peerName, type Session } from './session.ts'
import type { Unsealing } from './unseal-thread.ts'

/** Limits under which the body of a request is decoded. */
export const requestLimits = { maxBytes: maxFrameBytes, maxDepth: 64 }

/** The steps of receiving a request that frames of every size share. */
export interface RequestReceiver {
  readonly counters: Counters
  /** Whether the session ended. */
  isOver(session: Session): boolean
  /** Notes a decrypted frame of the session; false if the session ended by that. */
  opened(session: Session, from: PeerAddress): boolean
  /** Refuses a request that is too large for its name; true if it was refused. */
  isOversize(session: Session, body: Buffer): boolean
  run(session: Session, request: Request): void
  /** Charges a session with the bytes of a frame and the time it took. */
  charge(session: Session, bytes: number, workMs: number): void
  /** Counts a frame that was refused, and answers it where the protocol says so. */
  refuse(from: PeerAddress, error: unknown): void
  /** Ends a session as lost. */
  end(session: Session): void
}

/** What large requests are decrypted with. */
export interface LargeRequestsOptions {
  readonly clock: Clock
  readonly log: Logger
  /** Decrypts on another thread; by default the event loop does. */
  readonly unsealing?: Unsealing
}

/** A large frame of a session. */
interface LargeRequest {
  readonly session: Session
  readonly from: PeerAddress
  readonly frame: Buffer
}

/** Receives requests in large frames: one at a time, decrypted on another thread and decoded in slices. */
export class LargeRequests {
  readonly #receiver: RequestReceiver
  readonly #options: LargeRequestsOptions
  readonly #queue: LargeFrames

  constructor(receiver: RequestReceiver, options: LargeRequestsOptions) {
    this.#receiver = receiver
    this.#options = options
    this.#queue = new LargeFrames(receiver.counters)
  }

  /** Frames that wait, including the one being processed. */
  get size(): number {
    return this.#queue.size
  }

  /** Queues the frame. Its connection is not read until it is done. */
  add(socket: ServerSocket, request: LargeRequest): void {
    const { session, from } = request
    this.#receiver.counters.add('large_frames')
    session.largeFrames += 1
    const work = async () => {
      try {
        await this.#receive(socket, request)
      } catch (error) {
        this.#refuse(request, error)
      }
    }
    const onOver = () => {
      session.largeFrames -= 1
    }
    this.#queue.add(socket, { from, work, onOver })
  }

  /** The steps of a small frame, asynchronous; the session may end at each of them. */
  async #receive(socket: ServerSocket, { session, from, frame }: LargeRequest): Promise<void> {
    const { clock, unsealing } = this.#options
    const receiver = this.#receiver
    const bytes = frame.length
    const startedMs = clock.monotonicMs()
    const body = await session.seals.up.openElsewhere(
      frame,
      unsealing
        ? (key, sealed) => unsealing.open(key, sealed)
        : async (key, sealed) => openFrame(key, sealed),
    )
    if (receiver.isOver(session) || !socket.isOpen(from)) {
      receiver.counters.add('large_frames_dropped')
      return
    }
    if (!receiver.opened(session, from)) return
    let workMs = clock.monotonicMs() - startedMs
    try {
      if (receiver.isOversize(session, body)) return
      const onSlice = (ms: number) => {
        workMs += ms
      }
      const request = await decodeRequestInSlices(body, requestLimits, { sliceMs: decodeSliceMs, onSlice })
      if (!receiver.isOver(session)) receiver.run(session, request)
    } finally {
      receiver.charge(session, bytes, workMs)
    }
  }

  /** A frame that could not be decrypted at all is lost: in a new session the peer re-sends what was not acknowledged. */
  #refuse({ session, from }: LargeRequest, error: unknown): void {
    if (isSaltError(error)) {
      this.#receiver.refuse(from, error)
      return
    }
    this.#receiver.counters.add('large_frames_failed')
    this.#options.log.error('large frame could not be decrypted', { peer: peerName(session), error })
    this.#receiver.end(session)
  }
}
