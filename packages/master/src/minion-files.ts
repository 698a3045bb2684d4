// SPDX-License-Identifier: Apache-2.0
import { mkdir, rm } from 'node:fs/promises'
import { type MinionId, safeJoin, writeFileAtomicAsync } from '@halite/core'

/** Minions whose files are worked on at a time; the threads that do it also verify signatures. */
const atOnce = 2
/** Writing begins when nothing was wanted for so long: minions that all come at once are let in first. */
const quietMs = 1000
/** It begins after this time, however much is wanted meanwhile. */
const latestMs = 60_000

export interface MinionFilesOptions {
  readonly directory: string
  /** Name of the file; default `data.p`, with which the whole directory of the minion goes. */
  readonly file?: string
  /** What was wanted last for this minion could not be done; it is not tried again by itself. Must not throw. */
  readonly onFailure: (id: MinionId, error: unknown) => void
}

/**
 * `<directory>/<id>/data.p`, written asynchronously: of what is wanted for a minion while its file is being
 * worked on only the last counts. A file appears as a whole or not at all; a process that dies loses what still waited.
 */
export class MinionFiles {
  readonly #options: MinionFilesOptions
  /** What is to be done, oldest first; no bytes: the minion's directory is to go. */
  readonly #wanted = new Map<MinionId, Uint8Array | undefined>()
  readonly #busy = new Set<MinionId>()
  readonly #workers = new Set<Promise<void>>()
  #running = 0
  #timer: NodeJS.Timeout | undefined
  #waitingSinceMs = 0

  constructor(options: MinionFilesOptions) {
    this.#options = options
  }

  /** Where a minion's file lies. Throws `PATH_UNSAFE` when a symbolic link stands in the way. */
  pathOf(id: MinionId): string {
    return safeJoin(this.#options.directory, `${id}/${this.#options.file ?? 'data.p'}`)
  }

  /** Written within seconds, within a minute when there is always more. */
  write(id: MinionId, bytes: Uint8Array): void {
    this.#wanted.set(id, bytes)
    if (this.#running === 0) this.#beginLater()
  }

  /** Removes the file, and of `data.p` the minion's directory, without delay. */
  remove(id: MinionId): void {
    this.#wanted.set(id, undefined)
    this.#begin()
  }

  /** Resolves when nothing waits and nothing is being written any more; never rejects. */
  async flush(): Promise<void> {
    this.#begin()
    while (this.#workers.size > 0) await Promise.all(this.#workers)
  }

  #beginLater(): void {
    const nowMs = performance.now()
    if (this.#timer === undefined) this.#waitingSinceMs = nowMs
    clearTimeout(this.#timer)
    const leftMs = Math.max(0, this.#waitingSinceMs + latestMs - nowMs)
    this.#timer = setTimeout(() => this.#begin(), Math.min(quietMs, leftMs)).unref()
  }

  #begin(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (let free = atOnce - this.#running; free > 0 && this.#wanted.size > 0; free -= 1) {
      const worker: Promise<void> = this.#work().then(() => void this.#workers.delete(worker))
      this.#workers.add(worker)
    }
  }

  async #work(): Promise<void> {
    this.#running += 1
    for (let id = this.#next(); id !== undefined; id = this.#next()) {
      const bytes = this.#wanted.get(id)
      this.#wanted.delete(id)
      this.#busy.add(id)
      try {
        await (bytes === undefined ? this.#remove(id) : this.#write(id, bytes))
      } catch (error) {
        this.#options.onFailure(id, error)
      } finally {
        this.#busy.delete(id)
      }
    }
    // In the same step as the look that found nothing: what is wanted from now on needs a worker of its own.
    this.#running -= 1
  }

  /** The oldest whose file nobody works on: two that wrote the same one could end in the wrong order. */
  #next(): MinionId | undefined {
    for (const id of this.#wanted.keys()) if (!this.#busy.has(id)) return id
    return undefined
  }

  async #write(id: MinionId, bytes: Uint8Array): Promise<void> {
    const path = this.pathOf(id)
    await mkdir(safeJoin(this.#options.directory, id), { recursive: true, mode: 0o700 })
    await writeFileAtomicAsync(path, bytes, { mode: 0o600, durable: false })
  }

  async #remove(id: MinionId): Promise<void> {
    const path = this.#options.file === undefined ? safeJoin(this.#options.directory, id) : this.pathOf(id)
    await rm(path, { recursive: true, force: true })
  }
}
