// SPDX-License-Identifier: Apache-2.0
import { closeSync, ftruncateSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, messageOf, processStart } from '@halite/core'
import type { Leftover, Leftovers } from '@halite/loader'

/** The directory of ledgers below `cachedir`. */
export const leftoversFolder = 'leftovers'

/** A ledger that nothing is noted in any more is emptied once it is larger than this. */
const smallBytes = 16 * 1024

/**
 * The notes of this process: one file, made with the first of them, to which a line is added for each note and for each that
 * is taken back. Its name says which process wrote it.
 */
export class LeftoverLedger implements Leftovers {
  readonly #directory: string
  readonly #path: string
  readonly #log: Logger
  #descriptor: number | undefined
  #last = 0
  #open = 0
  #size = 0

  /** What cannot be noted is logged, and goes on without. */
  constructor(cachedir: string, log: Logger) {
    this.#log = log
    this.#directory = join(cachedir, leftoversFolder)
    this.#path = join(this.#directory, `${process.pid}-${processStart(process.pid) || '0'}`)
  }

  note(thing: Leftover): () => void {
    const number = ++this.#last
    if (!this.#write(`+${number} ${JSON.stringify(thing)}\n`)) return () => undefined
    this.#open += 1
    let isNoted = true
    return () => {
      if (isNoted) this.#takeBack(number)
      isNoted = false
    }
  }

  /** Removes the file when nothing is noted in it. */
  close(): void {
    if (this.#descriptor === undefined) return
    closeSync(this.#descriptor)
    this.#descriptor = undefined
    if (this.#open === 0) unlinkSync(this.#path)
  }

  #takeBack(number: number): void {
    this.#open -= 1
    if (this.#open > 0 || this.#size < smallBytes || this.#descriptor === undefined) {
      this.#write(`-${number}\n`)
      return
    }
    ftruncateSync(this.#descriptor)
    this.#size = 0
  }

  #write(line: string): boolean {
    try {
      if (this.#descriptor === undefined) {
        mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
        this.#descriptor = openSync(this.#path, 'a', 0o600)
      }
      this.#size += writeSync(this.#descriptor, line)
      return true
    } catch (error) {
      this.#log.debug('what a killed job leaves behind cannot be noted', { reason: messageOf(error) })
      return false
    }
  }
}
