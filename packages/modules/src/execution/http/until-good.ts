// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { isTruthy } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { QueryValues } from './arguments.ts'
import { type QueryResult, query } from './query.ts'

interface Wait extends QueryValues {
  /** Seconds. */
  readonly wait_for: number
  /** Seconds. */
  readonly request_interval: number
}

/** Asks until there is no error; gives what was answered last, and rejects with what the last attempt threw. */
export async function queryUntilGood(ctx: ExecContext, args: Wait): Promise<QueryResult> {
  const endMs = performance.now() + args.wait_for * 1000
  for (;;) {
    const last = await query(ctx, args).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    ctx.signal.throwIfAborted()
    const isGood = 'result' in last && !isTruthy(last.result['error'] ?? null)
    if (isGood || performance.now() > endMs) {
      if ('result' in last) return last.result
      throw last.error
    }
    await delay(args.request_interval * 1000, undefined, { signal: ctx.signal })
  }
}
