// SPDX-License-Identifier: Apache-2.0
import { jobEnd, parseJid, SaltError, unpack } from '@halite/core'
import type { ApartCall, ApartContext, CalledResult, StateCall } from '@halite/loader'
import { type AskTable, receivedError } from '../asks.ts'
import type { ExecutorProcess } from '../executor-process.ts'
import type { RunMessage } from '../messages.ts'
import type { PackedResult } from '../result.ts'
import { SentStates } from './state-view.ts'

/** One call as such a process is given it. */
export interface ApartWork {
  readonly call: ApartCall
  /** The state that it is for. */
  readonly state: StateCall
  /** What the function may ask. */
  readonly asks: AskTable
  /** The services behind `asks` that are there. */
  readonly services: readonly string[]
  /** Milliseconds that it may take; infinity for any time. */
  readonly timeLimitMs: number
}

/** What returns of site code are read with. */
const limits = { maxBytes: 64 * 1024 * 1024, maxDepth: 256, maxValues: 1_000_000 }

/** A jid for a call outside a job. */
const noJid = parseJid('20000101000000000000')

/** One process beside a run of states: runs one function of the site at a time, and knows what it was sent of the run. */
export class ApartProcess {
  readonly #process: ExecutorProcess
  readonly #sent = new SentStates()

  constructor(process: ExecutorProcess) {
    this.#process = process
  }

  /** Whether it can run another call. */
  get usable(): boolean {
    return this.#process.usable
  }

  /** Rejects as the function does, and with `FUNCTION_LOST` when the process ends under it. */
  async run(
    ctx: ApartContext,
    { call, asks, services, timeLimitMs, ...work }: ApartWork,
  ): Promise<CalledResult> {
    const state = this.#sent.next(work.state)
    const cancel = () => this.#process.cancel(ctx.signal.reason)
    ctx.signal.addEventListener('abort', cancel, { once: true })
    const timer = timerOf(timeLimitMs, () => this.#process.cancel(tooLong(timeLimitMs)))
    try {
      const { positional, keywords, hook } = call
      const message = {
        ...messageOf(ctx, call),
        apart: { ...(positional && { positional }), ...(hook && { hook }), keywords, state, services },
      }
      const result = await this.#process.run(message, asks)
      ctx.signal.throwIfAborted()
      return received(call.fun, result)
    } finally {
      clearTimeout(timer)
      ctx.signal.removeEventListener('abort', cancel)
    }
  }

  /** As `ExecutorProcess.leave`. */
  leave(): void {
    this.#process.leave()
  }
}

function timerOf(ms: number, work: () => void): NodeJS.Timeout | undefined {
  return Number.isFinite(ms) ? setTimeout(work, ms) : undefined
}

function tooLong(ms: number): SaltError {
  return jobEnd(`it ran for more than ${ms / 1000} s, and was ended`, 'SIGKILL')
}

function messageOf({ job, id }: ApartContext, { kind, fun }: ApartCall): RunMessage {
  const { jid = noJid, user = '', tgt = id, tgtType = 'glob', ret = '' } = job ?? {}
  return { type: 'run', kind, fun, arg: [], jid: parseJid(jid), user, tgt, tgtType, ret }
}

/** A result without an error that failed is not the function's: its process is gone. */
function received(fun: string, { return: packed, retcode, success, error }: PackedResult): CalledResult {
  if (error !== undefined) throw receivedError(error)
  const value = unpack(packed, limits)
  if (success) return { value, retcode }
  throw new SaltError('FUNCTION_LOST', `${fun}: ${String(value).replace(/^ERROR: /, '')}`)
}
