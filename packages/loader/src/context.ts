// SPDX-License-Identifier: Apache-2.0

import type { DataMap, Logger, RunOptions, RunResult } from '@halite/core'
import type { MachineRegistry } from './machine-registry.ts'

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
  /** In the order in which they came to the minion. */
  runningJobs(): Promise<readonly RunningJob[]>
  /** Signals a job's process tree. Resolves to the text Salt prints; `''` when the jid is unknown. */
  signalJob(jid: string, signal: NodeJS.Signals): Promise<string>
  /** Collects all grains again and sends them to the masters. */
  refreshGrains(): Promise<void>
  /** Reads the file of static grains again and sends the grains to the masters: for when nothing else changed. */
  refreshStaticGrains(): Promise<void>
  /**
   * Asks the masters for the pillar again and holds it; with `cleanCache` one that they do not keep. Resolves to false when
   * none of them gave one.
   */
  refreshPillar(cleanCache?: boolean): Promise<boolean>
  /** Looks for site modules that are new, changed or gone; from then on they are what is called. */
  refreshModules(): Promise<void>
  /**
   * Has the daemon start again, from the release that starts by then, once no other job runs. The job with this id returns
   * nothing: the daemon answers it after the start. Resolves to false where nobody would start the daemon again.
   */
  restart(jid: string): Promise<boolean>
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

/** Something that a job makes outside its process, and that must not stay when the process is killed. */
export type Leftover =
  | { readonly kind: 'mount'; readonly path: string }
  /** A file or link, or a directory that is empty by then. */
  | { readonly kind: 'file'; readonly path: string }
  /** A program, with when it started (`processStart`), and its descendants. */
  | { readonly kind: 'program'; readonly pid: number; readonly started: string }
  /** A program that is about to be started with this mark (`processesMarked`), and its descendants. */
  | { readonly kind: 'start'; readonly mark: string }
  /** Whatever runs with this directory as its root. */
  | { readonly kind: 'root'; readonly path: string }

/** What a job would leave behind if its process were killed before it could clean up. */
export interface Leftovers {
  /**
   * Notes on disk that `thing` has to be removed, before it is made; returns what takes the note back once it is removed.
   * A process that is killed in between leaves the note: what it names is removed by its daemon, at the latest when that
   * starts the next time, the last one first. Throws nothing: what cannot
   * be noted is logged.
   */
  note(thing: Leftover): () => void
}

/** What a module puts into the mine under a name. */
export interface MineEntry {
  readonly name: string
  readonly data?: unknown
  /** Who may read it, as a target; everybody if absent. */
  readonly allow_tgt?: string | readonly string[] | undefined
  readonly allow_tgt_type?: string | undefined
}

/** The mine of the masters: what minions leave there for others. Under `salt-call --local` it is a file of this machine. */
export interface MineContext {
  /** Id → data; of several names with commas between, or a list of them, name → id → data. */
  get(tgt: string | readonly string[], fun: string | readonly string[], tgtType: string): Promise<DataMap>
  /** Resolves to whether every master took it. With `clear` what is there under other names goes. */
  put(entries: readonly MineEntry[], clear: boolean): Promise<boolean>
  delete(name: string): Promise<boolean>
  flush(): Promise<boolean>
}

/** What a grain module sees. */
export interface GrainContext {
  readonly id: string
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
  readonly signal: AbortSignal
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** The registry of Windows; empty elsewhere. */
  readonly windowsRegistry: MachineRegistry
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

/** What a called function returned. */
export interface CalledResult {
  readonly value: unknown
  /** As that of a job: 0, or why it counts as failed. */
  readonly retcode: number
}

/** Definitions of Windows packages that come from git. */
export interface WinrepoContext {
  /**
   * Fetches and checks out the remotes of `winrepo_remotes` and `winrepo_remotes_ng`: remote → directory. With `clean` other
   * directories beside them are removed. Rejects with `CONFIG_INVALID` and `GIT_FAILED`.
   */
  updateGitRepos(clean: boolean): Promise<Readonly<Record<string, string>>>
}
