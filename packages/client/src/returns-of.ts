// SPDX-License-Identifier: Apache-2.0
import { type FullReturn, fullReturn, type MissingReturn, missingText, noReturn } from './answer.ts'
import type { BatchRun } from './batch-run.ts'
import type { ReturnShape } from './command-options.ts'
import type { JobRun } from './job-run.ts'

/** Waits for a run and gathers its returns: id → return, or full return. Without a run the map is empty. */
export function returnsOf(
  run: JobRun | BatchRun | undefined,
  shape: { fullReturn: true },
): Promise<Record<string, FullReturn>>
export function returnsOf(
  run: JobRun | BatchRun | undefined,
  shape: ReturnShape,
): Promise<Record<string, unknown>>
export async function returnsOf(
  run: JobRun | BatchRun | undefined,
  { fullReturn: full = false, showTimeout = false }: ReturnShape,
): Promise<Record<string, unknown>> {
  if (run === undefined) return {}
  const { jid } = run
  const missing = (answer: MissingReturn) =>
    full ? noReturn(answer, jid) : missingText(answer.status, answer.reason)
  const returns = new Map<string, unknown>()
  for await (const answer of run) {
    if (answer.type === 'return') returns.set(answer.id, full ? fullReturn(answer, jid) : answer.ret)
    else if (answer.type === 'missing' && showTimeout) returns.set(answer.id, missing(answer))
  }
  if (showTimeout) for (const id of run.unknown) returns.set(id, missing(unknownMinion(id)))
  return Object.fromEntries(returns)
}

/** An id that a list names and nobody has: its return will not come. */
export function unknownMinion(id: string): MissingReturn {
  return { type: 'missing', id, status: 'No response', reason: 'no accepted key under this id' }
}
