// SPDX-License-Identifier: Apache-2.0
import type { DataMap, Logger, MinionId } from '@halite/core'
import type { Args } from './arguments.ts'
import type { Leftovers, WinrepoContext } from './context.ts'
import type { FnInput } from './define.ts'
import type { FileserverContext } from './fileserver-context.ts'
import type { JobsContext } from './jobs-context.ts'
import type { KeysContext } from './keys-context.ts'
import type { Late } from './late.ts'
import type { Fn } from './module.ts'
import type { OrchestrationCalls } from './orchestration.ts'
import type { PillarsContext } from './pillars-context.ts'
import type { RunPrograms } from './services/run.ts'
import type { ExecContext } from './services/table.ts'

/** What the master knows of connections. */
export interface Presence {
  readonly id: MinionId
  readonly connected: boolean
  /** Why it is not connected, in words; empty when it is. */
  readonly reason: string
  readonly version: string
  /** Host and port it connects from, as in `192.0.2.7:51234`; empty when it has no session. */
  readonly address: string
  /**
   * More than one daemon lives under this id, as when a machine was cloned with its key, or the key was stolen: where each
   * connects from, empty where that is not known. Else absent or empty.
   */
  readonly duplicates?: readonly string[]
}

/** What is asked of the mine. `fun` may be several names, with commas between, or a list. */
export interface MineQuestionOfMaster {
  readonly tgt: string | readonly string[]
  readonly tgt_type: string
  readonly fun: string | readonly string[]
}

/** A function to run on minions, and how many seconds those are waited for that do not return. */
export interface MinionJob {
  readonly fun: string
  readonly arg: readonly unknown[]
  readonly tgt: string | readonly string[]
  readonly tgt_type: string
  readonly timeout: number
}

/** A run on the master itself. */
export interface MasterMinionRun {
  /** Default: that of the runner. */
  readonly jid?: string | undefined
  readonly fun: string
  readonly saltenv?: string | undefined
  readonly pillarenv?: string | undefined
}

/** What runners and wheel modules see. */
export interface MasterContext extends OrchestrationCalls {
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
  /** Aborts when the runner is killed; every wait takes it. */
  readonly signal: AbortSignal
  readonly keys: KeysContext
  /** Absent when there is no running master (`salt-key` on files alone). */
  readonly jobs: JobsContext | undefined
  /** Absent when there is no running master. */
  readonly fileserver: FileserverContext | undefined
  /** Every accepted id; absent when there is no running master. */
  readonly presence: (() => Late<readonly Presence[]>) | undefined
  /** The grains that a minion last sent; undefined when the master has none. */
  grains(id: MinionId): Late<Readonly<Record<string, unknown>> | undefined>
  /** The pillar it holds; undefined when the master has sent it none since it started. */
  pillar(id: MinionId): Late<DataMap | undefined>
  /** Runs programs, never through a shell. */
  readonly run: RunPrograms
  readonly winrepo: WinrepoContext
  /**
   * Execution functions, files and templates on the machine of the master; it serves itself no files, and has no grains and no
   * pillar. Absent on the loop of the master, where the wheel runs.
   */
  readonly local: ExecContext | undefined
  /** Notes what must not stay when the runner is killed before it can clean up. */
  readonly leftovers: Leftovers
  readonly pillars: PillarsContext
  /** The mine: id → data, or of several names, name → id → data. Rejects with `TARGET_INVALID`. */
  readonly mine: { get(question: MineQuestionOfMaster): Promise<DataMap> }
  /** Runs a function on minions, in the name of the master: id → return, of those that returned in time. */
  ask(job: MinionJob): Promise<DataMap>
  /**
   * What execution functions and states see that run on the master itself: its files, grains of its machine, the pillar of
   * `<id>_master`. `jid` is that of the run, which may be paused by it.
   */
  asMinion(run: MasterMinionRun): Promise<ExecContext>
  /** Fires `salt/run/<jid>/progress` with this data, for those who follow the runner. */
  progress(data: unknown): Late<void>
  /**
   * Fires an event on the bus, for those who watch what a runner does over hours: its tag begins with `salt/update/`. Rejects
   * with `VALUE_MALFORMED` for another tag, so that nothing which a runner says passes for a job, a key or a minion.
   */
  fireEvent(tag: string, data: DataMap): Late<void>
}

/** Declares a function of a runner or wheel module. */
// biome-ignore lint/complexity/noBannedTypes: an empty record of arguments
export function masterFn<const A extends Args = {}, R = unknown>(
  input: FnInput<A, MasterContext, R>,
): Fn<A, MasterContext, R> {
  return { examples: [], args: {} as A, inline: false, ...input }
}
