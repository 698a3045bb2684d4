// SPDX-License-Identifier: Apache-2.0
import { writeSync } from 'node:fs'
import { systemCodeOf } from './errors.ts'

/** How long a line waits in all for a pipe whose reader is slow, in milliseconds. */
const patienceMs = 1000
const pauseMs = 10

/**
 * Writes lines to a descriptor, each before the call returns. One that cannot be written, because the disk is full or the
 * terminal has gone, is lost: a log is no reason to end. `onFailure` is called at the first of a row; when lines go through
 * again, one says how many are missing.
 */
export class LogWriter {
  readonly #descriptor: number
  readonly #onFailure: (error: unknown) => void
  readonly #writeSync: (descriptor: number, bytes: Buffer, offset: number) => number
  #lost = 0
  /** What stands unfinished in the file: the next line begins on a new one. */
  #isCut = false

  /** `write` is the system's, and something else in tests. */
  constructor(descriptor: number, onFailure: (error: unknown) => void, write = writeBytes) {
    this.#descriptor = descriptor
    this.#onFailure = onFailure
    this.#writeSync = write
  }

  /** Writes a line, with its end. Never throws. */
  write(line: string): void {
    const isFirst = this.#lost === 0
    try {
      if (!isFirst)
        this.#write(`${this.#isCut ? '\n' : ''}[${this.#lost} lines of the log are missing here]\n`)
      this.#lost = 0
      this.#write(line)
    } catch (error) {
      this.#lost += 1
      if (isFirst) this.#onFailure(error)
    }
  }

  #write(line: string): void {
    const bytes = Buffer.from(line)
    let written = 0
    let waitedMs = this.#lost === 0 ? 0 : patienceMs
    while (written < bytes.length) {
      try {
        written += this.#writeSync(this.#descriptor, bytes, written)
        this.#isCut = written < bytes.length
      } catch (error) {
        if (systemCodeOf(error) !== 'EAGAIN' || waitedMs >= patienceMs) throw error
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
        waitedMs += pauseMs
      }
    }
  }
}

function writeBytes(descriptor: number, bytes: Buffer, offset: number): number {
  return writeSync(descriptor, bytes, offset)
}
