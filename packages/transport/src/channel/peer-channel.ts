// SPDX-License-Identifier: Apache-2.0
import {
  durationText,
  type ErrorCode,
  errorCatalogue,
  freeBytes,
  isSaltError,
  type Logger,
  SaltError,
} from '@halite/core'
import {
  decodeDown,
  decodeNotice,
  encodeRequest,
  frameKind,
  frameKinds,
  maxFrameBytes,
  type Notice,
  sealedId,
  type WireError,
} from '@halite/protocol'
import type { ClientSocket, Connector } from '../sockets.ts'
import { Counters } from './counters.ts'
import { HandshakeAttempt } from './handshake-attempt.ts'
import type { NewSession, PeerHandshake } from './peer-handshake.ts'
import { RequestsUnderWay } from './requests-under-way.ts'

/** What fits into a frame beside header and tag; a larger one would cost the connection. */
const maxBodyBytes = maxFrameBytes - 64
/** The same of a frame from a connection that has proved no session: hellos came before it, and all count together. */
const maxUnprovenBody = 512 - 64
const proofMs = 30_000
/** A larger frame is freed when it is opened, where it has memory of its own. */
const manyBytes = 64 * 1024

export interface PeerChannelOptions {
  readonly transport: Connector
  readonly address: string
  readonly log: Logger
  readonly ipv6?: boolean
  /** Something the master sent unasked. Must not throw. */
  readonly onPush: (name: string, load: unknown) => void
  /** The master may not know our session any more, or our key's state may have changed: worth a look. */
  readonly onHint?: (hint: 'unknownSession' | 'helloAgain') => void
  readonly onLink?: (state: 'up' | 'down') => void
  /** Any sealed frame opened: the master lives. */
  readonly onAlive?: () => void
}

export interface RequestOptions {
  /** How long the answer is waited for; one that comes later is dropped and counted. */
  readonly timeoutMs: number
}

/** The minion's or client's end of an authenticated channel: one socket, one session at a time, many requests under way. */
export class PeerChannel {
  readonly counters = new Counters()
  readonly #options: PeerChannelOptions
  readonly #socket: ClientSocket
  readonly #underWay = new RequestsUnderWay()
  #session: NewSession | undefined
  #sessionKey = ''
  #attempt: HandshakeAttempt | undefined
  #number = 0
  /** The master has answered our session on this connection, and so takes large frames from it. */
  #isProven = false

  constructor(options: PeerChannelOptions) {
    this.#options = options
    this.#socket = options.transport.connect({
      address: options.address,
      ...(options.ipv6 === undefined ? {} : { ipv6: options.ipv6 }),
      ...(options.onLink === undefined ? {} : { onLink: (state) => this.#onLink(state) }),
      onFrame: (frame) => this.#onFrame(frame),
    })
  }

  /** The current session; undefined without one. */
  get session(): NewSession | undefined {
    return this.#session
  }

  /**
   * Makes a session; an older one ends with it, and its requests under way reject with `SESSION_LOST`.
   * Rejects with what the master decided (`KEY_PENDING`, …), `HANDSHAKE_TIMEOUT`, `BUSY` or `VERSION_REFUSED`.
   */
  async handshake(handshake: PeerHandshake, { timeoutMs }: RequestOptions): Promise<NewSession> {
    this.#attempt?.fail(new SaltError('SESSION_LOST', 'another handshake began'))
    const attempt = new HandshakeAttempt(handshake, (hello) => this.#socket.send(hello))
    this.#attempt = attempt
    const timer = setTimeout(() => attempt.fail(this.#noAnswer(timeoutMs)), timeoutMs)
    try {
      const session = await attempt.session
      this.#adopt(session)
      return session
    } finally {
      clearTimeout(timer)
      // Another handshake may have begun since.
      if (this.#attempt === attempt) this.#attempt = undefined
    }
  }

  /** One request; rejects with the master's error, `REQUEST_TIMEOUT` or `SESSION_LOST`. */
  request(name: string, load: unknown, { timeoutMs }: RequestOptions): Promise<unknown> {
    const session = this.#session
    if (session === undefined)
      return Promise.reject(new SaltError('SESSION_LOST', 'there is no session with the master'))
    const number = this.#nextNumber()
    const body = encodeRequest({ number, name, load })
    if (body.length > maxBodyBytes) {
      const size = `${name} of ${body.length} bytes is over the limit of ${maxBodyBytes}`
      return Promise.reject(new SaltError('VALUE_TOO_LARGE', size))
    }
    if (!this.#isProven && body.length > maxUnprovenBody) this.#prove(session)
    const frame = session.seals.up.seal(body)
    const answer = this.#underWay.add(number, { name, timeoutMs })
    this.#socket.send(frame)
    return answer
  }

  #nextNumber(): number {
    this.#number = (this.#number % 0xffff_fffe) + 1
    return this.#number
  }

  /** On a connection that has not proved a session yet, large frames are not accepted: a small one is sent first. */
  #prove({ seals, proof }: NewSession): void {
    const number = this.#nextNumber()
    this.#underWay.add(number, { name: proof, timeoutMs: proofMs }).catch(() => undefined)
    this.#socket.send(seals.up.seal(encodeRequest({ number, name: proof, load: {} })))
  }

  #onLink(state: 'up' | 'down'): void {
    if (state === 'down') this.#isProven = false
    this.#options.onLink?.(state)
  }

  /** Forgets the session; requests under way reject with `SESSION_LOST`. */
  drop(): void {
    this.#session = undefined
    this.#sessionKey = ''
    this.abandonRequests('the session with the master ended')
  }

  /** Rejects requests under way with `SESSION_LOST`: their frames, or the answers, may have been lost with a connection. */
  abandonRequests(reason: string): void {
    this.#underWay.abandon(reason)
  }

  async close(): Promise<void> {
    this.drop()
    this.#attempt?.fail(new SaltError('SESSION_LOST', 'the channel was closed'))
    await this.#socket.close()
  }

  #adopt(session: NewSession): void {
    this.drop()
    this.#session = session
    this.#isProven = false
    this.#sessionKey = session.id.toString('latin1')
  }

  #noAnswer(timeoutMs: number): SaltError {
    return new SaltError(
      'HANDSHAKE_TIMEOUT',
      `${this.#options.address} did not answer the handshake within ${durationText(timeoutMs)}`,
    )
  }

  #onFrame(frame: Buffer): void {
    try {
      const kind = frameKind(frame)
      if (kind === frameKinds.down) this.#openSealed(frame)
      else if (kind === frameKinds.notice) this.#onNotice(decodeNotice(frame))
      else if (this.#attempt?.isAnswer(frame)) this.#attempt.finish(frame)
      else this.counters.add('frames_unexpected')
    } catch (error) {
      const code = isSaltError(error) ? error.code : 'FRAME_MALFORMED'
      this.counters.add(`refused_${code.toLowerCase()}`)
      this.#options.log.debug('frame from the master refused', { code })
    }
  }

  #openSealed(frame: Buffer): void {
    if (this.#session === undefined || sealedId(frame) !== this.#sessionKey) {
      this.counters.add('sessions_unknown')
      return
    }
    const body = this.#session.seals.down.open(frame)
    if (frame.length > manyBytes && frame.length === frame.buffer.byteLength)
      freeBytes(frame as Buffer<ArrayBuffer>)
    const down = decodeDown(body, { maxBytes: maxFrameBytes })
    this.#isProven = true
    this.#options.onAlive?.()
    switch (down.type) {
      case 'push':
        this.#options.onPush(down.name, down.load)
        return
      case 'reply':
        this.#answered(down.number)?.resolve(down.value)
        return
      case 'error':
        this.#answered(down.number)?.reject(fromWireError(down.error))
        return
      case 'acknowledged':
        for (const number of down.numbers) this.#answered(number)?.resolve(true)
    }
  }

  /** The request that this number answers. An answer that comes too late is counted. */
  #answered(number: number): ReturnType<RequestsUnderWay['remove']> {
    const waiting = this.#underWay.remove(number)
    if (waiting === undefined) this.counters.add('answers_late')
    return waiting
  }

  #onNotice(notice: Notice): void {
    const attempt = this.#attempt
    switch (notice.notice) {
      case 'cookie':
        if (notice.cookie && attempt?.repeat(notice.cookie) === false) this.counters.add('cookies_ignored')
        return
      case 'version':
        attempt?.fail(
          new SaltError('VERSION_REFUSED', `the master speaks protocol ${notice.min} and up`, {
            hint: 'Upgrade this side.',
          }),
        )
        return
      case 'busy':
        attempt?.fail(new SaltError('BUSY', 'the master is busy with handshakes'))
        return
      case 'unknownSession':
        if (notice.session?.toString('latin1') === this.#sessionKey) this.#options.onHint?.('unknownSession')
        return
      case 'helloAgain':
        this.#options.onHint?.('helloAgain')
    }
  }
}

/** An error of the master as it arrived; an unknown code stays readable. */
function fromWireError(error: WireError): SaltError {
  const known = Object.hasOwn(errorCatalogue, error.code)
  const code = known ? (error.code as ErrorCode) : 'REQUEST_FAILED'
  return new SaltError(code, error.message, error.hint === undefined ? {} : { hint: error.hint })
}
