// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, isSaltError, messageOf, SaltError, type SaltErrorOptions } from '@halite/core'
import type { RootsReader } from './roots-reader.ts'

/** What is asked of a reader in another thread. */
export type ReaderMethod =
  | 'find'
  | 'findHashed'
  | 'open'
  | 'readWhole'
  | 'listsSince'
  | 'tree'
  | 'changes'
  | 'forgetLists'

/** A reader that is asked, wherever it runs. Rejects as its methods throw. */
export interface AskedReader {
  call<M extends ReaderMethod>(
    method: M,
    ...args: Parameters<RootsReader[M]>
  ): Promise<ReturnType<RootsReader[M]>>
  close(): Promise<void>
}

/** A reader in this thread. */
export function readerHere(reader: RootsReader): AskedReader {
  return {
    call: async (method, ...args) => callOn(reader, method, args) as never,
    close: async () => undefined,
  }
}

/** A call on its way to the thread. */
export interface ReaderCall {
  readonly number: number
  readonly method: ReaderMethod
  readonly args: readonly unknown[]
}

/** What came of it. */
export interface ReaderAnswer {
  readonly number: number
  readonly value?: unknown
  readonly error?: SentError
}

interface SentError {
  readonly message: string
  readonly code?: ErrorCode
  readonly hint?: string
}

/** Makes a call on the reader. Never throws: an error is part of the answer. */
export function answerCall(reader: RootsReader, { number, method, args }: ReaderCall): ReaderAnswer {
  try {
    return { number, value: callOn(reader, method, args) }
  } catch (error) {
    return { number, error: sentError(error) }
  }
}

function callOn(reader: RootsReader, method: ReaderMethod, args: readonly unknown[]): unknown {
  // The types of `AskedReader` say that the arguments are those of the method.
  const call = reader[method] as (...args: readonly unknown[]) => unknown
  return call.apply(reader, [...args])
}

/** The error of an answer as it was thrown. */
export function receivedError({ message, code, hint }: SentError): Error {
  if (code === undefined) return new Error(message)
  const options: SaltErrorOptions = hint === undefined ? {} : { hint }
  return new SaltError(code, message, options)
}

function sentError(error: unknown): SentError {
  if (!isSaltError(error)) return { message: messageOf(error) }
  const { message, code, hint } = error
  return { message, code, ...(hint === undefined ? {} : { hint }) }
}
