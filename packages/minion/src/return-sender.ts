// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Jid, type Logger, messageOf } from '@halite/core'
import type { CallReturn, JobReturn } from '@halite/protocol'
import type { CallJournal } from './jobs/call-journal.ts'
import type { ReturnJournal } from './jobs/return-journal.ts'

/** A master that takes returns, as a link shows it. */
export interface ReturnReceiver {
  /** For people. */
  readonly name: string
  /** Of its key; undefined before the first session with it. */
  readonly fingerprint: string | undefined
  readonly isUp: boolean
  /** Each resolves when the master has stored it. */
  sendReturn(ret: JobReturn): Promise<void>
  sendCall(call: CallReturn): Promise<void>
}

/** What a sender works on. */
export interface ReturnSenderOptions {
  readonly journal: ReturnJournal
  readonly calls: CallJournal
  readonly receivers: () => readonly ReturnReceiver[]
  readonly log: Logger
}

/** What was returned, by the master it is for. */
interface Sent {
  readonly master: string
  readonly jid: Jid
  readonly send: (receiver: ReturnReceiver) => Promise<void>
  readonly done: () => void
}

/** Whether what is noted for `master` is for this one: by its key, in records of older versions by its address. */
export function isMaster(
  { fingerprint, name }: Pick<ReturnReceiver, 'fingerprint' | 'name'>,
  master: string,
): boolean {
  return master === fingerprint || master === name
}

/** Brings what the journals hold to the masters it is for, and keeps it until they have acknowledged it. */
export class ReturnSender {
  readonly #options: ReturnSenderOptions
  readonly #underWay = new Set<string>()

  constructor(options: ReturnSenderOptions) {
    this.#options = options
  }

  /** Sends a return of the journal. What cannot be sent now is sent by `sendAll`. */
  send(master: string, ret: JobReturn): void {
    const { journal } = this.#options
    const { jid } = ret
    void this.#send({
      master,
      jid,
      send: (receiver) => receiver.sendReturn(ret),
      done: () => journal.done(master, jid),
    })
  }

  /** Sends everything that waits for masters that are there. */
  sendAll(): void {
    const { journal, calls } = this.#options
    if (!this.#options.receivers().some(({ isUp }) => isUp)) return
    for (const { master, ret } of journal.pending()) this.send(master, ret)
    for (const { master, call } of calls.pending()) {
      void this.#send({
        master,
        jid: call.jid,
        send: (receiver) => receiver.sendCall(call),
        done: () => calls.done(call.jid),
      })
    }
  }

  /** Gives up what is for masters that this minion has no more; `known` has their fingerprints and addresses. */
  dropUnknown(known: ReadonlySet<string>): void {
    const { journal, log } = this.#options
    for (const { master, ret } of journal.pending()) {
      if (known.has(master)) continue
      journal.done(master, ret.jid)
      log.warning('return dropped: this minion has no such master any more', { jid: ret.jid, master })
    }
  }

  async #send({ master, jid, send, done }: Sent): Promise<void> {
    const receiver = this.#options.receivers().find((each) => each.isUp && isMaster(each, master))
    const name = `${master} ${jid}`
    if (receiver === undefined || this.#underWay.has(name)) return
    this.#underWay.add(name)
    try {
      await this.#sendOrRefuse(send(receiver), { jid, master: receiver.name })
      done()
    } catch (error) {
      const fields = { jid, master: receiver.name, reason: messageOf(error) }
      this.#options.log.info('return waits for the master', fields)
    } finally {
      this.#underWay.delete(name)
    }
  }

  /** Resolves when the master stored it, or will not: both ways it is done. */
  async #sendOrRefuse(
    sent: Promise<void>,
    fields: { readonly jid: Jid; readonly master: string },
  ): Promise<void> {
    try {
      await sent
    } catch (error) {
      if (!isFinal(error)) throw error
      this.#options.log.error('the master refused a return', { ...fields, reason: messageOf(error) })
    }
  }
}

/** Whether the master would refuse it another time as well. */
function isFinal(error: unknown): boolean {
  return (
    isSaltError(error, 'REQUEST_DENIED') ||
    isSaltError(error, 'VALUE_MALFORMED') ||
    isSaltError(error, 'QUOTA_EXCEEDED')
  )
}
