// SPDX-License-Identifier: Apache-2.0
import type { DataMap, Jid, Logger, MinionId } from '@halite/core'
import type { Args } from './arguments.ts'
import type { Leftovers, WinrepoContext } from './context.ts'
import type { FnInput } from './define.ts'
import type { FileserverContext } from './fileserver-context.ts'
import type { Late } from './late.ts'
import type { Fn } from './module.ts'
import type { OrchestrationCalls, SkippedMinion } from './orchestration.ts'
import type { RunPrograms } from './services/run.ts'
import type { ExecContext } from './services/table.ts'

/** The states a minion's key can be in, named as Salt's directories. */
export type KeyState = 'minions' | 'minions_pre' | 'minions_rejected' | 'minions_denied'

/** State → ids, as `salt-key -L --out json` prints it. */
export type KeysByState = Readonly<Partial<Record<KeyState, readonly string[]>>>

/** Which states an action looks at besides its own. */
export interface KeyScope {
  readonly includeAccepted?: boolean
  readonly includeRejected?: boolean
  readonly includeDenied?: boolean
}

/**
 * Keys by their ids: an id, a glob, or several of both with commas between; or a list of such texts. A text that is the id
 * of a key, or the name of its file, means that key alone, whatever it holds.
 */
export type KeyNames = string | readonly string[]

/** Which keys: as `KeyNames` says, or the ids themselves, by the state they are in now. */
export type KeySelection = KeyNames | KeysByState

/**
 * The keys of minions. What selects nothing does nothing. A file whose name is no minion id is listed under that name,
 * escaped (`escapedName`); it can be shown and deleted, and never accepted or rejected.
 */
export interface KeysContext {
  listAll(): Late<KeysByState>
  match(match: KeyNames): Late<KeysByState>
  /** Accepts pending keys, and those the scope adds. Returns the ids it accepted, by their new state. */
  accept(keys: KeySelection, scope?: KeyScope): Late<KeysByState>
  /** Rejects pending keys, and those the scope adds. Returns the ids it rejected, by their new state. */
  reject(keys: KeySelection, scope?: KeyScope): Late<KeysByState>
  /**
   * Deletes keys of every state and returns them, by the state they were in. When it returns, every session of a
   * removed minion has ended and the group key is a new one.
   */
  delete(keys: KeySelection): Late<KeysByState>
  /**
   * Resolves when what was accepted, rejected and deleted before is on the disk, so that a power failure takes none of it
   * back. To be awaited before the change is reported. Rejects with the system's error.
   */
  durable(): Promise<void>
  /** State → id → fingerprint. */
  finger(match: KeyNames): Late<Readonly<Partial<Record<KeyState, Readonly<Record<string, string>>>>>>
  /** State → id → PEM text. */
  print(match: KeyNames): Late<Readonly<Partial<Record<KeyState, Readonly<Record<string, string>>>>>>
  /** The master's own fingerprint and PEM. */
  master(): Late<{ readonly fingerprint: string; readonly pem: string }>
}

/** A job as it is listed: what was asked. */
export interface ListedJob {
  readonly jid: Jid
  readonly fun: string | readonly string[]
  readonly arg: readonly unknown[]
  readonly tgt: unknown
  readonly tgt_type: string
  readonly user: string
  /** What the caller noted on it. */
  readonly metadata?: unknown
}

/** A job as it is stored: also of whom it was asked. */
export interface StoredJob extends ListedJob {
  readonly minions: readonly string[]
  /** Of a batch only. */
  readonly batch?: {
    /** Minions that were skipped or did not return, and why; absent until the batch is over. */
    readonly missing?: readonly SkippedMinion[]
  }
}

/** A return as it is stored, with the value unpacked. */
export interface StoredReturn {
  readonly id: string
  readonly return: unknown
  readonly retcode: number
  readonly success: boolean
  readonly out?: string
}

/** Which jobs, and in what order. `from` and `to` are jids or the first digits of some; both ends belong to the range. */
export interface JobRange {
  /** Made then or later; default all. */
  readonly from?: string | undefined
  /** Made then or earlier; default all. */
  readonly to?: string | undefined
  /** Default oldest first. */
  readonly newestFirst?: boolean
}

/** How a batch stands that is under way. */
export interface BatchStatus extends Omit<ListedJob, 'arg' | 'metadata'> {
  /** Minions it is for. */
  readonly total: number
  /** How many have returned. */
  readonly completed: number
  /** Minions that have the job now. */
  readonly active: readonly string[]
  /** Whose turn has not come. */
  readonly pending: number
  /** How many returned with a code that is not 0, or did not return. */
  readonly failed: number
  readonly batch_size: number
  /** Nothing more is begun, and why. */
  readonly halted: boolean
  readonly halted_reason: string
  /** When it last got on, by the wall clock. */
  readonly progressWallMs: number
}

/** What the master remembers of jobs. */
export interface JobsContext {
  load(jid: Jid): Late<StoredJob | undefined>
  /** By id. */
  returns(jid: Jid): Late<readonly StoredReturn[]>
  /** Reads jobs as they are taken, and no return. May be left early, and taken from over several turns of the loop. */
  list(range?: JobRange): Iterable<ListedJob> | AsyncIterable<ListedJob>
  /** Jobs with connected minions that acknowledged and have not returned. */
  active(): Late<
    readonly {
      readonly job: StoredJob
      readonly running: readonly string[]
      readonly returned: readonly string[]
    }[]
  >
  /** Keeps a batch that is under way from going on to further minions. False when no such batch is under way. */
  stopBatch(jid: Jid, reason: string): Late<boolean>
  /** The batches under way, oldest first. */
  batches(): Late<readonly BatchStatus[]>
  /** Kills a job on these minions. Resolves once they are notified, not once it has ended. */
  kill(jid: Jid, ids: readonly string[]): Promise<void>
  /** The runners that run now. */
  runs(): Late<readonly RunningRun[]>
  /** Ends a runner. False when it does not run. */
  stopRun(jid: Jid, reason: string): Late<boolean>
}

/** A runner that runs. */
export interface RunningRun {
  readonly jid: Jid
  readonly fun: string
  readonly user: string
  readonly pid: number
}

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

/** Whose pillar is wanted, and how. */
export interface PillarWish {
  /** A minion, or `*`: what one would get of which nothing is known. */
  readonly id: string
  /** Grains that win over those the master knows. */
  readonly grains?: Readonly<Record<string, unknown>>
  readonly pillarenv?: string | undefined
  readonly saltenv?: string | undefined
}

/** The top files that count, merged: environment → target → what stands there; and what went wrong. */
export interface PillarTop {
  readonly top: DataMap
  readonly errors: readonly string[]
}

/** Pillar as the master compiles it. */
export interface PillarsContext {
  /** Compiled now. Rejects when it takes too long. */
  compile(wish: PillarWish): Promise<DataMap>
  top(wish: PillarWish): Promise<PillarTop>
  /** Whether `pillar_cache` keeps pillars. */
  isKept(): Late<boolean>
  /** What is kept of a minion: environment, empty for all of them → pillar. */
  kept(id: MinionId): Promise<DataMap>
  /** Forgets what is kept of a minion. */
  clear(id: MinionId): Promise<void>
  /** Fetches remotes of git that `ext_pillar` names. Rejects with `COMMAND_FAILED` when there is no such remote. */
  fetch(choice: PillarRemoteChoice): Promise<PillarFetch>
}

/** Which remotes are fetched; all where nothing is said. */
export interface PillarRemoteChoice {
  readonly branch?: string | undefined
  /** A URL, or the parameter `name`. */
  readonly repo?: string | undefined
}

/** What was fetched. */
export interface PillarFetch {
  /** Remote → true for what is new, null for nothing, false for a failure. */
  readonly remotes: Readonly<Record<string, boolean | null>>
  readonly failures: readonly string[]
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
