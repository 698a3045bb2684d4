// SPDX-License-Identifier: Apache-2.0
import { SaltError, type Timers } from '@halite/core'
import { maxRangeBytes } from '@halite/fileserver'
import type { Session } from '@halite/transport'

export interface FileTurnsOptions {
  readonly timers: Timers
  /** Bytes that wait to be sent to a session. */
  readonly waitingBytes: (session: Session) => number
}

type Work = (room: Buffer) => Promise<void>

/** Ranges that are read at a time; each is sealed and sent before another takes its place. */
const atOnce = 4
/** Ranges of one session that may wait for their turn. */
const maxWaiting = 256
/** Bytes of files on the way to all sessions together; shared evenly among those that fetch. */
const wayBytes = 16 * 1024 * 1024
/** What a session may have on the way however many fetch: less would leave its connection idle. */
const leastBytes = 64 * 1024
/** How soon a session that reads slowly is looked at again. */
const retryMs = 5

/**
 * In which order ranges of files are read: sessions in turn, few at a time, and none for a session that has not read what was
 * sent to it. So memory stays flat, and between two ranges the loop has time for everything else.
 */
export class FileTurns {
  readonly #options: FileTurnsOptions
  /** Sessions whose ranges wait, the one whose turn it is first. */
  readonly #waiting = new Map<Session, Work[]>()
  readonly #rooms: Buffer[] = []
  #running = 0
  #isExpected = false

  constructor(options: FileTurnsOptions) {
    this.#options = options
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
      works.push((room) => read(room).then(resolve, reject))
      this.#waiting.set(session, works)
      this.#next()
    })
  }

  /** A session ended: nothing more is read for it. */
  forget(session: Session): void {
    this.#waiting.delete(session)
  }

  #next(): void {
    while (this.#running < atOnce) {
      const work = this.#take()
      if (work === undefined) return
      this.#running += 1
      // What was read is sealed in the turn that it resolves in: the next one begins in another.
      const room = this.#rooms.pop() ?? Buffer.allocUnsafeSlow(maxRangeBytes)
      void work(room).then(() =>
        setImmediate(() => {
          this.#rooms.push(room)
          this.#running -= 1
          this.#next()
        }),
      )
    }
  }

  /** The first range of the first session that can take it; it goes to the end of the line. */
  #take(): Work | undefined {
    const share = Math.max(leastBytes, wayBytes / Math.max(1, this.#waiting.size))
    for (const [session, works] of this.#waiting) {
      if (this.#options.waitingBytes(session) >= share) continue
      const work = works.shift()
      this.#waiting.delete(session)
      if (works.length > 0) this.#waiting.set(session, works)
      return work
    }
    if (this.#waiting.size > 0) this.#lookAgain()
    return undefined
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
