// SPDX-License-Identifier: Apache-2.0
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Clock,
  type Logger,
  type MasterOptions,
  type MinionId,
  makeOwnDirectory,
  messageOf,
  pack,
  safeJoin,
  schema,
  systemCodeOf,
  unpack,
  writeFileAtomicAsync,
} from '@halite/core'

/** The pillars of one minion, by environment. */
type Kept = Map<string, KeptPillar>

interface KeptPillar {
  readonly bytes: Uint8Array
  /** By the wall clock, in seconds: a file outlives the process. */
  readonly atSeconds: number
}

/** The options that it uses, and where its files lie. */
export type PillarCacheOptions = Pick<MasterOptions, 'pillar_cache_backend' | 'pillar_cache_ttl' | 'cachedir'>

const keptSchema = schema.listOf(
  schema.record({
    pillarenv: schema.text(255),
    at: schema.number(0, Number.MAX_SAFE_INTEGER),
    pillar: schema.binary(64 * 1024 * 1024),
  }),
)
const fileLimits = { maxBytes: 256 * 1024 * 1024 }
/** Of pillars that are kept in memory. */
const maxBytes = 256 * 1024 * 1024
/** Environments kept of one minion, which names them. */
const maxEnvironments = 16

/**
 * What the option `pillar_cache` keeps: pillars by minion and environment, handed out unseen until they are too old or
 * cleared. In memory, or with one file a minion below `<cachedir>/pillar_cache`, readable by the master alone.
 */
export class PillarCache {
  readonly #directory: string | undefined
  readonly #ttlSeconds: number
  readonly #clock: Clock
  readonly #log: Logger
  /** Who was asked for last is at the end. */
  readonly #kept = new Map<MinionId, Kept>()
  #bytes = 0

  constructor(options: PillarCacheOptions, { clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#ttlSeconds = options.pillar_cache_ttl
    this.#clock = clock
    this.#log = log
    if (options.pillar_cache_backend === 'memory') return
    this.#directory = join(options.cachedir, 'pillar_cache')
    makeOwnDirectory(this.#directory, { mode: 0o700 })
  }

  /** A pillar that is still young enough, packed. Never rejects: a file that cannot be read counts as none. */
  async find(id: MinionId, pillarenv: string): Promise<Uint8Array | undefined> {
    const kept = (await this.#of(id)).get(pillarenv)
    return kept !== undefined && this.#isYoung(kept) ? kept.bytes : undefined
  }

  /** The pillars kept of a minion by environment, `''` being all of them. Never rejects. */
  async list(id: MinionId): Promise<ReadonlyMap<string, unknown>> {
    const young = [...(await this.#of(id))].filter(([, kept]) => this.#isYoung(kept))
    return new Map(young.map(([pillarenv, { bytes }]) => [pillarenv, unpack(bytes, fileLimits)]))
  }

  /** Keeps a pillar. Never rejects: what cannot be written is logged. */
  async keep(id: MinionId, pillarenv: string, bytes: Uint8Array): Promise<void> {
    const kept = new Map(await this.#of(id))
    if (kept.size >= maxEnvironments && !kept.has(pillarenv)) kept.clear()
    kept.set(pillarenv, { bytes, atSeconds: this.#clock.wallMs() / 1000 })
    this.#hold(id, kept)
    await this.#write(id, kept)
  }

  /** Forgets what is kept of a minion. Never rejects. */
  async clear(id: MinionId): Promise<void> {
    this.#forget(id)
    if (this.#directory === undefined) return
    await rm(safeJoin(this.#directory, id), { force: true }).catch((error: unknown) => this.#warn(id, error))
  }

  #isYoung({ atSeconds }: KeptPillar): boolean {
    const age = this.#clock.wallMs() / 1000 - atSeconds
    return age >= 0 && age < this.#ttlSeconds
  }

  async #of(id: MinionId): Promise<Kept> {
    return this.#kept.get(id) ?? (await this.#read(id))
  }

  async #read(id: MinionId): Promise<Kept> {
    if (this.#directory === undefined) return new Map()
    try {
      const value = unpack(await readFile(safeJoin(this.#directory, id)), fileLimits)
      const listed = keptSchema(value, 'pillar_cache')
      return new Map(
        listed.map(({ pillarenv, at, pillar }) => [pillarenv, { bytes: pillar, atSeconds: Number(at) }]),
      )
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') this.#warn(id, error)
      return new Map()
    }
  }

  async #write(id: MinionId, kept: Kept): Promise<void> {
    if (this.#directory === undefined) return
    const listed = [...kept].map(([pillarenv, { bytes, atSeconds }]) => ({
      pillarenv,
      at: Math.floor(atSeconds),
      pillar: bytes,
    }))
    try {
      await writeFileAtomicAsync(safeJoin(this.#directory, id), pack(listed), { mode: 0o600 })
    } catch (error) {
      this.#warn(id, error)
    }
  }

  /** With files, memory holds nothing: they are read when they are asked for. */
  #hold(id: MinionId, kept: Kept): void {
    if (this.#directory !== undefined) return
    this.#forget(id)
    this.#kept.set(id, kept)
    this.#bytes += bytesOf(kept)
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= maxBytes) break
      this.#forget(oldest)
    }
  }

  #forget(id: MinionId): void {
    this.#bytes -= bytesOf(this.#kept.get(id) ?? new Map())
    this.#kept.delete(id)
  }

  #warn(id: MinionId, error: unknown): void {
    this.#log.warning('a kept pillar cannot be read or written', { id, reason: messageOf(error) })
  }
}

function bytesOf(kept: Kept): number {
  return [...kept.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
}
