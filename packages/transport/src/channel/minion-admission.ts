// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, randomBytes } from 'node:crypto'
import { type Clock, fingerprint, type Logger, type MinionId } from '@halite/core'
import {
  type AcceptStatus,
  agree,
  CookieJar,
  decodeHello,
  encodeAccept,
  encodeNotice,
  frameKind,
  frameKinds,
  type Hello,
  MasterSeals,
  makeEphemeral,
  peerName,
  sessionKeysOf,
  verifyHello,
  wireVersion,
} from '@halite/protocol'
import type { PeerAddress } from '../sockets.ts'
import type { Admission, Reception } from './admission.ts'
import { HelloAllowance } from './hello-allowance.ts'
import { Session } from './session.ts'
import { VerifyQueue } from './verify-queue.ts'

/** What the keeper of keys decides. */
export interface KeyPolicy {
  /** Whether this id is accepted with this very key. Cheap: memory only. */
  isAccepted(id: MinionId, key: Buffer): boolean
  /** The answer to the owner of `key`, connected from `remote`; files a new key. Called only after the key's signature verified. */
  decide(id: MinionId, key: Buffer, remote: string): AcceptStatus
}

export interface MinionAdmissionOptions {
  /** The master's Ed25519 identity. */
  readonly identity: KeyObject
  readonly publicRaw: Buffer
  readonly policy: KeyPolicy
  readonly clock: Clock
  readonly log: Logger
  readonly software: string
}

/** A hello that arrived: what it says, its bytes, where from. */
interface Call {
  readonly hello: Hello
  readonly frame: Buffer
  readonly from: PeerAddress
}

const cookieAboveLoad = 32
const cookieAbovePerSecond = 200
const maxWaiting = 10_000
const skewWarnMs = 60_000

/**
 * The door for minions. Order of work: size, version, cookie under load, what the connection may still spend, id and key
 * look-up, and only then asymmetric work.
 */
export class MinionAdmission implements Admission {
  readonly #options: MinionAdmissionOptions
  readonly #queue = new VerifyQueue()
  readonly #cookies: CookieJar
  readonly #allowance: HelloAllowance
  readonly #waiting = new Map<MinionId, PeerAddress>()
  #second = 0
  #helloesThisSecond = 0

  constructor(options: MinionAdmissionOptions) {
    this.#options = options
    this.#cookies = new CookieJar(() => options.clock.monotonicMs())
    this.#allowance = new HelloAllowance(options.clock)
  }

  admit(frame: Buffer, from: PeerAddress, reception: Reception): void {
    if (frameKind(frame) !== frameKinds.hello) {
      reception.counters.add('frames_unexpected')
      return
    }
    const hello = decodeHello(frame)
    reception.counters.add('hellos')
    if (this.#needsCookie() && !this.#hasCookie(hello, from)) {
      reception.counters.add('hellos_sent_for_cookie')
      reception.send(
        from,
        encodeNotice({ notice: 'cookie', cookie: this.#cookies.bake(addressOf(hello, from)) }),
      )
      return
    }
    if (!this.#allowance.charge(from)) {
      reception.counters.add('hellos_ignored')
      return
    }
    const known = this.#options.policy.isAccepted(hello.id, hello.key)
    if (!this.#queue.add(() => this.#decide({ hello, frame, from }, reception), known)) {
      this.#allowance.refund(from)
      reception.counters.add('hellos_turned_away')
      reception.send(from, encodeNotice({ notice: 'busy' }))
    }
  }

  /** Tells a minion that waits for its key that it is worth asking again. */
  nudge(id: MinionId, reception: Reception): void {
    const address = this.#waiting.get(id)
    if (address === undefined) return
    this.#waiting.delete(id)
    reception.send(address, encodeNotice({ notice: 'helloAgain' }))
  }

  #needsCookie(): boolean {
    const second = Math.floor(this.#options.clock.monotonicMs() / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#helloesThisSecond = 0
    }
    this.#helloesThisSecond += 1
    return this.#helloesThisSecond > cookieAbovePerSecond || this.#queue.unknownLoad > cookieAboveLoad
  }

  #hasCookie(hello: Hello, from: PeerAddress): boolean {
    return hello.cookie !== undefined && this.#cookies.accepts(hello.cookie, addressOf(hello, from))
  }

  async #decide(call: Call, reception: Reception): Promise<void> {
    const { hello, frame, from } = call
    try {
      if (!(await verifyHello(frame, hello))) {
        reception.counters.add('refused_signature_invalid')
        this.#options.log.debug('hello with a signature that does not verify', {
          id: hello.id,
          address: from.remote,
        })
        return
      }
      const status = this.#options.policy.decide(hello.id, hello.key, from.remote)
      reception.counters.add(`hellos_${status}`)
      this.#note(hello, status, from)
      this.#answer(status, call, reception)
    } catch (error) {
      reception.counters.add('hellos_failed')
      this.#options.log.warning('hello could not be answered', { id: hello.id, address: from.remote, error })
    }
  }

  #note(hello: Hello, status: AcceptStatus, from: PeerAddress): void {
    const { log, clock } = this.#options
    log.info('hello', { id: hello.id, address: from.remote, status, fingerprint: fingerprint(hello.key) })
    const skewMs = hello.time - clock.wallMs()
    if (Math.abs(skewMs) > skewWarnMs)
      log.warning('clock of minion differs', { id: hello.id, seconds: Math.round(skewMs / 1000) })
    if (status === 'accepted') {
      this.#waiting.delete(hello.id)
      this.#allowance.refund(from)
      // Only the owner of the pending key is notified of its acceptance.
    } else if (status === 'pending' && (this.#waiting.size < maxWaiting || this.#waiting.has(hello.id))) {
      this.#waiting.set(hello.id, from)
    }
  }

  #answer(status: AcceptStatus, call: Call, reception: Reception): void {
    const { identity, publicRaw, clock, software } = this.#options
    const ephemeral = makeEphemeral()
    const random = randomBytes(16 + 32)
    const id = random.subarray(0, 16)
    const accept = encodeAccept(
      {
        status,
        key: publicRaw,
        ephemeral: ephemeral.publicRaw,
        nonce: random.subarray(16),
        session: id,
        version: wireVersion,
        software,
        time: clock.wallMs(),
      },
      call.frame,
      identity,
    )
    if (status === 'accepted') {
      const keys = sessionKeysOf(agree(ephemeral, call.hello.ephemeral), call.frame, accept)
      reception.sessions.addProvisional(
        new Session({
          key: id.toString('latin1'),
          peer: {
            type: 'minion',
            id: call.hello.id,
            name: peerName(call.hello.id, call.hello.instance, call.hello.role),
            role: call.hello.role,
            software: call.hello.software,
          },
          seals: new MasterSeals(id, keys),
          address: call.from,
          nowMs: clock.monotonicMs(),
        }),
      )
    }
    reception.send(call.from, accept)
  }
}

function addressOf(hello: Hello, from: PeerAddress): Buffer {
  const number = Buffer.alloc(8)
  number.writeDoubleBE(from.number)
  return Buffer.concat([number, hello.nonce])
}
