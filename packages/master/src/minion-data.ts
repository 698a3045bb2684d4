// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  isMinionId,
  type Logger,
  type MinionId,
  pack,
  safeJoin,
  schema,
  unpack,
  writeFileAtomic,
} from '@halite/core'

const dataSchema = schema.record({ grains: schema.optional(schema.anyMap) })

type Facts = Readonly<Record<string, unknown>>

/**
 * What targets are matched by: the grains that minions told of themselves, kept in memory and on disk across restarts,
 * and the pillar each of them holds, kept in memory only, because it may hold secrets.
 */
export class MinionData {
  readonly #directory: string
  readonly #grains = new Map<MinionId, Facts>()
  readonly #pillar = new Map<MinionId, Facts>()
  readonly #log: Logger

  constructor(cachedir: string, log: Logger) {
    this.#directory = join(cachedir, 'minions')
    this.#log = log
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(this.#directory)) if (isMinionId(name)) this.#read(name)
  }

  /** Undefined when the minion has not told them yet. The same object until it tells them again. */
  grains(id: MinionId): Facts | undefined {
    return this.#grains.get(id)
  }

  /** Undefined when none was sent since the master started. */
  pillar(id: MinionId): Facts | undefined {
    return this.#pillar.get(id)
  }

  /** This pillar is sent to the minion, which will match by it. */
  holdPillar(id: MinionId, pillar: Facts): void {
    this.#pillar.set(id, pillar)
  }

  save(id: MinionId, grains: Facts): void {
    this.#grains.set(id, grains)
    mkdirSync(safeJoin(this.#directory, id), { recursive: true, mode: 0o700 })
    writeFileAtomic(this.#fileOf(id), pack({ grains }), { mode: 0o600, durable: false })
  }

  forget(id: MinionId): void {
    this.#grains.delete(id)
    this.#pillar.delete(id)
    rmSync(safeJoin(this.#directory, id), { recursive: true, force: true })
  }

  #fileOf(id: MinionId): string {
    return safeJoin(this.#directory, `${id}/data.p`)
  }

  #read(id: MinionId): void {
    try {
      const { grains } = dataSchema(unpack(readFileSync(this.#fileOf(id))), 'data')
      if (grains) this.#grains.set(id, grains)
    } catch (error) {
      this.#log.debug('cached data of minion not readable', { id, error })
    }
  }
}
