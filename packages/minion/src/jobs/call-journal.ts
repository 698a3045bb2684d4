// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  asOwnerOf,
  isJid,
  type Jid,
  type Logger,
  makeOwnDirectory,
  messageOf,
  pack,
  schema,
  systemCodeOf,
  unpack,
  writeFileAtomic,
} from '@halite/core'
import { type CallReturn, loads } from '@halite/protocol'

/** A call on this minion that the master with the fingerprint `master` has not acknowledged. */
export interface PendingCall {
  readonly master: string
  readonly call: CallReturn
}

const recordSchema = schema.record({ master: schema.text(), call: loads.calledSchema })

/** So long a call is left to the `salt-call` that made it. */
const ownMs = 10_000
/** Most calls that wait for a master; the oldest give way. */
const maxCalls = 1000

/**
 * Returns of `salt-call` on disk until they are acknowledged, a file for each in `<cachedir>/calls`: processes that end at
 * any time write them, and the daemon sends those they leave.
 */
export class CallJournal {
  readonly #cachedir: string
  readonly #directory: string
  readonly #log: Logger
  /** Paths that could not be read, and were logged. */
  readonly #unreadable = new Set<string>()

  constructor(cachedir: string, log: Logger) {
    this.#cachedir = cachedir
    this.#directory = join(cachedir, 'calls')
    this.#log = log
  }

  /**
   * Written by root it belongs to the owner of the cachedir, whose daemon has to read it. Throws the system's error when it
   * cannot be written.
   */
  add(master: string, call: CallReturn): void {
    asOwnerOf(this.#cachedir, () => {
      makeOwnDirectory(this.#directory, { mode: 0o700 })
      writeFileAtomic(this.#fileOf(call.jid), pack({ master, call }), { mode: 0o600, durable: false })
    })
  }

  /** The master has it. Nothing happens when it is not there. */
  done(jid: Jid): void {
    rmSync(this.#fileOf(jid), { force: true })
  }

  /**
   * Calls that were left, oldest first. Garbage is logged and removed; what another user keeps from us is logged once and
   * stays. Throws nothing.
   */
  pending(): PendingCall[] {
    const jids = this.#jids()
    for (const jid of jids.splice(0, jids.length - maxCalls)) {
      this.#log.warning('the return of a call is dropped: too many wait for the master', { jid })
      this.#discard(jid)
    }
    return jids.flatMap((jid) => this.#read(jid))
  }

  #jids(): Jid[] {
    try {
      return readdirSync(this.#directory).filter(isJid).sort()
    } catch (error) {
      this.#noteUnreadable(this.#directory, error)
      return []
    }
  }

  #read(jid: Jid): PendingCall[] {
    const path = this.#fileOf(jid)
    let bytes: Buffer
    try {
      if (Date.now() - statSync(path).mtimeMs < ownMs) return []
      bytes = readFileSync(path)
    } catch (error) {
      this.#noteUnreadable(path, error)
      return []
    }
    try {
      return [recordSchema(unpack(bytes, { maxBytes: loads.maxReturnBytes * 2 }), 'call')]
    } catch (error) {
      this.#log.warning('the return of a call is not readable', { path, error })
      this.#discard(jid)
      return []
    }
  }

  #discard(jid: Jid): void {
    try {
      this.done(jid)
    } catch (error) {
      this.#noteUnreadable(this.#fileOf(jid), error)
    }
  }

  /** What is gone was acknowledged meanwhile, or there never was any. */
  #noteUnreadable(path: string, error: unknown): void {
    if (systemCodeOf(error) === 'ENOENT' || this.#unreadable.has(path)) return
    this.#unreadable.add(path)
    this.#log.warning('returns of calls are not reported: another user keeps them', {
      path,
      reason: messageOf(error),
      hint: 'Give the path to the user of the minion.',
    })
  }

  /** A jid is a name without separators: the directory is ours alone. */
  #fileOf(jid: Jid): string {
    return join(this.#directory, jid)
  }
}
