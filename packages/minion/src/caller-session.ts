// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  type DataMap,
  type Logger,
  loadIdentity,
  type MinionId,
  type MinionOptions,
  messageOf,
  systemClock,
} from '@halite/core'
import { packResult } from '@halite/executor'
import type { FunctionResult, MastersContext, MineContext } from '@halite/loader'
import { type CallReturn, loads, type PillarAsk } from '@halite/protocol'
import { type Transport, zeromqTransport } from '@halite/transport'
import type { AskedMaster, AskName } from './asked-master.ts'
import { CallerLink } from './caller-link.ts'
import { CallJournal } from './jobs/call-journal.ts'
import { addressName, type MasterAddress, masterAddresses } from './master-address.ts'
import { PinnedMaster, pinPaths } from './master-key.ts'
import type { SessionParty } from './master-session.ts'
import { askMasterTops } from './master-tops.ts'
import { mastersContext } from './masters.ts'
import { masterMine } from './mine.ts'
import { askPillar } from './pillar-store.ts'

/** The minion that calls, and its transport. */
export interface CallerSessionOptions {
  readonly id: MinionId
  readonly options: MinionOptions
  readonly log: Logger
  /** Default: ZeroMQ. */
  readonly transport?: Transport | undefined
}

/** A call as it is reported to the master. */
export type ReportedCall = Pick<CallReturn, 'jid' | 'fun' | 'fun_args'>

const reportTimeoutMs = 5000

/**
 * The session of a `Caller` with its master, beside the daemon's. A file of its own, since it is what needs the
 * transport: a call without a master never loads it.
 */
export class CallerSession implements AskedMaster {
  readonly name: string
  readonly #init: CallerSessionOptions
  readonly #link: CallerLink
  readonly #journal: CallJournal

  private constructor(init: CallerSessionOptions, address: MasterAddress, link: CallerLink) {
    this.name = addressName(address)
    this.#init = init
    this.#link = link
    this.#journal = new CallJournal(init.options.cachedir, init.log)
  }

  /**
   * Connects to the first master within `timeoutMs`, or the shorter time that `master_tries` allows; undefined when the
   * options name none. Rejects with `KEY_PENDING`, `KEY_REJECTED`, `HANDSHAKE_TIMEOUT`, `MASTER_UNRESOLVED` and the like; what
   * another attempt may cure is tried again as long as there is time.
   */
  static async open(init: CallerSessionOptions, timeoutMs: number): Promise<CallerSession | undefined> {
    const addresses = masterAddresses(init.options)
    const [address] = addresses
    if (address === undefined) return undefined
    const link = new CallerLink(partyOf(init, addresses), address, limitMs(init.options, timeoutMs))
    await link.open()
    init.log.info('connected to master', { master: addressName(address) })
    return new CallerSession(init, address, link)
  }

  ask(name: AskName, load: unknown, timeoutMs?: number): Promise<unknown> {
    return this.#link.request(name, load, timeoutMs)
  }

  /** What modules may ask of the master. */
  get masters(): MastersContext {
    return mastersContext(() => [this], this.#init.log)
  }

  /** Notifies the master how far a call has come; false when it was lost, which has no consequence. */
  async reportProgress(jid: string, data: unknown): Promise<boolean> {
    try {
      return (await this.ask('_minion_event', { tag: `progress/${jid}`, data }, reportTimeoutMs)) === true
    } catch (error) {
      this.#init.log.debug('progress not reported', { jid, reason: messageOf(error) })
      return false
    }
  }

  /** The mine of the master. */
  get mine(): MineContext {
    return masterMine(() => [this], this.#init.log)
  }

  /** The pillar as the master compiles it. Rejects when it cannot give it. */
  pillar(wanted: PillarAsk): Promise<DataMap> {
    return askPillar(this, wanted)
  }

  /** What its `master_tops` says of this minion. Rejects as `pillar`. */
  tops(grains: Readonly<Record<string, unknown>>): Promise<DataMap> {
    return askMasterTops([this], grains)
  }

  /**
   * Reports to the master what was called here, as a daemon returns a job: on disk first, from where the daemon sends it when
   * the master does not acknowledge it now. Never rejects: a failure is logged.
   */
  async report(call: ReportedCall, result: FunctionResult): Promise<void> {
    const { out, ...packed } = packResult(result, loads.returnLimits)
    const ret: CallReturn = { ...call, ...packed, ...(out === undefined ? {} : { out }) }
    const isKept = this.#keep(ret)
    try {
      await this.ask('_call', ret, reportTimeoutMs)
      this.#journal.done(ret.jid)
    } catch (error) {
      const later = isKept ? 'the daemon reports it later' : 'it is not reported'
      this.#init.log.warning(`the master did not acknowledge this call: ${later}`, { error })
    }
  }

  /** Ends the session. */
  async close(): Promise<void> {
    await this.#link.close()
  }

  #keep(call: CallReturn): boolean {
    try {
      this.#journal.add(this.#link.fingerprint, call)
      return true
    } catch (error) {
      // As when another user than the minion's calls.
      this.#init.log.debug('this call is not kept on disk', { reason: messageOf(error) })
      return false
    }
  }
}

function partyOf(init: CallerSessionOptions, addresses: readonly MasterAddress[]): SessionParty {
  const { id, options, log, transport = zeromqTransport } = init
  const pins = pinPaths(options.pki_dir, addresses)
  return {
    id,
    instance: randomBytes(16),
    options,
    identity: loadIdentity(join(options.pki_dir, 'minion_ed25519')),
    pinned: new PinnedMaster(pins[0] ?? '', options.master_finger, pins),
    transport,
    clock: systemClock,
    log,
  }
}

function limitMs({ master_tries, auth_tries, auth_timeout }: MinionOptions, timeoutMs: number): number {
  if (master_tries <= 0) return timeoutMs
  return Math.min(timeoutMs, master_tries * Math.max(1, auth_tries) * auth_timeout * 1000)
}
