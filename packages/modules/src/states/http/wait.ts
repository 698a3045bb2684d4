// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { pythonStr, SaltError } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { type Check, checkAnswer } from './check-answer.ts'

interface Wait extends Check {
  /** Seconds. */
  readonly wait_for: number
}

/** Seconds. */
const defaultInterval = 1

/** Asks until the answer is as asked; gives the last result. */
export async function waitForAnswer(
  ctx: StateContext,
  { wait_for: seconds, ...check }: Wait,
): Promise<StateReturn> {
  const endMs = performance.now() + seconds * 1000
  for (;;) {
    const last = await checkAnswer(ctx, check)
    if (last.result !== false || performance.now() > endMs) return last
    await delay(intervalOf(check) * 1000, undefined, { signal: ctx.signal })
  }
}

function intervalOf({ kwargs }: Check): number {
  const { request_interval: given = defaultInterval } = kwargs
  const seconds = Number(given)
  if (Number.isFinite(seconds) && seconds >= 0) return seconds
  throw new SaltError('ARGUMENTS_INVALID', `request_interval must be seconds, not ${pythonStr(given)}`)
}
