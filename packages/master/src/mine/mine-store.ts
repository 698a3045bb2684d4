// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Logger,
  type MasterOptions,
  type MinionId,
  messageOf,
  Packed,
  pack,
  SaltError,
  schema,
  systemCodeOf,
  unpack,
} from '@halite/core'
import type { MineEntry } from '@halite/protocol'
import { MinionFiles } from '../minion-files.ts'

/** What stands in the mine under one name of a minion. */
export interface MineItem {
  readonly data: Packed
  /** Who may read it; everybody if absent. */
  readonly allow?: Pick<MineEntry, 'allow_tgt' | 'allow_tgt_type'>
}

type Items = Map<string, MineItem>

/** The options that it uses, and where its files lie. */
export type MineOptions = Pick<
  MasterOptions,
  'cachedir' | 'minion_data_cache' | 'enforce_mine_cache' | 'mine_max_bytes'
>

const { binary, either, listOf, optional, record, text } = schema
const fileSchema = listOf(
  record({
    name: text(255),
    data: binary(64 * 1024 * 1024),
    allow_tgt: optional(either(text(65_536), listOf(text(255)))),
    allow_tgt_type: optional(text(32)),
  }),
)
const fileLimits = { maxBytes: 128 * 1024 * 1024 }
/** Most names of one minion. */
const maxNames = 1000

/**
 * What minions put into the mine, in memory and on disk across restarts, `<cachedir>/minions/<id>/mine.p`. Files follow the
 * memory within moments; minions put it there again in time, so a crash loses nothing for long. Close it.
 */
export class MineStore {
  readonly #options: MineOptions
  readonly #log: Logger
  readonly #files: MinionFiles | undefined
  readonly #items = new Map<MinionId, Items>()
  readonly #reading = new Map<MinionId, Promise<Items>>()

  constructor(options: MineOptions, log: Logger) {
    this.#options = options
    this.#log = log
    if (!options.minion_data_cache && !options.enforce_mine_cache) return
    this.#files = new MinionFiles({
      directory: join(options.cachedir, 'minions'),
      file: 'mine.p',
      onFailure: (id, error) => this.#warn('the mine of a minion could not be written', id, error),
    })
  }

  /** What a minion has there, by name. Rejects never: a file that cannot be read is logged, and counts as none. */
  async of(id: MinionId): Promise<ReadonlyMap<string, MineItem>> {
    return this.#items.get(id) ?? (await this.#read(id))
  }

  /** Adds entries to what a minion has there, or with `clear` puts them in its place. Rejects with `VALUE_TOO_LARGE`. */
  async put(id: MinionId, entries: readonly MineEntry[], { clear = false } = {}): Promise<void> {
    const items: Items = new Map(clear ? [] : await this.of(id))
    for (const entry of entries) items.set(entry.name, itemOf(entry))
    const bytes = [...items.values()].reduce((sum, { data }) => sum + data.bytes.length, 0)
    if (bytes > this.#options.mine_max_bytes || items.size > maxNames) {
      throw new SaltError(
        'VALUE_TOO_LARGE',
        `the mine of ${id} would have ${bytes} bytes under ${items.size} names: more than mine_max_bytes (${this.#options.mine_max_bytes}) or ${maxNames} names`,
        { hint: 'Put less into the mine, or raise mine_max_bytes of the master.' },
      )
    }
    this.#set(id, items)
  }

  /** Takes a name out. Resolves to whether it was there. */
  async delete(id: MinionId, name: string): Promise<boolean> {
    const items: Items = new Map(await this.of(id))
    const was = items.delete(name)
    if (was) this.#set(id, items)
    return was
  }

  /** Takes out all that a minion has there, as when its key is deleted. */
  forget(id: MinionId): void {
    this.#reading.delete(id)
    this.#items.set(id, new Map())
    this.#files?.remove(id)
  }

  /** Resolves when the disk holds what the memory does. */
  async close(): Promise<void> {
    await this.#files?.flush()
  }

  #set(id: MinionId, items: Items): void {
    this.#items.set(id, items)
    const listed = [...items].map(([name, { data, allow }]) => ({ name, data: data.bytes, ...allow }))
    this.#files?.write(id, pack(listed))
  }

  async #read(id: MinionId): Promise<Items> {
    const reading = this.#reading.get(id) ?? this.#readFile(id)
    this.#reading.set(id, reading)
    const items = await reading
    // What was put there, or taken away, meanwhile counts.
    if (this.#reading.get(id) === reading && !this.#items.has(id)) this.#items.set(id, items)
    this.#reading.delete(id)
    return this.#items.get(id) ?? items
  }

  async #readFile(id: MinionId): Promise<Items> {
    if (this.#files === undefined) return new Map()
    try {
      const listed = fileSchema(unpack(await readFile(this.#files.pathOf(id)), fileLimits), 'mine')
      return new Map(
        listed.map(({ name, data, allow_tgt, allow_tgt_type }) => [
          name,
          itemWith(new Packed(Buffer.from(data)), { allow_tgt, allow_tgt_type } as MineItem['allow']),
        ]),
      )
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') this.#warn('the mine of a minion cannot be read', id, error)
      return new Map()
    }
  }

  #warn(what: string, id: MinionId, error: unknown): void {
    this.#log.warning(what, { id, reason: messageOf(error) })
  }
}

/** Packed at once: it is read more often than it is put there. The bytes are copied out of their frame. */
function itemOf({ data, allow_tgt, allow_tgt_type }: MineEntry): MineItem {
  return itemWith(new Packed(Buffer.from(pack(data))), { allow_tgt, allow_tgt_type })
}

function itemWith(data: Packed, allow: MineItem['allow']): MineItem {
  const isOpen = allow?.allow_tgt === undefined || allow.allow_tgt === ''
  return isOpen ? { data } : { data, allow }
}
