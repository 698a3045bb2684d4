// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { isSaltError, pack, parseMinionId, silentLog, systemClock, version } from '@halite/core'
import { loads, masterKeyOf, type VerifySignature } from '@halite/protocol'
import { EpochSubscriber, MinionHandshake, PeerChannel, zeromqTransportWith } from '@halite/transport'

export interface SimulatedMinionOptions {
  readonly id: string
  /** Host and ports of the master. */
  readonly host: string
  readonly retPort: number
  readonly grains?: Readonly<Record<string, unknown>>
  /** Checks publications; minions of one process can share the work of one signature. */
  readonly verifier?: VerifySignature
  /** What a job returns; default true. */
  readonly answer?: (load: unknown) => unknown
}

interface Generated {
  readonly privateKey: KeyObject
  readonly publicKey: { readonly x: string }
}

// Exported while it is made: see `makeEphemeral` of the protocol.
const publicAsJwk: object = { publicKeyEncoding: { format: 'jwk' } }
const jobSchema = loads.jobSchema
/** True minions have a kernel each. Thousands on one machine would probe in one burst, of which their kernel drops the most. */
const transport = zeromqTransportWith({ idleSeconds: () => 5 + Math.floor(Math.random() * 55) })
/** What a master answers, or leaves unanswered, for a moment. */
const worthRepeating = ['BUSY', 'HANDSHAKE_TIMEOUT', 'REQUEST_TIMEOUT', 'SESSION_LOST'] as const

/** A minion reduced to its wire: own key, session and sockets, real cryptography, and an answer for every job. For measuring masters. */
export class SimulatedMinion {
  readonly id: ReturnType<typeof parseMinionId>
  /** Jobs it answered. */
  answered = 0
  readonly #options: SimulatedMinionOptions
  // tweetnacl, which makes true identities, takes 3 ms for each: half a minute for ten thousand.
  readonly #identity = generateKeyPairSync('ed25519', publicAsJwk) as unknown as Generated
  #channel: PeerChannel | undefined
  #subscriber: EpochSubscriber | undefined
  #packedAnswer: Buffer | undefined

  constructor(options: SimulatedMinionOptions) {
    this.id = parseMinionId(options.id)
    this.#options = options
    if (options.answer === undefined) this.#packedAnswer = pack(true)
  }

  /** Connects; the master has to accept keys by itself. Repeats while the master is busy. */
  async start(): Promise<void> {
    const { host, retPort } = this.#options
    const channel = new PeerChannel({
      transport,
      address: `tcp://${host}:${retPort}`,
      log: silentLog,
      onPush: (name, load) => this.#onPush(name, load),
    })
    this.#channel = channel
    const { session, reply } = await this.#open(channel)
    const { publishPort, epoch, topic } = loads.openReplySchema(reply, 'open')
    if (epoch === undefined || topic === undefined) throw new Error('the master gave no group key')
    const { verifier } = this.#options
    this.#subscriber = new EpochSubscriber({
      transport,
      address: `tcp://${host}:${publishPort}`,
      log: silentLog,
      master: masterKeyOf(session.masterKey ?? Buffer.alloc(32)),
      ...(verifier === undefined ? {} : { verifier }),
      onJob: (load) => this.#answer(load),
      onArrival: (arrived) => this.#tell('_confirm', { epoch: arrived }),
      onGap: (missed, after) => this.#tell('_missed', { epoch: missed, after }),
    })
    this.#subscriber.hold(epoch)
    this.#subscriber.listenToProbes(session, topic)
  }

  /** One request inside its session. */
  request(name: string, load: unknown, timeoutMs = 60_000): Promise<unknown> {
    if (this.#channel === undefined) throw new Error(`${this.id} is not started`)
    return this.#channel.request(name, load, { timeoutMs })
  }

  async close(): Promise<void> {
    await this.#subscriber?.close()
    await this.#channel?.close()
  }

  /** A master with thousands of others at its door may let one wait, as it does with true minions: it comes again. */
  async #open(channel: PeerChannel) {
    const load = { grains: this.#options.grains ?? {} }
    for (;;) {
      try {
        const session = await channel.handshake(this.#handshake(), { timeoutMs: 30_000 })
        return { session, reply: await channel.request('_open', load, { timeoutMs: 60_000 }) }
      } catch (error) {
        if (!worthRepeating.some((code) => isSaltError(error, code))) throw error
        await systemClock.sleep(500 + Math.random() * 1000)
      }
    }
  }

  #handshake(): MinionHandshake {
    return new MinionHandshake({
      id: this.id,
      role: 'daemon',
      instance: randomBytes(16),
      identity: this.#identity.privateKey,
      publicRaw: Buffer.from(this.#identity.publicKey.x, 'base64url'),
      clock: systemClock,
      software: version,
      checkMaster: () => undefined,
    })
  }

  #onPush(name: string, load: unknown): void {
    if (name === 'job') this.#answer(load)
    else if (name === 'epoch') this.#subscriber?.hold(loads.epochSchema(load, 'epoch'))
    else if (name === 'ping') this.#tell('_confirm', {})
  }

  #answer(load: unknown): void {
    const { jid } = jobSchema(load, 'job')
    const value = this.#packedAnswer ?? pack(this.#options.answer?.(load))
    this.answered += 1
    this.#tell('_return', { jid, return: value, retcode: 0, success: true })
  }

  #tell(name: string, load: Readonly<Record<string, unknown>>): void {
    // A lost answer is what a measurement shows; there is nobody here to tell.
    this.#channel?.request(name, load, { timeoutMs: 60_000 }).catch(() => undefined)
  }
}
