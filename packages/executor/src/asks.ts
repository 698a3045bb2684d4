// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, errorCatalogue, isSaltError, messageOf, SaltError } from '@halite/core'
import type { AnswerMessage, AskMessage } from './messages.ts'
import type { SentError } from './result.ts'

/**
 * What a daemon answers to the jobs of its executors: name → answer. Nothing else has a name. Arguments come from a process
 * that may run anybody's module: each answer checks its own.
 */
export type AskTable = Readonly<Record<string, (args: readonly unknown[]) => unknown>>

/** The daemon's side: resolves to the answer; an error is part of it. Never rejects. */
export async function answerAsk(table: AskTable, { seq, name, args }: AskMessage): Promise<AnswerMessage> {
  try {
    const answer = Object.hasOwn(table, name) ? table[name] : undefined
    if (answer === undefined) throw new Error(`a job cannot ask for ${name}`)
    return { type: 'answer', seq, value: await answer(args) }
  } catch (error) {
    return { type: 'answer', seq, error: sentError(error) }
  }
}

/** An error as it is sent to the other side. */
export function sentError(error: unknown): SentError {
  const message = messageOf(error)
  if (isSaltError(error)) return { message, code: error.code, hint: error.hint }
  return error instanceof Error ? { message, stack: error.stack } : { message }
}

/** The error that the other side sent; one of the catalogue keeps its code. */
export function receivedError({ message, code, hint, stack }: SentError): Error {
  if (!isCode(code)) return Object.assign(new Error(message), isText(stack) ? { stack } : {})
  return new SaltError(code, message, hint === undefined || hint === null ? {} : { hint })
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code)
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** The executor's side: asks, and hands each answer to whoever asked. */
export class Asker {
  readonly #send: (message: AskMessage) => void
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  constructor(send: (message: AskMessage) => void) {
    this.#send = send
  }

  /** Resolves to what the daemon answers; rejects with its error, or when the arguments cannot be sent. */
  ask(name: string, ...args: unknown[]): Promise<unknown> {
    const seq = ++this.#last
    return new Promise((resolve, reject) => {
      // An answer never arrives within the same turn, so what cannot be sent leaves nothing behind.
      this.#send({ type: 'ask', seq, name, args })
      this.#waiting.set(seq, { resolve, reject })
    })
  }

  /** An answer of the daemon arrived. */
  receive({ seq, value, error }: AnswerMessage): void {
    const waiting = this.#waiting.get(seq)
    this.#waiting.delete(seq)
    if (error === undefined) waiting?.resolve(value)
    else waiting?.reject(receivedError(error))
  }
}
