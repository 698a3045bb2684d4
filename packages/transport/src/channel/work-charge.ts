// SPDX-License-Identifier: Apache-2.0
import type { Session } from './session.ts'
import { WorkBudget, type WorkLimits } from './work-budget.ts'
import { WorkMeter } from './work-meter.ts'

/** Charges sessions with the work that their frames cause. */
export class WorkCharge {
  readonly #limits: WorkLimits | undefined
  /** Created with the first frame that is charged. */
  #meter: WorkMeter | undefined

  /** Without limits nothing is charged. */
  constructor(limits: WorkLimits | undefined) {
    this.#limits = limits
  }

  /** Charges a frame that took `workMs` until `nowMs`. Returns how long the session must not be read, ms; 0 within its budget. */
  waitMs(session: Session, bytes: number, { workMs, nowMs }: { workMs: number; nowMs: number }): number {
    if (this.#limits === undefined) return 0
    session.budget ??= new WorkBudget(this.#limits, nowMs)
    this.#meter ??= new WorkMeter(nowMs)
    return session.budget.spend(bytes, this.#meter.workOf(workMs, nowMs), nowMs)
  }
}
