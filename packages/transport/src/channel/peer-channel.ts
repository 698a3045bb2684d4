// SPDX-License-Identifier: Apache-2.0
import {
  durationText,
  type ErrorCode,
  errorCatalogue,
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
  maxClearBytes,
  maxFrameBytes,
  type Notice,
  sealedId,
  type WireError,
} from '@halite/protocol'
import type { ClientSocket, Transport } from '../sockets.ts'
import { Counters } from './counters.ts'
import type { NewSession, PeerHandshake } from './peer-handshake.ts'
import { RequestsUnderWay } from './requests-under-way.ts'

/** What fits into a frame beside header and tag; a larger one would cost the connection. */
const maxBodyBytes = maxFrameBytes - 64
/** The same of a frame from a connection that has proved no session. */
const maxUnprovenBody = maxClearBytes - 64
const proofMs = 30_000

export interface PeerChannelOptions {
  readonly transport: Transport
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

interface Attempt {
  readonly handshake: PeerHandshake
  cookies: number
  readonly resolve: (session: NewSession) => void
  readonly reject: (error: unknown) => void
}

export interface RequestOptions {
  /** How long the answer is waited for; one that comes later is dropped and counted. */
  readonly timeoutMs: number
}

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

/** The minion's or client's end of an authenticated channel: one socket, one session at a time, many requests under way. */
export class PeerChannel {
  readonly counters = new Counters()
  readonly #options: PeerChannelOptions
  readonly #socket: ClientSocket
  readonly #underWay = new RequestsUnderWay()
  #session: NewSession | undefined
  #sessionKey = ''
  #attempt: Attempt | undefined
  #number = 0
  /** The master has answered our session on this connection, and so takes large frames from it. */
  #isProven = false

  constructor(options: PeerChannelOptions) {
    this.#options = options
    this.#socket = options.transport.connect({
      address: options.address,
      ...(options.ipv6 === undefined ? {} : { ipv6: options.ipv6 }),
      ...(options.onLink === undefined ? {} : { onLink: (state) => this.#onLink(state) }),
      onFrame: (frame) => this.#take(frame),
    })
  }

  get session(): NewSession | undefined {
    return this.#session
  }

  /**
   * Makes a session; an older one ends with it, and its requests under way reject with `SESSION_LOST`.
   * Rejects with what the master decided (`KEY_PENDING`, …), `HANDSHAKE_TIMEOUT`, `BUSY` or `VERSION_REFUSED`.
   */
  async handshake(handshake: PeerHandshake, { timeoutMs }: RequestOptions): Promise<NewSession> {
    this.#attempt?.reject(new SaltError('SESSION_LOST', 'another handshake began'))
    let attempt: Attempt | undefined
    let timer: NodeJS.Timeout | undefined
    try {
      const session = await new Promise<NewSession>((resolve, reject) => {
        attempt = { handshake, cookies: 0, resolve, reject }
        this.#attempt = attempt
        timer = setTimeout(() => reject(this.#noAnswer(timeoutMs)), timeoutMs)
        this.#socket.send(handshake.hello())
      })
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

  /** On a connection where no session was proven yet a large frame would be a stranger's: a small one goes ahead. */
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
    this.#attempt?.reject(new SaltError('SESSION_LOST', 'the channel was closed'))
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

  #take(frame: Buffer): void {
    try {
      const kind = frameKind(frame)
      if (kind === frameKinds.down) this.#takeSealed(frame)
      else if (kind === frameKinds.notice) this.#takeNotice(decodeNotice(frame))
      else if (this.#attempt?.handshake.isAnswer(frame)) this.#finish(this.#attempt, frame)
      else this.counters.add('frames_unexpected')
    } catch (error) {
      const code = isSaltError(error) ? error.code : 'FRAME_MALFORMED'
      this.counters.add(`refused_${code.toLowerCase()}`)
      this.#options.log.debug('frame from the master refused', { code })
    }
  }

  #finish(attempt: Attempt, frame: Buffer): void {
    try {
      attempt.resolve(attempt.handshake.finish(frame))
    } catch (error) {
      // An answer that proves nothing may be a stray or a forgery: the true one may still come.
      if (unproven.some((code) => isSaltError(error, code))) throw error
      attempt.reject(error)
    }
  }

  #takeSealed(frame: Buffer): void {
    if (this.#session === undefined || sealedId(frame) !== this.#sessionKey) {
      this.counters.add('sessions_unknown')
      return
    }
    const down = decodeDown(this.#session.seals.down.open(frame), { maxBytes: maxFrameBytes })
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

  /** Who waits for this answer. One that comes too late is counted. */
  #answered(number: number): ReturnType<RequestsUnderWay['take']> {
    const waiting = this.#underWay.take(number)
    if (waiting === undefined) this.counters.add('answers_late')
    return waiting
  }

  #takeNotice(notice: Notice): void {
    const attempt = this.#attempt
    switch (notice.notice) {
      case 'cookie':
        if (attempt && notice.cookie) this.#repeat(attempt, notice.cookie)
        return
      case 'version':
        attempt?.reject(
          new SaltError('VERSION_REFUSED', `the master speaks protocol ${notice.min} and up`, {
            hint: 'Upgrade this side.',
          }),
        )
        return
      case 'busy':
        attempt?.reject(new SaltError('BUSY', 'the master is busy with handshakes'))
        return
      case 'unknownSession':
        if (notice.session?.toString('latin1') === this.#sessionKey) this.#options.onHint?.('unknownSession')
        return
      case 'helloAgain':
        this.#options.onHint?.('helloAgain')
    }
  }

  /** Says hello again with a cookie; each costs a signature, so a master that asks for ever is not served. */
  #repeat(attempt: Attempt, cookie: Buffer): void {
    attempt.cookies += 1
    if (attempt.cookies > maxCookies) this.counters.add('cookies_ignored')
    else this.#socket.send(attempt.handshake.hello(cookie))
  }
}

/** An error of the master as it arrived; an unknown code stays readable. */
function fromWireError(error: WireError): SaltError {
  const known = Object.hasOwn(errorCatalogue, error.code)
  const code = known ? (error.code as ErrorCode) : 'REQUEST_FAILED'
  return new SaltError(code, error.message, error.hint === undefined ? {} : { hint: error.hint })
}
