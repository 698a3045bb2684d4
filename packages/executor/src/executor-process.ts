// SPDX-License-Identifier: Apache-2.0
import { endingSignalOf, isSaltError, jobEnd } from '@halite/core'
import { type AskTable, answerAsk } from './asks.ts'
import { BlockWatch } from './block-watch.ts'
import { ExecutorChild, type ExecutorFiles } from './executor-child.ts'
import type { BlockedLimit, ExecutorSettings } from './executor-settings.ts'
import type { FactPart } from './facts.ts'
import { MemoryGuard, offerToOomKiller } from './memory-guard.ts'
import {
  type AskMessage,
  type DoneMessage,
  type FromExecutor,
  type RunMessage,
  renewAsk,
} from './messages.ts'
import { failedResult, type PackedResult } from './result.ts'

interface Current {
  readonly jid: string
  readonly asks: AskTable
  readonly resolve: (result: PackedResult) => void
  /** Why it was aborted. */
  ended?: Error
  /** It was, by a limit that it broke, and not by anybody who wants it to end. */
  isLost?: boolean
}

/** The memory that a job may take beyond its limit while it cleans up. */
const memoryAllowance = 1.25

/** One executor: a child process that runs one job after the other and is killed as a whole tree. */
export class ExecutorProcess {
  readonly #child: ExecutorChild
  readonly #settings: ExecutorSettings
  readonly #seen: Partial<Record<FactPart, number>> = {}
  #current: Current | undefined
  #guard: MemoryGuard | undefined
  #watch: BlockWatch | undefined
  #graceTimer: NodeJS.Timeout | undefined
  #answerTimer: NodeJS.Timeout | undefined
  #isReady = false
  #isSpent = false
  #keepsPrograms = false
  #resolveEnded: () => void = () => undefined

  /** Resolves when the process has ended and nothing it left behind is there any more. */
  readonly ended: Promise<void> = new Promise((resolve) => {
    this.#resolveEnded = resolve
  })

  constructor(files: ExecutorFiles, settings: ExecutorSettings) {
    this.#settings = settings
    this.#child = new ExecutorChild(files, {
      log: settings.log,
      orphans: settings.orphans,
      onMessage: (message) => this.#receive(message),
      onEnd: ({ how }) => void this.#end(how),
    })
    offerToOomKiller(this.pid)
  }

  /** Its process id; 0 if it could not be started. */
  get pid(): number {
    return this.#child.pid
  }

  /** Whether it can run another job. */
  get usable(): boolean {
    return !this.#child.gone && !this.#isSpent && !this.#keepsPrograms
  }

  /**
   * Runs a job to its end; until then the job may ask what is in `asks`. Never rejects: an executor that ends under a job
   * is a result that says so.
   */
  run(
    message: RunMessage,
    asks: AskTable,
    blocked: BlockedLimit = { ms: this.#settings.blockedLimitMs ?? Number.POSITIVE_INFINITY },
  ): Promise<PackedResult> {
    if (!this.usable)
      return Promise.resolve(failedResult('ERROR: the executor of the job could not be started'))
    this.#update()
    return new Promise((resolve) => {
      this.#current = { jid: message.jid, asks: { ...asks, [renewAsk]: () => this.#update() }, resolve }
      this.#watchMemory()
      this.#watchTurns(blocked)
      this.#child.send(message)
    })
  }

  /**
   * Aborts the job: its programs end, its `finally` blocks run, and after a grace period the whole tree is killed. A second
   * call kills at once. The executor runs no other job.
   */
  cancel(reason: unknown): void {
    const current = this.#current
    if (current === undefined) return
    if (current.ended !== undefined) {
      this.kill()
      return
    }
    const signal = endingSignalOf(reason)
    const ended = isSaltError(reason)
      ? reason
      : jobEnd('the job was ended by SIGKILL before it returned', signal)
    current.ended = ended
    this.#isSpent = true
    const { killMs, termMs, answerMs } = this.#settings.graces
    this.#child.send({ type: 'cancel', signal, text: ended.message })
    // One that still starts has nothing to say yet.
    if (this.#isReady) this.#answerWithin(answerMs)
    this.#killAfter(signal === 'SIGTERM' ? termMs : killMs)
  }

  /** Kills the process tree at once. */
  kill(): void {
    this.#child.kill()
  }

  /** Ends it when it runs no job: one whose job was aborted with all that is left of it, any other one by itself. */
  leave(): void {
    if (this.#isSpent) this.kill()
    else this.#child.leave()
  }

  get #work(): string {
    return this.#settings.work ?? 'job'
  }

  #begun(): void {
    this.#isReady = true
    if (this.#current?.ended !== undefined) this.#answerWithin(this.#settings.graces.answerMs)
  }

  #update(): void {
    const { id, returnLimits, facts } = this.#settings
    const parts = facts.since(this.#seen)
    if (parts !== undefined) this.#child.send({ type: 'setup', id, returnLimits, parts })
  }

  #killAfter(ms: number): void {
    this.#graceTimer = setTimeout(() => this.kill(), ms)
  }

  #answerWithin(ms: number): void {
    this.#answerTimer = setTimeout(() => this.kill(), ms)
  }

  #receive(message: FromExecutor): void {
    if (message.type === 'log') this.#settings.log[message.level](message.message, message.fields)
    else if (message.type === 'done') this.#finish(message)
    else if (message.type === 'cancelling') clearTimeout(this.#answerTimer)
    else if (message.type === 'pong') this.#watch?.answered()
    else if (message.type === 'ready') this.#begun()
    else if (message.type === 'ask') void this.#answer(message)
  }

  /** Answers a job that runs; an ask without one gets nothing. */
  async #answer(message: AskMessage): Promise<void> {
    const asks = this.#current?.asks
    if (asks === undefined) return
    const answer = await answerAsk(asks, message)
    try {
      this.#child.send(answer)
    } catch {
      this.#child.send({ type: 'answer', seq: message.seq, error: { message: 'the answer cannot be sent' } })
    }
  }

  #watchMemory(): void {
    const { memoryLimit } = this.#settings
    this.#guard = new MemoryGuard(this.pid, memoryLimit, (bytes) => {
      const [used, limit] = [bytes, memoryLimit].map((each) => Math.round(each / 1024 / 1024))
      const text = `the process that ran the ${this.#work} grew to ${used} MiB of memory, over the limit of ${limit}, and was ended`
      this.#lose(text)
      this.#guard = new MemoryGuard(this.pid, memoryLimit * memoryAllowance, () => this.kill())
    })
  }

  #watchTurns({ ms: limitMs, applies }: BlockedLimit): void {
    if (limitMs === Number.POSITIVE_INFINITY) return
    const text = `the process that ran the ${this.#work} computed for more than ${limitMs / 1000} s without a pause, and was ended`
    this.#watch = new BlockWatch({
      pid: this.pid,
      limitMs,
      applies,
      onBlocked: () => this.#lose(text),
      ping: () => this.#child.send({ type: 'ping' }),
    })
  }

  /** It breaks a limit: what it ran is lost. */
  #lose(text: string): void {
    if (this.#current?.ended === undefined && this.#current !== undefined) this.#current.isLost = true
    this.cancel(jobEnd(text, 'SIGKILL'))
  }

  #finish({ jid, return: value, retcode, success, out, error, keepsPrograms }: DoneMessage): void {
    const current = this.#current
    if (current?.jid !== jid) return
    this.#settle()
    this.#keepsPrograms = keepsPrograms === true
    const { ended } = current
    // A job that was asked to end returns what it has; one that was killed has nothing to say.
    if (ended === undefined || endingSignalOf(ended) === 'SIGTERM') {
      current.resolve({ return: value, retcode, success, out, ...(error === undefined ? {} : { error }) })
    } else {
      const lost = current.isLost ? { lost: ended.message } : {}
      current.resolve({ ...failedResult(`ERROR: ${ended.message}`), ...lost })
    }
  }

  async #end(how: string): Promise<void> {
    const current = this.#current
    this.#settle()
    await this.#settings.clear(this.pid)
    this.#resolveEnded()
    const text =
      current?.ended?.message ??
      `the process that ran the ${this.#work} ${how} before the ${this.#work} returned`
    current?.resolve({ ...failedResult(`ERROR: ${text}`), lost: text })
  }

  #settle(): void {
    this.#current = undefined
    this.#guard?.stop()
    this.#watch?.stop()
    clearTimeout(this.#graceTimer)
    clearTimeout(this.#answerTimer)
  }
}
