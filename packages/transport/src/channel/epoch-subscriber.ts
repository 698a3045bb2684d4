// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Logger } from '@halite/core'
import {
  type EpochGrant,
  EpochOpener,
  frameKind,
  frameKinds,
  type MasterKey,
  type PeerSeals,
  sealedId,
  type VerifySignature,
  verifySignature,
} from '@halite/protocol'
import type { SubscriberSocket, Transport } from '../sockets.ts'
import { Counters } from './counters.ts'

export interface EpochSubscriberOptions {
  readonly transport: Transport
  readonly address: string
  readonly log: Logger
  readonly master: MasterKey
  readonly verifier?: VerifySignature
  readonly ipv6?: boolean
  /** A job load, verified and opened; its shape is not checked yet. */
  readonly onJob: (load: unknown) => void
  /** A publication or probe arrived: the path works and this epoch is held. */
  readonly onArrival: (epoch: Buffer) => void
  /** Job publications after number `after` were lost on the way. */
  readonly onGap: (epoch: Buffer, after: number) => void
}

interface HeldEpoch {
  readonly grant: EpochGrant
  readonly opener: EpochOpener
  lastJob: number
}

/** Epochs held at a time: the current one, the announced one, and one whose last publications may be under way. */
const keptEpochs = 3

/** The minion's end of the publish channel: opens what the master published and notices what did not arrive. */
export class EpochSubscriber {
  readonly counters = new Counters()
  readonly #options: EpochSubscriberOptions
  readonly #socket: SubscriberSocket
  readonly #epochs = new Map<string, HeldEpoch>()
  #sessionKey = ''
  #probe: PeerSeals['probe'] | undefined

  constructor(options: EpochSubscriberOptions) {
    this.#options = options
    this.#socket = options.transport.subscribe({
      address: options.address,
      ...(options.ipv6 === undefined ? {} : { ipv6: options.ipv6 }),
      onFrame: (frame) => this.#onFrame(frame),
    })
  }

  /** Holds an epoch that the master handed out inside the live session; the oldest ones are dropped. */
  hold(grant: EpochGrant): void {
    const name = grant.id.toString('latin1')
    if (this.#epochs.has(name)) return
    const opener = new EpochOpener(grant, this.#options.master, this.#options.verifier ?? verifySignature)
    this.#epochs.set(name, { grant, opener, lastJob: grant.lastJob })
    this.#socket.subscribe(grant.topic)
    for (const [oldName, old] of this.#epochs) {
      if (this.#epochs.size <= keptEpochs) return
      this.#epochs.delete(oldName)
      this.#socket.unsubscribe(old.grant.topic)
    }
  }

  /**
   * Listens for probes of the session. Called after `hold`: both subscriptions travel in order, so a probe that arrives
   * shows that the epoch's topic is granted as well.
   */
  listenToProbes(session: { readonly id: Buffer; readonly seals: PeerSeals }, topic: Buffer): void {
    this.#sessionKey = session.id.toString('latin1')
    this.#probe = session.seals.probe
    this.#socket.subscribe(topic)
  }

  async close(): Promise<void> {
    await this.#socket.close()
  }

  #onFrame(frame: Buffer): void {
    try {
      const kind = frameKind(frame)
      if (kind === frameKinds.publication) this.#openPublication(frame)
      else if (kind === frameKinds.probe) this.#openProbe(frame)
      else this.counters.add('frames_unexpected')
    } catch (error) {
      const code = isSaltError(error) ? error.code : 'FRAME_MALFORMED'
      this.counters.add(`refused_${code.toLowerCase()}`)
      if (code === 'SIGNATURE_INVALID')
        this.#options.log.error('publication that the master did not sign: dropped')
      else this.#options.log.debug('publication refused', { code })
    }
  }

  #openProbe(frame: Buffer): void {
    if (this.#probe === undefined || sealedId(frame) !== this.#sessionKey) {
      this.counters.add('sessions_unknown')
      return
    }
    this.#probe.open(frame)
    for (const { grant } of this.#epochs.values()) this.#options.onArrival(grant.id)
  }

  #openPublication(frame: Buffer): void {
    const epoch = this.#epochs.get(sealedId(frame))
    if (epoch === undefined) {
      this.counters.add('epochs_unknown')
      return
    }
    const { n, previousJob, load } = epoch.opener.open(frame)
    if (previousJob > epoch.lastJob) this.#options.onGap(epoch.grant.id, epoch.lastJob)
    epoch.lastJob = load === undefined ? previousJob : n
    if (load === undefined) this.#options.onArrival(epoch.grant.id)
    else this.#options.onJob(load)
  }
}
