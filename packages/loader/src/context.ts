// SPDX-License-Identifier: Apache-2.0
import type { Logger, MinionId, RunOptions, RunResult } from '@halite/core'
import type { Fn } from './define.ts'

/** Facts of the job a function runs for; absent under `salt-call`. */
export interface JobContext {
  readonly jid: string
  readonly user: string
  readonly tgt: unknown
  readonly tgtType: string
  readonly fun: string
  /** The arguments as they were published. */
  readonly arg: readonly unknown[]
  readonly ret: string
}

/** A job as `saltutil.running` shows it. */
export interface RunningJob {
  readonly jid: string
  readonly fun: string
  readonly arg: readonly unknown[]
  readonly tgt: unknown
  readonly tgt_type: string
  readonly ret: string
  readonly user: string
  readonly pid: number
}

/** What a module may ask of the daemon that runs it; absent under `salt-call --local`. */
export interface DaemonContext {
  runningJobs(): readonly RunningJob[]
  /** Signals a job's process tree. Resolves to the text Salt prints; `''` when the jid is unknown. */
  signalJob(jid: string, signal: NodeJS.Signals): Promise<string>
  /** Collects all grains anew and tells the masters. */
  refreshGrains(): Promise<void>
}

/** What a grain module sees. */
export interface GrainContext {
  readonly id: string
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
  readonly signal: AbortSignal
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
}

/** What an execution function sees: everything it may touch comes through here. */
export interface ExecContext {
  readonly id: MinionId
  /** The minion's configuration, read-only. */
  readonly options: Readonly<Record<string, unknown>>
  readonly grains: Readonly<Record<string, unknown>>
  readonly pillar: Readonly<Record<string, unknown>>
  /** Tagged with jid and function. */
  readonly log: Logger
  /** Aborts when the job is killed; every wait takes it. */
  readonly signal: AbortSignal
  readonly job: JobContext | undefined
  readonly daemon: DaemonContext | undefined
  /** Scratch space shared by the functions of one job. */
  readonly memo: Map<string, unknown>
  /** Calls another function: `await ctx.call('pkg.version', { name: 'vim' })`. */
  call(fun: string, kwargs?: Readonly<Record<string, unknown>>): Promise<unknown>
  /** Runs a program, never through a shell. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** What the loader knows: for `sys.*`. */
  readonly modules: ModuleCatalogue
}

/** The loader as modules see it. */
export interface ModuleCatalogue {
  /** All function names, `module.function`, sorted. */
  functionNames(): Promise<readonly string[]>
  /** All module names under which functions can be called, sorted. */
  moduleNames(): Promise<readonly string[]>
  /** Module name → the file that provides it. */
  providers(): Promise<Readonly<Record<string, string>>>
  /** Files that provide no module here, because they declined or are broken, sorted. */
  notLoaded(): Promise<readonly string[]>
  /** What a function declares: to document or call it. Undefined when it does not exist or its module is broken. */
  find(name: string): Promise<Fn | undefined>
}

/** A return value with a retcode of its own: `return failed(value, 2)`. */
export class Failed {
  readonly value: unknown
  readonly retcode: number

  constructor(value: unknown, retcode: number) {
    this.value = value
    this.retcode = retcode
  }
}

/** Ends a function with `value` as its return and `retcode` as its code. */
export function failed(value: unknown, retcode: number): Failed {
  return new Failed(value, retcode)
}
