// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { PillarRequest } from './settings.ts'
import type { Wish } from './worker-messages.ts'

/** A piece of work for a thread that compiles pillar. */
export interface Task {
  readonly wish: Wish
  readonly key: string
  readonly request: PillarRequest
  readonly settled: Promise<Uint8Array>
  readonly resolve: (value: Uint8Array) => void
  readonly reject: (error: Error) => void
  /** A thread ended while it had this among its work: it is done alone the next time. */
  isSuspect: boolean
}

/** The error of a task that ended its thread. */
export function endedBy({ request }: Task, reason: string): SaltError {
  return new SaltError(
    'REQUEST_FAILED',
    `the pillar of ${request.id} ended the thread that compiled it: ${reason}`,
    {
      hint: 'Look for a template, a renderer or an external pillar that loops without end or needs too much memory.',
    },
  )
}

/** What two requests share that want the same; empty for what is never shared. */
export function keyOf(
  wish: Wish,
  { id, pillarenv = '', saltenv = '', override, ext }: PillarRequest,
): string {
  return override === undefined && ext === undefined ? [wish, id, pillarenv, saltenv].join('\0') : ''
}

/** A task that nothing has begun yet. */
export function newTask(wish: Wish, key: string, request: PillarRequest): Task {
  let settle: Pick<Task, 'resolve' | 'reject'> | undefined
  const settled = new Promise<Uint8Array>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // A promise runs its function at once.
  return { wish, key, request, settled, isSuspect: false, ...(settle as Pick<Task, 'resolve' | 'reject'>) }
}
