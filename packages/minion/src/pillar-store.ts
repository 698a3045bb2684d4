// SPDX-License-Identifier: Apache-2.0
import { type DataMap, type Logger, type MinionOptions, messageOf, SaltError } from '@halite/core'
import type { PillarWishes } from '@halite/loader'
import { loads, type PillarAsk } from '@halite/protocol'
import type { AskedMaster } from './asked-master.ts'

type Pillar = DataMap

/** A master that compiles pillars. */
export interface PillarSource extends AskedMaster {
  readonly isUp: boolean
  /** Of its key; undefined before the first session with it. */
  readonly fingerprint: string | undefined
}

export interface PillarStoreInit {
  readonly options: MinionOptions
  readonly log: Logger
  /** In the order of preference. */
  readonly links: () => readonly PillarSource[]
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
  readonly #init: PillarStoreInit
  /** By the fingerprint of the master. */
  readonly #byMaster = new Map<string, Pillar>()
  #settled: () => void = () => undefined
  /** What each master was asked last. */
  readonly #last = new WeakMap<PillarSource, Promise<unknown>>()
  #waiting = false
  #isReady = false

  /** Resolves when the first pillar is here, or a master that was asked has not given one in time. */
  readonly ready: Promise<void> = new Promise((resolve) => {
    this.#settled = () => {
      this.#isReady = true
      resolve()
    }
  })

  constructor(init: PillarStoreInit) {
    this.#init = init
  }

  /** Whether `ready` has resolved. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** The pillar of the first master that sent one; empty without any. */
  get held(): Pillar {
    for (const link of this.#init.links()) {
      const pillar = this.#of(link)
      if (pillar !== undefined) return pillar
    }
    return {}
  }

  /** Asks one master and holds what it gives. Resolves to whether it gave one; rejects never. */
  async fetch(link: PillarSource, cleanCache = false): Promise<boolean> {
    this.#waitOnce()
    try {
      const pillar = await this.#ask(link, {
        held: true,
        ...pillarAsk(this.#init.options),
        ...(cleanCache ? { clean_cache: true } : {}),
      })
      if (link.fingerprint !== undefined) this.#byMaster.set(link.fingerprint, pillar)
      this.#init.onChange()
      return true
    } catch (error) {
      // A link that was lost asks again when it is back; one that is closed has nobody to tell.
      if (link.isUp) {
        this.#init.log.error('no pillar from the master', { master: link.name, reason: messageOf(error) })
      }
      return false
    } finally {
      this.#settled()
    }
  }

  /** Asks those masters again that have not given one yet. */
  fetchMissing(): void {
    for (const link of this.#up()) if (this.#of(link) === undefined) void this.fetch(link)
  }

  /** Asks every master, with `cleanCache` for one that it does not keep. Resolves to whether any gave one. */
  async refresh(cleanCache = false): Promise<boolean> {
    const given = await Promise.all(this.#up().map((link) => this.fetch(link, cleanCache)))
    return given.includes(true)
  }

  /** A pillar that is not held. Rejects with `SESSION_LOST` when there is no master to ask, or as `AskedMaster.ask`. */
  async compile(pillarenv?: string, wishes: PillarWishes = {}): Promise<Pillar> {
    const [link] = this.#up()
    if (link === undefined) {
      throw new SaltError('SESSION_LOST', 'the pillar cannot be compiled: there is no session with a master')
    }
    return this.#ask(link, pillarAsk(this.#init.options, pillarenv, wishes))
  }

  /** One after the other: a master compiles one pillar of a session at a time. */
  #ask(link: PillarSource, load: PillarAsk): Promise<Pillar> {
    const ask = () => askPillar(link, load)
    const asked = (this.#last.get(link) ?? Promise.resolve()).then(ask, ask)
    this.#last.set(link, asked)
    return asked
  }

  #of({ fingerprint }: PillarSource): Pillar | undefined {
    return fingerprint === undefined ? undefined : this.#byMaster.get(fingerprint)
  }

  #up(): PillarSource[] {
    return this.#init.links().filter(({ isUp }) => isUp)
  }

  #waitOnce(): void {
    if (this.#waiting) return
    this.#waiting = true
    setTimeout(this.#settled, firstPillarMs).unref()
  }
}

/** What is asked for: the environments that the options or the call name, and what the call brings. */
export function pillarAsk(
  options: Pick<MinionOptions, 'pillarenv' | 'pillarenv_from_saltenv' | 'saltenv'>,
  pillarenv?: string,
  { saltenv = options.saltenv, override, ext }: PillarWishes = {},
): PillarAsk {
  const chosen = pillarenv ?? (options.pillarenv || (options.pillarenv_from_saltenv ? saltenv : ''))
  return {
    ...(chosen === '' ? {} : { pillarenv: chosen }),
    ...(saltenv === '' ? {} : { saltenv }),
    ...(override === undefined ? {} : { override }),
    ...(ext === undefined ? {} : { ext }),
  }
}

/** Asks a master for the pillar of this minion. Rejects as `AskedMaster.ask`, or with `VALUE_MALFORMED`. */
export async function askPillar(link: AskedMaster, load: PillarAsk): Promise<Pillar> {
  const reply = await link.ask('_pillar', load)
  return loads.pillarReplySchema(reply, 'pillar').pillar
}
