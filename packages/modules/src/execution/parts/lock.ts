// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { type DirectoryLock, isSaltError, lockDirectory } from '@halite/core'
import type { ExecContext } from '@halite/loader'

const patienceMs = 10_000
const pauseMs = 20

/** Something in a directory that one job or call at a time may change. */
export interface Locked {
  readonly directory: string
  readonly name: string
}

/** Works while nobody else does. Rejects with `ALREADY_RUNNING` when it is not free within 10 s. */
export async function withLock<T>(
  { signal }: ExecContext,
  locked: Locked,
  work: () => T | Promise<T>,
): Promise<T> {
  const lock = await takeLock(locked, signal)
  try {
    return await work()
  } finally {
    lock.release()
  }
}

async function takeLock({ directory, name }: Locked, signal: AbortSignal): Promise<DirectoryLock> {
  const endMs = performance.now() + patienceMs
  for (;;) {
    try {
      return lockDirectory(directory, name)
    } catch (error) {
      if (!isSaltError(error, 'ALREADY_RUNNING') || performance.now() > endMs) throw error
      await delay(pauseMs, undefined, { signal })
    }
  }
}
