// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os'
import { messageOf, schema } from '@halite/core'
import type { DaemonContext, ExecContext, MastersContext } from '@halite/loader'
import type { AnswerMessage, AskMessage } from './messages.ts'

/** Everything a job in an executor may ask of its daemon. */
export type DaemonCalls = DaemonContext & MastersContext & Pick<ExecContext, 'compilePillar'>

type Answerer = (calls: DaemonCalls, args: readonly unknown[]) => Promise<unknown>

/** The fixed table of what is answered. Arguments come from a process that may run anybody's module. */
const answerers: Readonly<Record<keyof DaemonCalls, Answerer>> = {
  runningJobs: (calls) => calls.runningJobs(),
  signalJob: (calls, [jid, signal]) => calls.signalJob(textOf(jid), signalOf(signal)),
  refreshGrains: (calls) => calls.refreshGrains(),
  refreshStaticGrains: (calls) => calls.refreshStaticGrains(),
  refreshPillar: (calls) => calls.refreshPillar(),
  refreshModules: (calls) => calls.refreshModules(),
  fireEvent: (calls, [tag, data, timeoutMs]) => calls.fireEvent(textOf(tag), data, millisecondsOf(timeoutMs)),
  revokeAuth: (calls, [preserve]) => calls.revokeAuth(preserve === true),
  compilePillar: (calls, [pillarenv]) =>
    calls.compilePillar(pillarenv === undefined ? undefined : textOf(pillarenv)),
}

/** The daemon's side: resolves to the answer; what goes wrong is in it. Never rejects. */
export async function answerAsk(calls: DaemonCalls, { seq, name, args }: AskMessage): Promise<AnswerMessage> {
  try {
    if (!Object.hasOwn(answerers, name)) throw new Error(`a job cannot ask for ${String(name)}`)
    return { type: 'answer', seq, value: await answerers[name](calls, args) }
  } catch (error) {
    return { type: 'answer', seq, error: messageOf(error) }
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** The executor's side: `calls` are the daemon's functions, carried there and back. */
export class DaemonAsker {
  readonly #send: (message: AskMessage) => void
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  constructor(send: (message: AskMessage) => void) {
    this.#send = send
  }

  readonly calls: DaemonCalls = {
    runningJobs: () => this.#ask('runningJobs'),
    signalJob: (jid, signal) => this.#ask('signalJob', jid, signal),
    refreshGrains: () => this.#ask('refreshGrains'),
    refreshStaticGrains: () => this.#ask('refreshStaticGrains'),
    refreshPillar: () => this.#ask('refreshPillar'),
    refreshModules: () => this.#ask('refreshModules'),
    fireEvent: (tag, data, timeoutMs) => this.#ask('fireEvent', tag, data, timeoutMs),
    revokeAuth: (preserve) => this.#ask('revokeAuth', preserve),
    compilePillar: (pillarenv) => this.#ask('compilePillar', pillarenv),
  }

  /** Takes an answer of the daemon. */
  take({ seq, value, error }: AnswerMessage): void {
    const waiting = this.#waiting.get(seq)
    this.#waiting.delete(seq)
    if (error === undefined) waiting?.resolve(value)
    else waiting?.reject(new Error(error))
  }

  #ask<K extends keyof DaemonCalls>(
    name: K,
    ...args: Parameters<DaemonCalls[K]>
  ): Promise<Awaited<ReturnType<DaemonCalls[K]>>> {
    const seq = ++this.#last
    return new Promise((resolve, reject) => {
      // An answer never comes within the same turn, so what cannot be sent leaves nothing behind.
      this.#send({ type: 'ask', seq, name, args })
      // The daemon answers a name with what that function of its own gave.
      this.#waiting.set(seq, { resolve: resolve as Waiting['resolve'], reject })
    })
  }
}

const text = schema.text()
const milliseconds = schema.number(0, 3_600_000)

function textOf(value: unknown): string {
  return text(value, 'argument')
}

function millisecondsOf(value: unknown): number {
  return milliseconds(value, 'argument')
}

function signalOf(value: unknown): NodeJS.Signals {
  const name = textOf(value)
  if (Object.hasOwn(constants.signals, name)) return name as NodeJS.Signals
  throw new Error(`signal ${name} does not exist here`)
}
