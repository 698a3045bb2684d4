// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'

const lookEveryMs = 500
/** The part of the time that a process has to compute in order to count as blocked: one that waits for a program does not. */
const busyPart = 0.5
const tickMs = 10

/** What is watched of a process. */
export interface BlockWatchInit {
  readonly pid: number
  /** How long it may compute without a turn for its messages. */
  readonly limitMs: number
  /** Sends something that the process answers as soon as it has a turn. */
  readonly ping: () => void
  /** Asked when it is blocked: false waits as long again. Default: it counts. */
  readonly applies?: (() => boolean) | undefined
  /** Called once. */
  readonly onBlocked: () => void
}

/**
 * Watches whether a process still gets to its messages: one that computes without end does not. Where the time that a process
 * computes cannot be read (systems without `/proc`) nothing is reported.
 */
export class BlockWatch {
  readonly #init: BlockWatchInit
  readonly #timer: NodeJS.Timeout
  /** When the ping that is not answered yet was sent, and how long the process had computed by then. */
  #asked: { readonly at: number; readonly usedMs: number } | undefined

  constructor(init: BlockWatchInit) {
    this.#init = init
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
    this.#timer.unref()
  }

  /** The ping was answered. */
  answered(): void {
    this.#asked = undefined
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const { pid, limitMs, ping, onBlocked, applies = () => true } = this.#init
    const usedMs = processorMs(pid)
    if (usedMs === undefined) return
    if (this.#asked === undefined) {
      this.#asked = { at: performance.now(), usedMs }
      ping()
      return
    }
    const passedMs = performance.now() - this.#asked.at
    if (passedMs < limitMs || usedMs - this.#asked.usedMs < limitMs * busyPart) return
    if (!applies()) {
      this.#asked = { at: performance.now(), usedMs }
      return
    }
    this.stop()
    onBlocked()
  }
}

/** How long a process has computed, its threads together; undefined where that cannot be read. */
export function processorMs(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the program, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * tickMs
  } catch {
    return undefined // ended meanwhile, or another system
  }
}
