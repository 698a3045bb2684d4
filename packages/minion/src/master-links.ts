// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { type Identity, type Logger, type MinionOptions, type SaltError, systemClock } from '@halite/core'
import { zeromqTransport } from '@halite/transport'
import { type MasterAddress, masterAddresses } from './master-address.ts'
import { PinnedMaster, pinnedFingerprints, pinPaths } from './master-key.ts'
import { MasterLink } from './master-link.ts'
import type { MinionInit } from './minion-init.ts'
import { resolveHost } from './resolve-host.ts'
import { isMaster } from './return-sender.ts'

export interface MasterLinksInit
  extends Pick<MinionInit, 'id' | 'clock' | 'transport' | 'resolve' | 'verifier' | 'random' | 'onState'> {
  readonly options: MinionOptions
  readonly identity: Identity
  readonly log: Logger
  readonly grains: () => Readonly<Record<string, unknown>>
  /** `master` is the fingerprint of the master that sent it. */
  readonly onJob: (load: unknown, master: string) => void
  /** The session of a link stands: time to send what waits. */
  readonly onUp: (link: MasterLink) => void
}

/** The links of a minion with the masters that its options name, one for each. */
export class MasterLinks {
  readonly all: readonly MasterLink[]
  readonly #init: MasterLinksInit
  readonly #refused = new Set<MasterLink>()

  constructor(init: MasterLinksInit) {
    this.#init = init
    const addresses = masterAddresses(init.options)
    const pins = pinPaths(init.options.pki_dir, addresses)
    this.all = addresses.map((address, index) => this.#makeLink(address, { pin: pins[index] ?? '', pins }))
  }

  /** Begins to connect. `onRefused` is called once, when every master refused this minion and none is tried again. */
  start(onRefused: (error: SaltError) => void): void {
    for (const link of this.all) link.start((error) => this.#onRefused(link, { error, onRefused }))
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((link) => link.close()))
  }

  /** The first link with a session. */
  get firstUp(): MasterLink | undefined {
    return this.all.find((link) => link.isUp)
  }

  /** The link with the master of this fingerprint; in records of older versions its address stands for it. */
  of(master: string): MasterLink | undefined {
    return this.all.find((link) => isMaster(link, master))
  }

  /** Fingerprints, and the addresses by which older versions named masters in what they left on disk. */
  knownMasters(): ReadonlySet<string> {
    const pinned = pinnedFingerprints(this.#init.options.pki_dir)
    return new Set([...pinned, ...this.all.map(({ name }) => name)])
  }

  /** Sends the grains to every master that is connected. */
  sendGrains(): void {
    for (const link of this.all) if (link.isUp) link.sendGrains()
  }

  #makeLink(
    address: MasterAddress,
    { pin, pins }: { readonly pin: string; readonly pins: readonly string[] },
  ): MasterLink {
    const { id, options, identity, log, verifier, random, grains, onJob } = this.#init
    const { clock = systemClock, transport = zeromqTransport, resolve = resolveHost } = this.#init
    const link: MasterLink = new MasterLink({
      id,
      instance: randomBytes(16),
      options,
      address,
      identity,
      pinned: new PinnedMaster(pin, options.master_finger, pins),
      transport,
      clock,
      log,
      resolve,
      random,
      ...(verifier === undefined ? {} : { verifier }),
      onState: (state) => this.#init.onState?.(link.name, state),
      grains,
      onJob,
      onUp: () => this.#init.onUp(link),
    })
    return link
  }

  #onRefused(
    link: MasterLink,
    { error, onRefused }: { readonly error: SaltError; readonly onRefused: (error: SaltError) => void },
  ): void {
    this.#init.log.critical('no further attempt to reach the master', {
      master: link.name,
      reason: error.message,
      hint: error.hint,
    })
    this.#refused.add(link)
    if (this.#refused.size === this.all.length) onRefused(error)
  }
}
