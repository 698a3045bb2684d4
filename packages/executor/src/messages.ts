// SPDX-License-Identifier: Apache-2.0
import type { Jid, MinionId } from '@halite/core'
import type { ReadSiteModule, SiteModule } from '@halite/loader'
import type { DaemonCalls } from './asks.ts'
import type { ReturnLimits } from './result.ts'

/** Daemon → executor: what the executor needs to know of the minion; sent first, and again when it changed. */
export interface SetupMessage {
  readonly type: 'setup'
  readonly id: MinionId
  readonly options: Readonly<Record<string, unknown>>
  readonly grains: Readonly<Record<string, unknown>>
  readonly pillar: Readonly<Record<string, unknown>>
  /** The site modules, one list for each of their directories; the first directory wins. */
  readonly site: readonly (readonly ReadSiteModule[])[]
  /** What may be returned. */
  readonly returnLimits: ReturnLimits
}

/** Daemon → executor: run this. One at a time. */
export interface RunMessage {
  readonly type: 'run'
  readonly jid: Jid
  readonly fun: string | readonly string[]
  readonly arg: readonly unknown[]
  readonly user: string
  readonly tgt: unknown
  readonly tgtType: string
  readonly ret: string
}

/** What is done with a site module: tell what it declares, whether it loads, which grains it finds. */
export type VisitTask = 'describe' | 'decide' | 'collect'

/** Daemon → executor: do this with each of these site modules, one after the other. Such an executor runs no job. */
export interface VisitMessage {
  readonly type: 'visit'
  readonly task: VisitTask
  readonly modules: readonly SiteModule[]
}

/** Executor → daemon: the job asks something of its minion; each is answered, in any order. */
export interface AskMessage {
  readonly type: 'ask'
  readonly seq: number
  readonly name: keyof DaemonCalls
  readonly args: readonly unknown[]
}

/** Daemon → executor: what became of the ask of that number. */
export interface AnswerMessage {
  readonly type: 'answer'
  readonly seq: number
  readonly value?: unknown
  /** Why there is no value. */
  readonly error?: string
}

/**
 * All that a daemon sends to an executor: `setup` first, and a `run` only when the last one was answered by `done`; or,
 * to one that is thrown away, `setup` and one `visit`.
 */
export type ToExecutor = SetupMessage | RunMessage | VisitMessage | AnswerMessage

/** Executor → daemon: ready for a job. */
export interface ReadyMessage {
  readonly type: 'ready'
}

/** Executor → daemon: the job ended. `return` is packed. */
export interface DoneMessage {
  readonly type: 'done'
  readonly jid: Jid
  readonly return: Uint8Array
  readonly retcode: number
  readonly success: boolean
  readonly out: string | undefined
}

/** Executor → daemon: the next module of a visit is done. */
export interface VisitedMessage {
  readonly type: 'visited'
  /** A description, a verdict, or a map of grains; absent with a problem. */
  readonly value?: unknown
  /** Why there is no value. */
  readonly problem?: string
}

/** Executor → daemon: a log line of the job. */
export interface LogMessage {
  readonly type: 'log'
  readonly level: 'trace' | 'debug' | 'info' | 'warning' | 'error' | 'critical'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * All that an executor sends: `ready` once, when it listens; one `done` for each `run`; one `visited` for each module of a
 * `visit`, in their order; log lines at any time.
 */
export type FromExecutor = ReadyMessage | DoneMessage | VisitedMessage | LogMessage | AskMessage
