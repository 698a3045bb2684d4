// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { killTree, startNodeChild } from '@halite/core'
import { toolPath } from './repository.ts'
import { until } from './until.ts'

/** How a process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface DaemonProcessInit {
  /** `salt-master` or `salt-minion`. */
  readonly program: string
  readonly configDir: string
  readonly pidFile: string
  readonly logFile: string
  /** Arguments beside `-c`. */
  readonly args?: readonly string[]
}

interface Running {
  readonly child: ChildProcess
  readonly exited: Promise<Exit>
  isOver: boolean
}

const stopLimitMs = 5000

/** A daemon of the product in a process of its own, in the foreground. */
export class DaemonProcess {
  readonly #init: DaemonProcessInit
  #running: Running | undefined
  #output = ''

  constructor(init: DaemonProcessInit) {
    this.#init = init
  }

  /** The process id; 0 before the first start. */
  get pid(): number {
    return this.#running?.child.pid ?? 0
  }

  /** Resolves when the process that was started last has ended. */
  get exited(): Promise<Exit> {
    return this.#running?.exited ?? Promise.reject(new Error(`${this.#init.program} was never started`))
  }

  /** What stands in its log file. */
  log(): string {
    const { logFile } = this.#init
    return existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''
  }

  /** What it wrote to standard output and standard error, over all starts. */
  output(): string {
    return this.#output
  }

  /** Starts the process; resolves once it is ready, which is when it has written its pid file. Rejects when it ends before. */
  async start(): Promise<void> {
    if (this.#running && !this.#running.isOver) throw new Error(`${this.#init.program} runs already`)
    const running = this.#spawn()
    this.#running = running
    await until(`${this.#init.program} is ready`, () => running.isOver || this.#isReady(running))
    if (running.isOver) throw new Error(`${this.#init.program} ended at once: ${this.#output}`)
  }

  /** Signals the process alone; returns whether there was one. */
  kill(signal: NodeJS.Signals): boolean {
    return this.#running?.isOver === false && this.#running.child.kill(signal)
  }

  /** Ends the process: TERM, and if that does not help KILL for it and all it started. Resolves when it is gone. */
  async stop(): Promise<void> {
    const running = this.#running
    if (running === undefined || running.isOver) return
    const timer = setTimeout(() => killTree(running.child.pid, 'SIGKILL'), stopLimitMs)
    // One that is stopped would not hear it.
    running.child.kill('SIGCONT')
    running.child.kill('SIGTERM')
    await running.exited
    clearTimeout(timer)
  }

  #spawn(): Running {
    const { program, configDir, args = [] } = this.#init
    const child = startNodeChild(toolPath(program), { args: ['-c', configDir, ...args] })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString('utf8')
      })
    }
    const exited = new Promise<Exit>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve({ code, signal }))
    })
    const running: Running = { child, exited, isOver: false }
    const over = () => {
      running.isOver = true
    }
    exited.then(over, over)
    return running
  }

  #isReady({ child }: Running): boolean {
    const { pidFile } = this.#init
    return existsSync(pidFile) && readFileSync(pidFile, 'utf8').trim() === String(child.pid)
  }
}
