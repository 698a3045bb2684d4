// SPDX-License-Identifier: Apache-2.0
import type { Jid, MinionId } from '@halite/core'

/** Daemon → executor: what the executor needs to know of the minion; sent first, and again when it changed. */
export interface SetupMessage {
  readonly type: 'setup'
  readonly id: MinionId
  readonly options: Readonly<Record<string, unknown>>
  readonly grains: Readonly<Record<string, unknown>>
  readonly pillar: Readonly<Record<string, unknown>>
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

/** All that a daemon sends to an executor: `setup` first, and a `run` only when the last one was answered by `done`. */
export type ToExecutor = SetupMessage | RunMessage

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

/** Executor → daemon: a log line of the job. */
export interface LogMessage {
  readonly type: 'log'
  readonly level: 'trace' | 'debug' | 'info' | 'warning' | 'error' | 'critical'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** All that an executor sends: `ready` once, when it listens; one `done` for each `run`; log lines at any time. */
export type FromExecutor = ReadyMessage | DoneMessage | LogMessage
