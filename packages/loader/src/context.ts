// SPDX-License-Identifier: Apache-2.0
import type { Logger, RunOptions, RunResult } from '@halite/core'
import type { FunctionKind, ModuleKind } from './kinds.ts'
import type { DescribedFunction } from './site/describe.ts'

/** Facts of the job a function runs for. */
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
  /** 0 while it waits for its turn. */
  readonly pid: number
  /** It waits for its turn, as `process_count_max` jobs run. */
  readonly queued?: boolean
  readonly queue_type?: string
}

/** What a module may ask of the daemon that runs it; absent under `salt-call`, which has none. */
export interface DaemonContext {
  runningJobs(): Promise<readonly RunningJob[]>
  /** Signals a job's process tree. Resolves to the text Salt prints; `''` when the jid is unknown. */
  signalJob(jid: string, signal: NodeJS.Signals): Promise<string>
  /** Collects all grains again and tells the masters. */
  refreshGrains(): Promise<void>
  /** Reads the file of static grains again and tells the masters: when that is all that changed. */
  refreshStaticGrains(): Promise<void>
  /** Asks the masters for the pillar again and holds it. Resolves to false when none of them gave one. */
  refreshPillar(): Promise<boolean>
  /** Looks for site modules that are new, changed or gone; from then on they are what is called. */
  refreshModules(): Promise<void>
}

/** What a module may ask of the masters; absent under `salt-call --local`. */
export interface MastersContext {
  /** Fires `minion/<id>/<tag>` on every master. Resolves to whether all of them took it within `timeoutMs`. */
  fireEvent(tag: string, data: unknown, timeoutMs: number): Promise<boolean>
  /**
   * Asks every master to delete the key of this minion. Resolves to whether all of them agreed; their sessions end, so
   * the return of the job may not arrive.
   */
  revokeAuth(preserveMinionCache: boolean): Promise<boolean>
}

/** What a grain module sees. */
export interface GrainContext {
  readonly id: string
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
  readonly signal: AbortSignal
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
}

/** The loader as modules see it. `kind` says which modules are meant; default those of execution. */
export interface ModuleCatalogue {
  /** All function names, `module.function`, sorted. */
  functionNames(kind?: FunctionKind): Promise<readonly string[]>
  /** All module names under which functions can be called, sorted. */
  moduleNames(kind?: FunctionKind): Promise<readonly string[]>
  /** Names of the modules of a kind that has no functions, sorted. */
  objectNames(kind: Exclude<ModuleKind, FunctionKind>): readonly string[]
  /** Module name → the file that provides it. */
  providers(): Promise<Readonly<Record<string, string>>>
  /** Files that provide no module here, because they declined or are broken, sorted. */
  notLoaded(): Promise<readonly string[]>
  /** What a function declares: to document or call it. Undefined when it does not exist or its module is broken. */
  describe(name: string, kind?: FunctionKind): Promise<DescribedFunction | undefined>
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
