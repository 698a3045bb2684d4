// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  isMap,
  type Jid,
  JidClock,
  jobEnd,
  type Logger,
  type MinionId,
  type MinionOptions,
  messageOf,
  sizeOf,
  valueAt,
} from '@halite/core'
import type { ExecutorPool, PackedResult } from '@halite/executor'
import type { CallReturn } from '@halite/protocol'

/** What the mine is updated with. */
export interface MineScheduleInit {
  readonly id: MinionId
  readonly options: MinionOptions
  readonly pool: Pick<ExecutorPool, 'run'>
  /** Whether there is a master to send data to. */
  readonly isUp: () => boolean
  readonly pillar: () => DataMap
  /** Has the master keep what an update returned, as `mine_return_job` wants it. */
  readonly report: (call: CallReturn) => void
  /** Milliseconds that only go forward. */
  readonly nowMs: () => number
  readonly log: Logger
}

/**
 * Runs `mine.update` in an executor: soon after the minion has its first pillar, then every `mine_interval` minutes. Where
 * no functions are configured, nothing is started.
 */
export class MineSchedule {
  readonly #init: MineScheduleInit
  readonly #jids = new JidClock()
  readonly #controller = new AbortController()
  #nextMs = 0
  #isRunning = false

  constructor(init: MineScheduleInit) {
    this.#init = init
  }

  /** To be called every few seconds, once there is a pillar. */
  tick(): void {
    const { isUp, nowMs, options } = this.#init
    if (this.#isRunning || !isUp() || nowMs() < this.#nextMs || !this.#isWanted()) return
    this.#nextMs = nowMs() + options.mine_interval * 60_000
    this.#isRunning = true
    void this.#update().finally(() => {
      this.#isRunning = false
    })
  }

  /** Ends an update that is under way; none is begun any more. */
  close(): void {
    this.#nextMs = Number.POSITIVE_INFINITY
    this.#controller.abort(jobEnd('the minion was stopped', 'SIGTERM'))
  }

  #isWanted(): boolean {
    const { options, pillar } = this.#init
    if (!options.mine_enabled || options.mine_interval <= 0) return false
    const inPillar = valueAt(pillar(), 'mine_functions')
    return sizeOf(options.mine_functions) > 0 || (isMap(inPillar) && sizeOf(inPillar) > 0)
  }

  async #update(): Promise<void> {
    const { id, options, pool, log } = this.#init
    const jid = this.#jids.next()
    const call = {
      jid,
      fun: 'mine.update',
      arg: [],
      user: options.user,
      tgt: id,
      tgtType: 'glob',
      ret: '',
    } as const
    try {
      const result = await pool.run({
        message: { type: 'run', kind: 'execution', ...call },
        signal: this.#controller.signal,
        onStart: () => undefined,
      })
      if (!result.success) log.error('the mine was not updated', { jid })
      if (options.mine_return_job) this.#report(jid, result)
    } catch (error) {
      log.error('the mine was not updated', { jid, reason: messageOf(error) })
    }
  }

  #report(jid: Jid, { return: value, retcode, success, out }: PackedResult): void {
    const outputter = out === undefined ? {} : { out }
    this.#init.report({
      jid,
      fun: 'mine.update',
      fun_args: [],
      return: Buffer.from(value),
      retcode,
      success,
      ...outputter,
    })
  }
}
