// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  isJid,
  type Jid,
  type Logger,
  makeOwnDirectory,
  pack,
  schema,
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
  readonly #directory: string
  readonly #log: Logger

  constructor(cachedir: string, log: Logger) {
    this.#directory = join(cachedir, 'calls')
    this.#log = log
  }

  /** Throws the system's error when it cannot be written. */
  add(master: string, call: CallReturn): void {
    makeOwnDirectory(this.#directory, { mode: 0o700 })
    writeFileAtomic(this.#fileOf(call.jid), pack({ master, call }), { mode: 0o600, durable: false })
  }

  /** The master has it; also what is not there is done. */
  done(jid: Jid): void {
    rmSync(this.#fileOf(jid), { force: true })
  }

  /** Calls that were left, oldest first. What cannot be read is logged and removed. */
  pending(): PendingCall[] {
    if (!existsSync(this.#directory)) return []
    const jids = readdirSync(this.#directory).filter(isJid).sort()
    for (const jid of jids.splice(0, jids.length - maxCalls)) {
      this.#log.warning('the return of a call is dropped: too many wait for the master', { jid })
      this.done(jid)
    }
    return jids.flatMap((jid) => this.#read(jid))
  }

  #read(jid: Jid): PendingCall[] {
    const path = this.#fileOf(jid)
    try {
      if (Date.now() - statSync(path).mtimeMs < ownMs) return []
      return [recordSchema(unpack(readFileSync(path), { maxBytes: loads.maxReturnBytes * 2 }), 'call')]
    } catch (error) {
      // The salt-call that wrote it may have removed it meanwhile.
      if (existsSync(path)) this.#log.warning('the return of a call is not readable', { path, error })
      this.done(jid)
      return []
    }
  }

  /** A jid is a name without separators: the directory is ours alone. */
  #fileOf(jid: Jid): string {
    return join(this.#directory, jid)
  }
}
