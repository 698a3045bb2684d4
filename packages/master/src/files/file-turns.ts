// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import { keepFreed, SaltError, type Timers } from '@halite/core'
import { maxRangeBytes } from '@halite/fileserver'
import type { Session } from '@halite/transport'

export interface FileTurnsOptions {
  readonly timers: Timers
  /** Bytes that wait to be sent to a session. */
  readonly waitingBytes: (session: Session) => number
  /** Monotonic time in milliseconds. */
  readonly now?: () => number
}

interface Work {
  readonly read: (room: Buffer) => Promise<unknown>
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/** What waited for a session when it was looked at last, and since when it is so much. */
interface OnWay {
  readonly bytes: number
  readonly sinceMs: number
}

/** Ranges that are read at a time: one is sealed while the next one comes from the disk. */
const atOnce = 2
/** Ranges of one session that may wait for their turn. */
const maxWaiting = 256
/** Bytes of files on the way to all sessions together; shared evenly among those that fetch. */
const wayBytes = 8 * 1024 * 1024
/** What a session may have on the way however many fetch: less would leave its connection idle. */
const leastBytes = 64 * 1024
/** A session that took less than `leastBytes` in so long does not count any more for what the others may have on the way. */
const stalledMs = 500
/** How soon sessions are looked at again when none could be served. */
const retryMs = 5

/**
 * In which order ranges of files are read: sessions in turn, few at a time, and none for a session that has not read what was
 * sent to it. One range is sealed in a turn of the loop, and so little is on the way to all together that memory stays flat: everything
 * else has its time between two ranges.
 */
export class FileTurns {
  readonly #options: FileTurnsOptions
  readonly #now: () => number
  /** Sessions whose ranges wait, the one whose turn it is first. */
  readonly #waiting = new Map<Session, Work[]>()
  /** Sessions that were served and may not have read all of it. */
  readonly #onWay = new Map<Session, OnWay>()
  readonly #rooms: Buffer[] = []
  #running = 0
  #isExpected = false
  /** Resolves when the range before has left, a turn of the loop later. */
  #left: Promise<void> = Promise.resolve()

  constructor(options: FileTurnsOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    keepFreed(wayBytes)
  }

  /** Sessions that wait for ranges. */
  get size(): number {
    return this.#waiting.size
  }

  /**
   * Resolves to what `read` gives when its turn has come. The room it is lent is used again in the next turn of the loop, when
   * what was read into it is sealed. Rejects with its error, or with `BUSY`.
   */
  add<T>(session: Session, read: (room: Buffer) => Promise<T>): Promise<T> {
    const works = this.#waiting.get(session) ?? []
    if (works.length >= maxWaiting)
      return Promise.reject(new SaltError('BUSY', 'too many ranges of files wait for this session'))
    return new Promise<T>((resolve, reject) => {
      works.push({ read, resolve, reject })
      this.#waiting.set(session, works)
      this.#next()
    })
  }

  /** A session ended: nothing more is read for it. */
  forget(session: Session): void {
    this.#waiting.delete(session)
    this.#onWay.delete(session)
  }

  #next(): void {
    while (this.#running < atOnce) {
      const work = this.#take()
      if (work === undefined) return
      this.#running += 1
      void this.#serve(work)
    }
  }

  /** Never rejects: who asked learns what came of it. */
  async #serve({ read, resolve, reject }: Work): Promise<void> {
    const room = this.#rooms.pop() ?? Buffer.allocUnsafeSlow(maxRangeBytes)
    try {
      const value = await read(room)
      await this.#leave()
      resolve(value as never)
    } catch (error) {
      reject(error)
    }
    // What was read is sealed in the turn that it resolves in: the room is lent again in another.
    await nextTurn()
    this.#rooms.push(room)
    this.#running -= 1
    this.#next()
  }

  /** One range a turn of the loop. */
  #leave(): Promise<void> {
    const turn = this.#left
    this.#left = turn.then(() => nextTurn())
    return turn
  }

  /** The first range of the first session that can take it; it goes to the end of the line. */
  #take(): Work | undefined {
    if (this.#waiting.size === 0) return undefined
    const share = Math.max(leastBytes, wayBytes / this.#waiting.size)
    const room = wayBytes - this.#bytesOnWay()
    for (const [session, works] of this.#waiting) {
      if (room <= 0) break
      if (this.#options.waitingBytes(session) >= share) continue
      const work = works.shift()
      this.#waiting.delete(session)
      if (works.length > 0) this.#waiting.set(session, works)
      if (!this.#onWay.has(session)) this.#onWay.set(session, { bytes: 0, sinceMs: this.#now() })
      return work
    }
    this.#lookAgain()
    return undefined
  }

  /** What waits to be sent to all sessions, those left out that take nothing, or so little that all would wait for them. */
  #bytesOnWay(): number {
    const nowMs = this.#now()
    let sum = 0
    for (const [session, known] of this.#onWay) {
      const bytes = this.#options.waitingBytes(session)
      if (bytes === 0 && !this.#waiting.has(session)) this.#onWay.delete(session)
      else if (bytes > known.bytes || known.bytes - bytes >= leastBytes)
        this.#onWay.set(session, { bytes, sinceMs: nowMs })
      else if (nowMs - known.sinceMs > stalledMs) continue
      sum += bytes
    }
    return sum
  }

  #lookAgain(): void {
    if (this.#isExpected) return
    this.#isExpected = true
    this.#options.timers.after(retryMs, () => {
      this.#isExpected = false
      this.#next()
    })
  }
}
