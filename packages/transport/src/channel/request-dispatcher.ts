// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Logger, SaltError, WaitingTogether } from '@halite/core'
import { encodeAcknowledgement, encodeError, encodeReply, type Request, toWireError } from '@halite/protocol'
import type { Counters } from './counters.ts'
import { findHandler, type Handler, type HandlerTable } from './handlers.ts'
import { LateAnswers } from './late-answers.ts'
import { limitRequest } from './request-limits.ts'
import { peerName, type Session } from './session.ts'
import { SharedAnswer } from './shared-answer.ts'

/** How answers leave, sealed under the session of the request. A session that ended meanwhile gets nothing. */
export interface AnswerSender {
  /** Throws `VALUE_TOO_LARGE`. */
  sendSealed(session: Session, body: Buffer): void
  /** Sends many bytes as the reply to a request without copying them. Throws `VALUE_TOO_LARGE`. */
  sendBytes(session: Session, number: number, bytes: Uint8Array): void
}

export interface RequestDispatcherInit {
  readonly clock: Clock
  readonly log: Logger
  readonly counters: Counters
  readonly handlers: HandlerTable
  readonly sender: AnswerSender
  /** How long an acknowledgement that nobody waits for may wait for another answer to its session. */
  readonly lateMs: number
}

/** What answering a request takes, beside the value. */
interface Asked {
  readonly session: Session
  readonly handler: Handler
  readonly number: number
  readonly name: string
}

/** A request that waits for a promise it shares with others. */
interface AskedTogether {
  readonly asked: Asked
  readonly value: () => unknown
}

const maxRequestsUnderWay = 1024
/** From this size on copying costs more than writing in pieces. */
const manyBytes = 16_384

/**
 * Runs requests that arrived in sessions: finds the handler in the fixed table, keeps to its limits, and answers with its
 * value or its error, at once, later, or together with others. Never throws.
 */
export class RequestDispatcher {
  readonly #init: RequestDispatcherInit
  readonly #late: LateAnswers
  readonly #shared = new WaitingTogether<AskedTogether>({
    onResolved: (one) => this.#answerShared(one),
    onRejected: ({ asked }, error) => this.#failShared(asked, error),
  })

  constructor(init: RequestDispatcherInit) {
    this.#init = init
    this.#late = new LateAnswers({
      clock: init.clock,
      lateMs: init.lateMs,
      send: (session, numbers) => this.#acknowledge(session, numbers),
    })
  }

  /** Acknowledgements that wait for another answer to their session. */
  get waiting(): number {
    return this.#late.size
  }

  /** The session ended. */
  forget(session: Session): void {
    this.#late.forget(session)
  }

  close(): void {
    this.#late.close()
  }

  /** Answers a request, or refuses it. */
  run(session: Session, { number, name, load }: Request): void {
    if (session.requestsUnderWay >= maxRequestsUnderWay) {
      const busy = new SaltError('BUSY', 'too many requests of this session are under way')
      this.fail(session, { number, name }, busy)
      return
    }
    try {
      const handler = findHandler(this.#init.handlers, session, name)
      const nowMs = this.#init.clock.monotonicMs()
      limitRequest(handler, { session, name, nowMs })
      const asked: Asked = { session, handler, number, name }
      const result = handler.run(session, load)
      if (result instanceof SharedAnswer) this.#answerTogether(asked, result)
      else if (result instanceof Promise) void this.#answerLater(asked, result)
      else this.#answer(asked, result)
    } catch (error) {
      this.fail(session, { number, name }, error)
    }
  }

  /** Answers with an error. One that is not of the catalogue is logged, and its text stays here. */
  fail(session: Session, { number, name }: Pick<Asked, 'number' | 'name'>, error: unknown): void {
    const wire = toWireError(error)
    this.#init.counters.add(`requests_failed_${wire.code.toLowerCase()}`)
    const fields = {
      peer: peerName(session),
      address: session.address.remote,
      request: name,
      code: wire.code,
    }
    if (wire.code === 'REQUEST_FAILED') this.#init.log.error('handler failed', { ...fields, error })
    else this.#init.log.debug('request refused', { ...fields, reason: wire.message })
    this.#init.sender.sendSealed(session, encodeError(number, wire))
  }

  async #answerLater(asked: Asked, result: Promise<unknown>): Promise<void> {
    const { session, name } = asked
    session.requestsUnderWay += 1
    if (asked.handler.isAlone) session.alone.add(name)
    try {
      this.#answer(asked, await result)
    } catch (error) {
      // Also for a value that cannot be packed.
      this.fail(session, asked, error)
    } finally {
      session.requestsUnderWay -= 1
      session.alone.delete(name)
    }
  }

  #answerTogether(asked: Asked, { settled, answer }: SharedAnswer): void {
    asked.session.requestsUnderWay += 1
    this.#shared.add(settled, { asked, value: answer })
  }

  #answerShared({ asked, value }: AskedTogether): void {
    asked.session.requestsUnderWay -= 1
    try {
      this.#answer(asked, value())
    } catch (error) {
      this.fail(asked.session, asked, error)
    }
  }

  #failShared(asked: Asked, error: unknown): void {
    asked.session.requestsUnderWay -= 1
    this.fail(asked.session, asked, error)
  }

  #answer({ session, handler, number }: Asked, value: unknown): void {
    if (value === true && handler.isPatient?.(session)) {
      this.#late.add(session, number)
      return
    }
    if (value === true && this.#late.sendWith(session, number)) return
    this.#late.sendNow(session)
    if (value instanceof Uint8Array && value.length >= manyBytes)
      this.#init.sender.sendBytes(session, number, value)
    else this.#init.sender.sendSealed(session, encodeReply(number, value))
  }

  #acknowledge(session: Session, numbers: readonly number[]): void {
    this.#init.counters.add('acknowledgements')
    this.#init.sender.sendSealed(session, encodeAcknowledgement(numbers))
  }
}
