// SPDX-License-Identifier: Apache-2.0
import type { Layout } from './layout.ts'
import { readTrial, rollBack } from './trial.ts'

/** How often it is looked whether the trial is over. */
const lookMs = 200

/**
 * Waits until the trial under way is decided, and takes the way back when its deadline passes first, by a clock that nobody
 * sets. Resolves to whether it was taken. `isOver` ends the waiting.
 */
export async function watchDeadline(layout: Layout, isOver: () => boolean = () => false): Promise<boolean> {
  const trial = readTrial(layout)
  if (trial === undefined) return false
  const { version, deadlineMs, needs } = trial
  // Another version may be on trial meanwhile: its own start is watched.
  const isOnTrial = () => readTrial(layout)?.version === version
  const endsAtMs = performance.now() + deadlineMs
  while (performance.now() < endsAtMs) {
    await pause(lookMs)
    if (isOver() || !isOnTrial()) return false
  }
  const missing = needs === 'master' ? 'it did not reach a master' : 'it did not say that it works'
  return rollBack(layout, `it was not ready within ${deadlineMs / 1000} s: ${missing}`, version)
}

/** Resolves after `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
