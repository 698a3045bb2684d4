// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type DataMap,
  fingerprint,
  isMinionId,
  type Logger,
  type MinionId,
  makeOwnDirectory,
  Packed,
  pack,
  SaltError,
  schema,
  unpack,
} from '@halite/core'
import { isWithin } from './data-size.ts'
import { MinionFiles } from './minion-files.ts'

const dataSchema = schema.record({ grains: schema.optional(schema.anyMap) })

type Grains = Readonly<Record<string, unknown>>

const noLimits: GrainLimits = {
  grains_max_bytes: Number.POSITIVE_INFINITY,
  grains_max_values: Number.POSITIVE_INFINITY,
  minion_data_cache: true,
}

/** The most that is kept of the grains of one minion: `grains_max_bytes` and `grains_max_values`. */
export interface GrainLimits {
  readonly grains_max_bytes: number
  readonly grains_max_values: number
  /** Whether they are kept on disk as well. */
  readonly minion_data_cache: boolean
}

/**
 * What targets are matched by: the grains that minions sent, kept in memory and on disk across restarts,
 * and the pillar each of them holds, kept in memory only, because it may hold secrets. Files follow the memory within
 * seconds, when all is quiet, and without holding the loop up: minions send their grains again when
 * they connect, so a crash loses nothing
 * for long. Close it.
 */
export class MinionData {
  readonly #files: MinionFiles
  /** Of the bytes that lie, or are about to lie, on the disk; the bytes themselves would be held a second time. */
  readonly #digests = new Map<MinionId, string>()
  readonly #grains = new Map<MinionId, Grains>()
  /** As it was sent, until somebody looks into it. */
  readonly #pillar = new Map<MinionId, DataMap | Packed>()
  readonly #tooLarge = new Set<MinionId>()
  readonly #log: Logger
  readonly #limits: GrainLimits

  constructor(cachedir: string, log: Logger, limits: GrainLimits = noLimits) {
    this.#limits = limits

    const directory = join(cachedir, 'minions')
    this.#log = log
    this.#files = new MinionFiles({ directory, onFailure: (id, error) => this.#onFailure(id, error) })
    makeOwnDirectory(directory, { mode: 0o700 })
    if (!limits.minion_data_cache) return
    for (const name of readdirSync(directory)) if (isMinionId(name)) this.#read(name)
  }

  /** Undefined when the minion has not told them yet. The same object until it tells others. */
  grains(id: MinionId): Grains | undefined {
    return this.#grains.get(id)
  }

  /** Whether it told grains that are larger than the limits, so that they are not known here. */
  isTooLarge(id: MinionId): boolean {
    return this.#tooLarge.has(id)
  }

  /** Undefined when none was sent since the master started. */
  pillar(id: MinionId): DataMap | undefined {
    const held = this.#pillar.get(id)
    if (!(held instanceof Packed)) return held
    const pillar = unpackedPillar(held)
    this.#pillar.set(id, pillar)
    return pillar
  }

  /** This pillar is sent to the minion, which will match by it. */
  holdPillar(id: MinionId, pillar: Packed): void {
    this.#pillar.set(id, pillar)
  }

  /**
   * Known at once. Written to the disk soon, and only when they are others than those that lie there. False when they are
   * larger than the limits: then nothing is known of this minion, and targets by grains are left to it.
   */
  save(id: MinionId, grains: Grains): boolean {
    if (!this.#isWithin(grains)) {
      this.refuse(id)
      return false
    }
    this.#tooLarge.delete(id)
    const bytes = pack({ grains })
    const digest = fingerprint(bytes)
    if (this.#digests.get(id) === digest) return true
    this.#grains.set(id, grains)
    this.#digests.set(id, digest)
    if (this.#limits.minion_data_cache) this.#files.write(id, bytes)
    return true
  }

  /** Its grains are too large: from now on nothing is known of this minion. */
  refuse(id: MinionId): void {
    const { grains_max_bytes, grains_max_values } = this.#limits
    this.#log.warning('grains are too large and not kept', { id, grains_max_bytes, grains_max_values })
    this.forget(id)
    this.#tooLarge.add(id)
  }

  /** Throws `VALUE_TOO_LARGE` for grains that would not be kept. */
  checkSize(id: MinionId, grains: Grains): void {
    if (this.#isWithin(grains)) return
    throw new SaltError(
      'VALUE_TOO_LARGE',
      `the grains of ${id} are larger than grains_max_bytes or grains_max_values of the master`,
    )
  }

  #isWithin(grains: Grains): boolean {
    const { grains_max_bytes: maxBytes, grains_max_values: maxValues } = this.#limits
    return isWithin(grains, { maxBytes, maxValues })
  }

  /** Known of no more at once; the files go soon. */
  forget(id: MinionId): void {
    this.#tooLarge.delete(id)
    this.#grains.delete(id)
    this.#pillar.delete(id)
    this.#digests.delete(id)
    this.#files.remove(id)
  }

  /** Resolves when the disk holds what the memory does. Never rejects: what could not be written was logged. */
  async close(): Promise<void> {
    await this.#files.flush()
  }

  /** Whatever lies there now, the next grains of this minion are written. */
  #onFailure(id: MinionId, error: unknown): void {
    this.#digests.delete(id)
    this.#log.warning('cached data of minion could not be written', { id, error })
  }

  #read(id: MinionId): void {
    try {
      const bytes = readFileSync(this.#files.pathOf(id))
      const { grains } = dataSchema(unpack(bytes), 'data')
      if (grains === undefined) return
      this.#grains.set(id, grains)
      this.#digests.set(id, fingerprint(bytes))
    } catch (error) {
      this.#log.debug('cached data of minion not readable', { id, error })
    }
  }
}

const pillarLimits = {
  maxBytes: Number.MAX_SAFE_INTEGER,
  maxDepth: 1000,
  maxValues: Number.MAX_SAFE_INTEGER,
}

/** Packed by a thread of the master from a map. */
function unpackedPillar({ bytes }: Packed): DataMap {
  return unpack(bytes, pillarLimits) as DataMap
}
