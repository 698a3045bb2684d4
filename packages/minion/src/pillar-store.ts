// SPDX-License-Identifier: Apache-2.0
import { type DataMap, type Logger, type MinionOptions, messageOf, SaltError } from '@halite/core'
import { loads, type PillarAsk } from '@halite/protocol'
import type { MasterLink } from './master-link.ts'

type Pillar = DataMap

export interface PillarStoreParts {
  readonly options: MinionOptions
  readonly log: Logger
  /** In the order of preference. */
  readonly links: () => readonly MasterLink[]
  /** The pillar that is held is another one now. */
  readonly onChange: () => void
}

/** How long jobs wait for the first pillar, which decides whether they are for this minion. */
const firstPillarMs = 5000

/**
 * The pillar this minion holds, in memory only: what its masters compiled for it. With several masters the first one
 * that gave any counts.
 */
export class PillarStore {
  readonly #parts: PillarStoreParts
  readonly #byMaster = new Map<string, Pillar>()
  #settled: () => void = () => undefined
  #waiting = false

  /** Resolves when the first pillar is here, or a master that was asked has not given one in time. */
  readonly ready: Promise<void> = new Promise((resolve) => {
    this.#settled = resolve
  })

  constructor(parts: PillarStoreParts) {
    this.#parts = parts
  }

  get held(): Pillar {
    const names = this.#parts.links().map(({ name }) => name)
    const name = names.find((each) => this.#byMaster.has(each))
    return (name === undefined ? undefined : this.#byMaster.get(name)) ?? {}
  }

  /** Asks one master and holds what it gives. Resolves to whether it gave one; rejects never. */
  async fetch(link: MasterLink): Promise<boolean> {
    this.#waitOnce()
    try {
      this.#byMaster.set(link.name, await this.#ask(link, { held: true, ...this.#environment() }))
      this.#parts.onChange()
      return true
    } catch (error) {
      // A link that was lost asks again when it is back; one that is closed has nobody to tell.
      if (link.state === 'up') {
        this.#parts.log.error('no pillar from the master', { master: link.name, reason: messageOf(error) })
      }
      return false
    } finally {
      this.#settled()
    }
  }

  /** Asks those masters again that have not given one yet. */
  fetchMissing(): void {
    for (const link of this.#up()) if (!this.#byMaster.has(link.name)) void this.fetch(link)
  }

  /** Asks every master. Resolves to whether any gave one. */
  async refresh(): Promise<boolean> {
    const given = await Promise.all(this.#up().map((link) => this.fetch(link)))
    return given.includes(true)
  }

  /** A pillar that is not held. Rejects with `SESSION_LOST` when there is no master to ask, or as `MasterLink.ask`. */
  async compile(pillarenv?: string): Promise<Pillar> {
    const [link] = this.#up()
    if (link === undefined) {
      throw new SaltError('SESSION_LOST', 'the pillar cannot be compiled: there is no session with a master')
    }
    return this.#ask(link, pillarenv === undefined ? this.#environment() : { pillarenv })
  }

  async #ask(link: MasterLink, load: PillarAsk): Promise<Pillar> {
    return askPillar(link, load, this.#parts.options)
  }

  #up(): MasterLink[] {
    return this.#parts.links().filter(({ state }) => state === 'up')
  }

  #environment(): PillarAsk {
    const { pillarenv } = this.#parts.options
    return pillarenv === '' ? {} : { pillarenv }
  }

  #waitOnce(): void {
    if (this.#waiting) return
    this.#waiting = true
    setTimeout(this.#settled, firstPillarMs).unref()
  }
}

/** Asks a master for the pillar of this minion. Rejects as `MasterLink.ask`, or with `VALUE_MALFORMED`. */
export async function askPillar(link: MasterLink, load: PillarAsk, options: MinionOptions): Promise<Pillar> {
  const reply = await link.ask('_pillar', load, options.request_channel_timeout * 1000)
  return loads.pillarReplySchema(reply, 'pillar').pillar
}
