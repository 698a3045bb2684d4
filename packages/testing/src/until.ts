// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'

const pauseMs = 20

type Falsy = undefined | null | false | 0 | ''

/**
 * Waits for a state: asks `condition` again and again until it gives something truthy, and resolves to that. Rejects with
 * `what` was waited for when `timeoutMs` have passed; by default long enough for a machine on which much else runs.
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeoutMs = 30_000,
): Promise<Exclude<T, Falsy>> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const value = await condition()
    // That it is truthy is more than `Exclude` can be told.
    if (value) return value as Exclude<T, Falsy>
    if (performance.now() > endMs) throw new Error(`waited ${timeoutMs} ms for: ${what}`)
    await delay(pauseMs)
  }
}
