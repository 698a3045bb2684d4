// SPDX-License-Identifier: Apache-2.0
import { descendantsOf, type EndingSignal, type ExitCode, exitCodes, jobEnd, killTree } from '@halite/core'

/** How long an interrupted function may clean up. */
const graceMs = 5000

/**
 * Listens for Ctrl-C and SIGTERM while a function runs in this process. The first one aborts `signal`; the function then has
 * 5 s to clean up. A second one, or the end of that time, ends the process with all the programs it started.
 */
export class Interruption implements Disposable {
  readonly #controller = new AbortController()
  #exitCode: ExitCode | undefined

  constructor() {
    process.on('SIGINT', this.#onSignal)
    process.on('SIGTERM', this.#onSignal)
  }

  /** Its reason says with which signal the programs of the function end. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The exit code of a tool that was interrupted; undefined while it was not. */
  get exitCode(): ExitCode | undefined {
    return this.#exitCode
  }

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#onSignal)
    process.off('SIGTERM', this.#onSignal)
  }

  readonly #onSignal = (name: NodeJS.Signals): void => {
    const isSecond = this.#exitCode !== undefined
    const exitCode = name === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted
    const ending: EndingSignal = name === 'SIGTERM' ? 'SIGTERM' : 'SIGKILL'
    this.#exitCode = exitCode
    if (isSecond) end(exitCode)
    this.#controller.abort(jobEnd('the call was interrupted', ending))
    setTimeout(() => end(exitCode), graceMs).unref()
  }
}

/** Nothing that this process started outlives it. */
function end(exitCode: ExitCode): never {
  for (const pid of descendantsOf(process.pid)) killTree(pid, 'SIGKILL')
  process.exit(exitCode)
}
