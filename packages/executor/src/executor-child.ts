// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from 'node:child_process'
import { killTree, type Logger, messageOf, type OrphanGuard, startNodeChild } from '@halite/core'
import { ipcChannel, type MessageChannel } from './channel.ts'
import { decodeFromExecutor, encodeMessage, type FromExecutor, type ToExecutor } from './messages.ts'

/** Where the executor's code and the manifest of modules lie. */
export interface ExecutorFiles {
  /** The executor's entry point: a JavaScript file. */
  readonly executor: string
  /** URL or path of the module that exports `manifest`. */
  readonly manifest: string
}

/** How a process ended. */
export interface ProcessEnd {
  /** Completes a sentence about it: `exited with code 7`. */
  readonly how: string
  /** In short: `exit code 7`, `SIGKILL`. */
  readonly status: string
}

export interface ExecutorChildEvents {
  readonly onMessage: (message: FromExecutor) => void
  /** Called once, when the process has ended or could not be started. */
  readonly onEnd: (end: ProcessEnd) => void
  readonly log: Logger
  /** Kills the process when it outlives this one. */
  readonly orphans: OrphanGuard
}

/** How long a process that was asked to leave may take. */
const leaveMs = 2000
/** How long messages of a process that ended are waited for. */
const lastMessagesMs = 1000

/** What are no messages and may come from one process: a slip of a module, and not a flood. */
const maxDropped = 100

/** The child process that every executor is, whatever it is used for: started, spoken to, ended. */
export class ExecutorChild {
  readonly #child: ChildProcess
  readonly #channel: MessageChannel
  readonly #events: ExecutorChildEvents
  #gone = false
  #dropped = 0

  constructor(files: ExecutorFiles, events: ExecutorChildEvents) {
    this.#events = events
    this.#child = startNodeChild(files.executor, { args: [files.manifest] })
    events.orphans.watch(this.pid)
    this.#channel = ipcChannel(this.#child, {
      onMessage: (bytes) => this.#receive(bytes),
      // The end of the process follows, and says how.
      onClose: () => undefined,
    })
    this.#child.on('error', ({ message }) =>
      this.#end({ how: `could not be started: ${message}`, status: message }),
    )
    this.#child.once('exit', (code, signal) =>
      this.#endAfterMessages(
        signal === null
          ? { how: `exited with code ${code}`, status: `exit code ${code}` }
          : { how: `was ended by ${signal}`, status: signal },
      ),
    )
    // A full pipe would stop whoever writes.
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) =>
        events.log.debug('executor wrote', { text: chunk.toString('utf8').slice(0, 2000) }),
      )
    }
  }

  /** Its process id; 0 if it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Whether the process has ended. */
  get gone(): boolean {
    return this.#gone
  }

  /** Sends a message; one that the process does not live to read is lost. Throws when it cannot be packed. */
  send(message: ToExecutor): void {
    this.#channel.send(encodeMessage(message))
  }

  /** Ends the process and all that it started. */
  kill(): void {
    killTree(this.#child.pid, 'SIGKILL')
  }

  /** Lets a process without a job end by itself; programs that a job left running on purpose go on. */
  leave(): void {
    this.#channel.close()
    const timer = setTimeout(() => {
      if (!this.#gone) this.kill()
    }, leaveMs)
    timer.unref()
    this.#child.once('exit', () => clearTimeout(timer))
  }

  #receive(bytes: Uint8Array): void {
    try {
      this.#events.onMessage(decodeFromExecutor(bytes))
    } catch (error) {
      this.#drop(messageOf(error))
    }
  }

  /** A module that writes what are no messages fills neither the log nor the time of the daemon. */
  #drop(reason: string): void {
    const { log } = this.#events
    this.#dropped += 1
    if (this.#dropped === 1) log.warning('message of an executor dropped', { pid: this.pid, reason })
    if (this.#dropped !== maxDropped) return
    log.error('executor ended: it sends what are no messages', { pid: this.pid, dropped: this.#dropped })
    this.kill()
  }

  /** The end of a process may be heard of before the last messages that it sent. */
  #endAfterMessages(end: ProcessEnd): void {
    if (!this.#child.connected) {
      this.#end(end)
      return
    }
    const timer = setTimeout(() => this.#end(end), lastMessagesMs)
    this.#child.once('disconnect', () => {
      clearTimeout(timer)
      this.#end(end)
    })
  }

  #end(end: ProcessEnd): void {
    if (this.#gone) return
    this.#gone = true
    this.#events.orphans.forget(this.pid)
    this.#events.onEnd(end)
  }
}
