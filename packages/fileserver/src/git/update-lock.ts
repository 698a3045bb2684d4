// SPDX-License-Identifier: Apache-2.0
import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { type Clock, isAlive, SaltError, systemClock, systemCodeOf, type Timers } from '@halite/core'

export interface UpdateLockOptions {
  /** What is locked, for messages. */
  readonly what: string
  /** The lock file. */
  readonly path: string
  /**
   * Believe a lock of another host, which may share the directory, for as long as it is touched: `gitfs_global_lock`. Else it is
   * removed at once.
   */
  readonly isGlobal: boolean
  /** How long an update waits for a lock of somebody else. */
  readonly timeoutMs: number
  readonly clock?: Clock & Timers
}

interface Owner {
  readonly pid: number
  readonly host: string
  /** When it was touched last, wall clock. */
  readonly touchedMs: number
}

/** Stands for the process in a lock that a person set: it is theirs to remove. */
const nobody = 0
const pollMs = 250
const touchMs = 20_000
/** A lock of another host that was not touched for so long is left over. */
const staleMs = 120_000

/** Holds a repository of ours for one update at a time, on disk: other masters and people see it. */
export class UpdateLock {
  readonly #options: UpdateLockOptions
  readonly #clock: Clock & Timers
  #isHeld = false

  constructor(options: UpdateLockOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  get path(): string {
    return this.#options.path
  }

  /** Runs `work` under the lock. Rejects with `GIT_FAILED` when somebody else has it. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    await this.#acquire()
    this.#isHeld = true
    const stop = this.#keepFresh()
    try {
      return await work()
    } finally {
      stop()
      this.#isHeld = false
      await rm(this.path, { force: true })
    }
  }

  /** Sets the lock for a person, until it is cleared. Resolves to false when it is set already. */
  set(): Promise<boolean> {
    return this.#write(nobody)
  }

  /** Removes the lock, whoever has it. Resolves to false when there is none. */
  async clear(): Promise<boolean> {
    try {
      await rm(this.path)
      return true
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return false
      throw error
    }
  }

  async #acquire(): Promise<void> {
    const { timeoutMs } = this.#options
    const end = this.#clock.monotonicMs() + timeoutMs
    while (!(await this.#write(process.pid))) {
      const owner = await this.#owner()
      if (owner === undefined) continue
      if (this.#isStale(owner)) await this.clear()
      else if (this.#clock.monotonicMs() >= end) throw this.#locked(owner)
      else await this.#clock.sleep(Math.min(pollMs, timeoutMs))
    }
  }

  /** Whether it was written, which it is not where there is one. */
  async #write(pid: number): Promise<boolean> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
    try {
      const file = await open(this.path, 'wx', 0o600)
      try {
        await file.writeFile(`${pid}\n${hostname()}\n`)
      } finally {
        await file.close()
      }
      return true
    } catch (error) {
      if (systemCodeOf(error) === 'EEXIST') return false
      throw error
    }
  }

  #keepFresh(): () => void {
    const touch = () => {
      const now = new Date(this.#clock.wallMs())
      // A lock that somebody cleared is not made again.
      utimes(this.path, now, now).catch(() => undefined)
      stop = this.#clock.after(touchMs, touch)
    }
    let stop = this.#clock.after(touchMs, touch)
    return () => stop()
  }

  #isStale({ pid, host, touchedMs }: Owner): boolean {
    if (pid === nobody) return false
    // A container that starts again has the pid it had before.
    if (host === hostname()) return pid === process.pid ? !this.#isHeld : !isAlive(pid)
    return !this.#options.isGlobal || this.#clock.wallMs() - touchedMs > staleMs
  }

  async #owner(): Promise<Owner | undefined> {
    try {
      const { mtimeMs } = await stat(this.path)
      const [pid = '', host = ''] = (await readFile(this.path, 'utf8')).split('\n')
      return { pid: Number.parseInt(pid, 10) || nobody, host, touchedMs: mtimeMs }
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }

  #locked({ pid, host }: Owner): SaltError {
    const who = pid === nobody ? 'by somebody' : `by process ${pid} on ${host || '?'}`
    return new SaltError('GIT_FAILED', `${this.#options.what} is locked ${who}: ${this.path}`, {
      hint: 'To unlock it: salt-run fileserver.clear_lock',
    })
  }
}
