// SPDX-License-Identifier: Apache-2.0
import { type FullReturn, fullReturn } from './answer.ts'
import type { BatchRun } from './batch-run.ts'
import type { JobRun } from './job-run.ts'

/** Waits for a run and gathers its returns: id → return, or full return. Without a run the map is empty. */
export function returnsOf(run: JobRun | BatchRun | undefined, full: true): Promise<Record<string, FullReturn>>
export function returnsOf(run: JobRun | BatchRun | undefined, full: boolean): Promise<Record<string, unknown>>
export async function returnsOf(
  run: JobRun | BatchRun | undefined,
  full: boolean,
): Promise<Record<string, unknown>> {
  const returns: Record<string, unknown> = {}
  if (run === undefined) return returns
  for await (const answer of run) {
    if (answer.type === 'return') returns[answer.id] = full ? fullReturn(answer, run.jid) : answer.ret
  }
  return returns
}
