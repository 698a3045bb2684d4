// SPDX-License-Identifier: Apache-2.0
import type { Logger, MinionId, RunOptions, RunResult } from '@halite/core'
import type { MachineFiles } from './machine-files.ts'

/** What a module that provides data for one minion works with: an external pillar, a module of `master_tops`. */
export interface SourceContext {
  /** The minion that the data is for. */
  readonly id: MinionId
  readonly grains: Readonly<Record<string, unknown>>
  /** Of the master, or of the masterless minion. */
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
  /** Files of the master. */
  readonly fs: MachineFiles
  /** Runs a program, never through a shell; it ends with `signal`. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** The full path of a program, as a shell finds it; undefined if it is not installed. */
  find(name: string): string | undefined
  /** Aborts when the result is no longer needed; pass it to every wait. */
  readonly signal: AbortSignal
}
