// SPDX-License-Identifier: Apache-2.0
import type { DataMap, Logger, MinionId, RunOptions, RunResult } from '@halite/core'
import type { MachineFiles } from './machine-files.ts'
import type { Rule } from './module-rules.ts'

/** The minion that asks what its top is. */
export interface TopsRequest {
  readonly id: MinionId
  readonly grains: Readonly<Record<string, unknown>>
}

/** What a module of `master_tops` works with. */
export interface TopsContext extends TopsRequest {
  /** Of the master, or of the masterless minion. */
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
  /** Files of the master. */
  readonly fs: MachineFiles
  /** Runs a program, never through a shell; it ends with `signal`. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** The full path of a program, as a shell finds it; undefined when it is not installed. */
  find(name: string): string | undefined
  /** Aborts when nobody waits any more; every wait takes it. */
  readonly signal: AbortSignal
}

/** A source of top data beside the top files, as the option `master_tops` names it. */
export interface MasterTops {
  readonly name: string
  readonly doc: string
  /**
   * Environment → names of sls files, for one minion; or nothing. `config` is the value of the name in `master_tops`.
   * What it throws is logged where it runs, and costs the minion this source alone.
   */
  top(ctx: TopsContext, config: unknown): Promise<DataMap | undefined> | DataMap | undefined
}

/** Declares a module of `master_tops`: the default export of its file. */
export function defineTops(tops: MasterTops): MasterTops {
  return tops
}

/** The rule of modules of `master_tops`. */
export const topsProblem: Rule = ({ top }) =>
  typeof top === 'function' ? undefined : 'top must be a function'
