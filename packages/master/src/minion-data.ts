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

/** What minions said of themselves: grains, kept in memory for targeting and on disk across restarts. */
export class MinionData {
  readonly #directory: string
  readonly #grains = new Map<MinionId, Readonly<Record<string, unknown>>>()
  readonly #log: Logger

  constructor(cachedir: string, log: Logger) {
    this.#directory = join(cachedir, 'minions')
    this.#log = log
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(this.#directory)) if (isMinionId(name)) this.#read(name)
  }

  grains(id: MinionId): Readonly<Record<string, unknown>> | undefined {
    return this.#grains.get(id)
  }

  save(id: MinionId, grains: Readonly<Record<string, unknown>>): void {
    this.#grains.set(id, grains)
    mkdirSync(safeJoin(this.#directory, id), { recursive: true, mode: 0o700 })
    writeFileAtomic(this.#fileOf(id), pack({ grains }), { mode: 0o600, durable: false })
  }

  forget(id: MinionId): void {
    this.#grains.delete(id)
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
