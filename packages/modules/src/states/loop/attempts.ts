// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { isNumeric, plainNumber } from '@halite/core'
import type { StateContext } from '@halite/loader'

/** How long and how often something is tried. */
export interface Patience {
  /** Seconds. */
  readonly period: unknown
  /** Seconds. */
  readonly timeout: unknown
}

/** Why a patience is none; undefined for one that is. */
export function patienceProblem({ period, timeout }: Patience): string | undefined {
  if (!isNumeric(period)) return 'Period must be specified as a float in seconds'
  return isNumeric(timeout) ? undefined : 'Timeout must be specified as a float in seconds'
}

/**
 * Tries until `attempt` gives something else than undefined, which is the result; undefined when the time was over before.
 * Rejects with what `attempt` throws, and when the job is killed.
 */
export async function tryUntil<T>(
  ctx: StateContext,
  { period, timeout }: Patience,
  attempt: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const endMs = performance.now() + Number(plainNumber(timeout)) * 1000
  while (performance.now() < endMs) {
    const result = await attempt()
    if (result !== undefined) return result
    await pause(ctx, Number(plainNumber(period)))
  }
  return undefined
}

/** Waits, unless the job is killed. */
export async function pause(ctx: StateContext, seconds: number): Promise<void> {
  if (seconds > 0) await delay(seconds * 1000, undefined, { signal: ctx.signal })
}

/** Whether there is an execution function of this name. */
export async function isAvailable(ctx: StateContext, fun: string): Promise<boolean> {
  return (await ctx.modules.describe(fun)) !== undefined
}
