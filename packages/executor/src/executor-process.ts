// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from 'node:child_process'
import { killTree, type Logger, startNodeChild } from '@halite/core'
import { answerAsk, type DaemonCalls } from './asks.ts'
import { MemoryGuard, offerToOomKiller } from './memory-guard.ts'
import type {
  AskMessage,
  DoneMessage,
  FromExecutor,
  RunMessage,
  SetupMessage,
  ToExecutor,
} from './messages.ts'
import { failedResult, type PackedResult } from './result.ts'

/** Where the executor's code and the manifest of modules lie. */
export interface ExecutorFiles {
  /** The executor's entry point: a JavaScript file. */
  readonly executor: string
  /** URL or path of the module that exports `manifest`. */
  readonly manifest: string
}

interface Current {
  readonly jid: string
  readonly calls: DaemonCalls
  readonly resolve: (result: PackedResult) => void
}

interface ExecutorSettings {
  readonly log: Logger
  readonly memoryLimit: number
}

/** One executor: a child process that runs one job after the other and is killed as a whole tree. */
export class ExecutorProcess {
  readonly #child: ChildProcess
  readonly #log: Logger
  readonly #memoryLimit: number
  #current: Current | undefined
  #guard: MemoryGuard | undefined
  #gone = false

  /** `memoryLimit` in bytes: a job that makes the process larger is ended. */
  constructor(files: ExecutorFiles, setup: SetupMessage, { log, memoryLimit }: ExecutorSettings) {
    this.#log = log
    this.#memoryLimit = memoryLimit
    this.#child = startNodeChild(files.executor, { args: [files.manifest] })
    this.#child.on('message', (message) => this.#take(message as FromExecutor))
    this.#child.once('error', (error) => this.#ended(`could not be started: ${error.message}`))
    this.#child.once('exit', (code, signal) =>
      this.#ended(signal === null ? `exited with code ${code}` : `was ended by ${signal}`),
    )
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) =>
        this.#log.debug('executor wrote', { text: chunk.toString('utf8').slice(0, 2000) }),
      )
    }
    offerToOomKiller(this.pid)
    this.setup(setup)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get gone(): boolean {
    return this.#gone
  }

  setup(setup: SetupMessage): void {
    this.#send(setup)
  }

  /**
   * Runs a job to its end; until then the job may ask for `calls`. Never rejects: an executor that ends under a job is a
   * result that says so.
   */
  run(message: RunMessage, calls: DaemonCalls): Promise<PackedResult> {
    if (this.#gone)
      return Promise.resolve(failedResult('ERROR: the executor of the job could not be started'))
    return new Promise((resolve) => {
      this.#current = { jid: message.jid, calls, resolve }
      this.#guard = new MemoryGuard(this.pid, this.#memoryLimit, (bytes) => this.#grewTooLarge(bytes))
      this.#send(message)
    })
  }

  kill(): void {
    killTree(this.#child.pid, 'SIGKILL')
  }

  #send(message: ToExecutor): void {
    if (!this.#child.connected) return
    this.#child.send(message, (error) => {
      if (error) this.#log.debug('executor could not be told', { error: error.message })
    })
  }

  #take(message: FromExecutor): void {
    if (message.type === 'log') this.#log[message.level](message.message, message.fields)
    else if (message.type === 'done') this.#finish(message)
    else if (message.type === 'ask') void this.#answer(message)
  }

  /** Answers a job that runs; who asks without one gets nothing. */
  async #answer(message: AskMessage): Promise<void> {
    const calls = this.#current?.calls
    if (calls !== undefined) this.#send(await answerAsk(calls, message))
  }

  #grewTooLarge(bytes: number): void {
    const [used, limit] = [bytes, this.#memoryLimit].map((each) => Math.round(each / 1024 / 1024))
    this.#ended(`grew to ${used} MiB of memory, over the limit of ${limit}, and was ended`)
    this.kill()
  }

  #finish(message: DoneMessage): void {
    const current = this.#current
    if (current?.jid !== message.jid) return
    this.#current = undefined
    this.#guard?.stop()
    const { retcode, success, out } = message
    current.resolve({ return: message.return, retcode, success, out })
  }

  #ended(how: string): void {
    if (this.#gone) return
    this.#gone = true
    this.#guard?.stop()
    const current = this.#current
    this.#current = undefined
    current?.resolve(failedResult(`ERROR: the process that ran the job ${how} before the job returned`))
  }
}
