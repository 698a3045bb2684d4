// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, isSaltError, type LogFunction, messageOf, SaltError } from '@halite/core'
import type { PillarServices } from './settings.ts'

/** What a thread that compiles pillar is started with. */
export interface WorkerSetup {
  /** The options of the master, packed. */
  readonly options: Uint8Array
  /** Module that exports the manifest, and what processes that read site modules are started from. */
  readonly manifest: string
  readonly executor: string
}

/** What is wanted of a pillar: all of it, or what the top files say. */
export type Wish = 'compile' | 'top'

/** What a thread may ask of the master. */
export type Service = keyof PillarServices

/** Master → thread. `request` is a packed `PillarRequest`. */
export type ToWorker =
  | { readonly type: Wish; readonly seq: number; readonly request: Uint8Array; readonly limitMs: number }
  | { readonly type: 'answer'; readonly seq: number; readonly value?: Uint8Array; readonly error?: SentError }
  | { readonly type: 'ping' }

/** Thread → master. `value` is packed. */
export type FromWorker =
  | { readonly type: 'done'; readonly seq: number; readonly value: Uint8Array }
  | { readonly type: 'failed'; readonly seq: number; readonly error: SentError }
  | { readonly type: 'ask'; readonly seq: number; readonly name: Service; readonly load: Uint8Array }
  | { readonly type: 'log'; readonly level: LogFunction; readonly message: string; readonly fields: Fields }
  | { readonly type: 'pong' }

/** Fields of a log line, as plain text and numbers. */
export type Fields = Readonly<Record<string, unknown>>

/** An error as it crosses between threads. */
export interface SentError {
  readonly message: string
  readonly code?: ErrorCode
  readonly hint?: string
}

/** An error as it is sent: its message, and of one of the catalogue the rest. */
export function sentError(error: unknown): SentError {
  if (!isSaltError(error)) return { message: messageOf(error) }
  const { message, code, hint } = error
  return { message, code, ...(hint === undefined ? {} : { hint }) }
}

/** The error of a message as it was thrown. */
export function receivedError({ message, code, hint }: SentError): Error {
  return code === undefined
    ? new Error(message)
    : new SaltError(code, message, hint === undefined ? {} : { hint })
}
