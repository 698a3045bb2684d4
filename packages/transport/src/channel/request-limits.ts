// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { Handler } from './handlers.ts'
import type { Session } from './session.ts'

/** Which request of a session this is, and when it came. */
export interface LimitedRequest {
  readonly session: Session
  readonly name: string
  readonly nowMs: number
}

/** Counts a request against what its handler allows one session. Throws `BUSY` when that is used up. */
export function limitRequest(handler: Handler, { session, name, nowMs }: LimitedRequest): void {
  if (handler.isAlone && session.alone.has(name)) {
    throw new SaltError('BUSY', `a request ${name} of this session is under way`)
  }
  if (handler.often === undefined) return
  const { most, everyMs } = handler.often
  session.spent ??= new Map()
  const spent = session.spent.get(name) ?? { times: 0, atMs: nowMs }
  session.spent.set(name, spent)
  spent.times = Math.max(0, spent.times - (nowMs - spent.atMs) / everyMs)
  spent.atMs = nowMs
  if (spent.times + 1 > most) throw new SaltError('BUSY', `this session requests ${name} too often`)
  spent.times += 1
}
