// SPDX-License-Identifier: Apache-2.0
import { type EndingSignal, type Jid, type MinionId, pack, schema, unpack } from '@halite/core'
import type { FunctionKind, SiteModule } from '@halite/loader'
import type { ApartMessage } from './apart/run-apart.ts'
import type { FactPart } from './facts.ts'
import type { ReturnLimits, SentError } from './result.ts'

/** Daemon → executor: what the executor needs to know; sent first, and before a job those parts that changed since. */
export interface SetupMessage {
  readonly type: 'setup'
  readonly id: MinionId
  /** Packed: each job unpacks what it looks at, so that no job sees what another one did to it. */
  readonly parts: Readonly<Partial<Record<FactPart, Uint8Array>>>
  /** What may be returned. */
  readonly returnLimits: ReturnLimits
}

/** Daemon → executor: run this. One at a time. */
export interface RunMessage {
  readonly type: 'run'
  /** Whose function it is; `tops` for a module of `master_tops`, asked for one minion. */
  readonly kind: FunctionKind | 'tops'
  readonly jid: Jid
  readonly fun: string | readonly string[]
  readonly arg: readonly unknown[]
  readonly user: string
  readonly tgt: unknown
  readonly tgtType: string
  readonly ret: string
  /** It is a run of states whose process was lost: how, as a sentence goes on. It goes on behind the state that was running. */
  readonly resumes?: string
  /** It is not a job but one function that a run of states has done here: `arg` counts for nothing. */
  readonly apart?: ApartMessage
}

/** A `run` of a function, of whichever kind. */
export type FunctionMessage = RunMessage & { readonly kind: FunctionKind }

/** Daemon → executor: answer with `pong`, which a process that is blocked cannot. */
export interface PingMessage {
  readonly type: 'ping'
}

/** Daemon → executor: abort the job that runs; its `finally` blocks have until the process is killed. */
export interface CancelMessage {
  readonly type: 'cancel'
  /** What the programs of the job receive. */
  readonly signal: EndingSignal
  /** Why. */
  readonly text: string
}

/** What is done with a site module: read what it declares, whether it loads, which grains it finds. */
export type VisitTask = 'describe' | 'decide' | 'collect'

/** Daemon → executor: do this with each of these site modules, one after the other. Such an executor runs no job. */
export interface VisitMessage {
  readonly type: 'visit'
  readonly task: VisitTask
  readonly modules: readonly SiteModule[]
}

/** Executor → daemon: the job asks something of its daemon; each is answered, in any order. */
export interface AskMessage {
  readonly type: 'ask'
  readonly seq: number
  readonly name: string
  readonly args: readonly unknown[]
}

/** Daemon → executor: the outcome of the ask of that number. */
export interface AnswerMessage {
  readonly type: 'answer'
  readonly seq: number
  readonly value?: unknown
  /** Why there is no value. */
  readonly error?: SentError
}

/**
 * All that a daemon sends to an executor: `setup` first, and a `run` only when the last one was answered by `done`; or,
 * to one that is thrown away, `setup` and one `visit`.
 */
export type ToExecutor =
  | SetupMessage
  | RunMessage
  | CancelMessage
  | VisitMessage
  | AnswerMessage
  | PingMessage

/**
 * What a job asks for when it wants to go on with the facts of now. A `setup` with what changed since it began comes before
 * the answer.
 */
export const renewAsk = 'renew'

/** Executor → daemon: ready for a job. */
export interface ReadyMessage {
  readonly type: 'ready'
}

/** Executor → daemon: the answer to a `ping`. */
export interface PongMessage {
  readonly type: 'pong'
}

/** Executor → daemon: the job was aborted and cleans up. */
export interface CancellingMessage {
  readonly type: 'cancelling'
}

/** Executor → daemon: the job ended. `return` is packed. */
export interface DoneMessage {
  readonly type: 'done'
  readonly jid: Jid
  readonly return: Uint8Array
  readonly retcode: number
  readonly success: boolean
  readonly out?: string | undefined
  /** Of a function of the master, or of a run of states, that failed. */
  readonly error?: SentError | undefined
  /** It started programs that are to go on: no later job is run, and killed, in the same process. */
  readonly keepsPrograms?: boolean | undefined
}

/** Executor → daemon: the next module of a visit is done. */
export interface VisitedMessage {
  readonly type: 'visited'
  /** A description, a verdict, or a map of grains; absent with a problem. */
  readonly value?: unknown
  /** Why there is no value. */
  readonly problem?: string | undefined
}

/** Executor → daemon: a log line of the job. */
export interface LogMessage {
  readonly type: 'log'
  readonly level: (typeof logLevels)[number]
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * All that an executor sends: `ready` once, when it listens; one `done` for each `run`; `cancelling` when a job was aborted;
 * one `visited` for each module of a `visit`, in their order; asks and log lines at any time.
 */
export type FromExecutor =
  | ReadyMessage
  | PongMessage
  | CancellingMessage
  | DoneMessage
  | VisitedMessage
  | LogMessage
  | AskMessage

/** A message as it travels. Throws when a value of it cannot be packed. */
export function encodeMessage(message: ToExecutor | FromExecutor): Buffer {
  return pack(message)
}

/** A message of our daemon, which the executor belongs to. */
export function decodeToExecutor(bytes: Uint8Array): ToExecutor {
  // The process that started this one and nobody else holds the other end.
  return unpack(bytes, trusted) as ToExecutor
}

/** A message of an executor, which may run anybody's module. Throws `VALUE_MALFORMED` for what is not one. */
export function decodeFromExecutor(bytes: Uint8Array): FromExecutor {
  const message = schema.anyMap(unpack(bytes, fromExecutor), 'message')
  const type = schema.oneOf(...messageTypes)(message['type'], 'message.type')
  return decoders[type](message, type)
}

/** How long a job may clean up whose daemon is gone; then it is killed, by itself or from outside. */
export const orphanGraceMs = 5000

/** Largest message of an executor: a return of the largest size, and what stands beside it. */
export const maxMessageBytes = 80 * 1024 * 1024

const trusted = {
  maxBytes: Number.MAX_SAFE_INTEGER,
  maxDepth: 1000,
  maxValues: Number.MAX_SAFE_INTEGER,
}
const fromExecutor = { maxBytes: maxMessageBytes, maxDepth: 300, maxValues: 2_000_000 }

const logLevels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const
const messageTypes = ['ready', 'pong', 'cancelling', 'done', 'visited', 'log', 'ask'] as const

const { anyMap, anything, binary, boolean, integer, jobId, listOf, number, oneOf, optional, record, text } =
  schema

const sentError = record({
  message: text(1_000_000),
  code: optional(text(100)),
  hint: optional(text(10_000)),
  stack: optional(text(1_000_000)),
})

const decoders: Readonly<
  Record<(typeof messageTypes)[number], (message: unknown, path: string) => FromExecutor>
> = {
  ready: record({ type: oneOf('ready') }),
  pong: record({ type: oneOf('pong') }),
  cancelling: record({ type: oneOf('cancelling') }),
  done: record({
    type: oneOf('done'),
    jid: jobId,
    return: binary(maxMessageBytes),
    retcode: number(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
    success: boolean,
    out: optional(text()),
    error: optional(sentError),
    keepsPrograms: optional(boolean),
  }),
  visited: record({ type: oneOf('visited'), value: anything, problem: optional(text(1_000_000)) }),
  log: record({ type: oneOf('log'), level: oneOf(...logLevels), message: text(1_000_000), fields: anyMap }),
  ask: record({ type: oneOf('ask'), seq: integer(), name: text(100), args: listOf(anything, 16) }),
}
