// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  type DataMap,
  isSaltError,
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
import { CallJournal } from './jobs/call-journal.ts'
import { addressName, type MasterAddress, masterAddresses } from './master-address.ts'
import { MasterHost } from './master-host.ts'
import { PinnedMaster, pinPaths } from './master-key.ts'
import { MasterSession, type SessionParty } from './master-session.ts'
import { askMasterTops } from './master-tops.ts'
import { mastersContext } from './masters.ts'
import { masterMine } from './mine.ts'
import { askPillar } from './pillar-store.ts'
import { resolveHost } from './resolve-host.ts'
import { Setbacks } from './setbacks.ts'

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
const goodbyeMs = 500

/**
 * The session of a `Caller` with its master, beside the daemon's. A file of its own, since it is what needs the
 * transport: a call without a master never loads it.
 */
export class CallerSession implements AskedMaster {
  readonly name: string
  readonly #init: CallerSessionOptions
  readonly #session: MasterSession
  readonly #journal: CallJournal

  private constructor(init: CallerSessionOptions, address: MasterAddress, session: MasterSession) {
    this.name = addressName(address)
    this.#init = init
    this.#session = session
    this.#journal = new CallJournal(init.options.cachedir, init.log)
  }

  /**
   * Connects to the first master within `timeoutMs`, or the shorter time that `master_tries` allows; undefined when the
   * options name none. Rejects with `KEY_PENDING`, `KEY_REJECTED`, `HANDSHAKE_TIMEOUT`, `MASTER_UNRESOLVED` and the like; a
   * name that does not resolve is tried again as long as there is time.
   */
  static async open(init: CallerSessionOptions, timeoutMs: number): Promise<CallerSession | undefined> {
    const addresses = masterAddresses(init.options)
    const [address] = addresses
    if (address === undefined) return undefined
    const session = await connect(partyOf(init, addresses), address, limitMs(init.options, timeoutMs))
    init.log.info('connected to master', { master: addressName(address) })
    return new CallerSession(init, address, session)
  }

  ask(name: AskName, load: unknown, timeoutMs?: number): Promise<unknown> {
    return this.#session.request(name, load, timeoutMs)
  }

  /** What modules may ask of the master. */
  get masters(): MastersContext {
    return mastersContext(() => [this], this.#init.log)
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
    await this.#session.request('_bye', {}, goodbyeMs).catch(() => undefined)
    await this.#session.close()
  }

  #keep(call: CallReturn): boolean {
    try {
      this.#journal.add(this.#session.fingerprint, call)
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

async function connect(
  party: SessionParty,
  { host, port }: MasterAddress,
  timeoutMs: number,
): Promise<MasterSession> {
  const { clock, options, log } = party
  const place = new MasterHost({ host, ipv6: options.ipv6, resolve: resolveHost, log })
  const setbacks = new Setbacks(options)
  const { signal } = new AbortController()
  const endMs = clock.monotonicMs() + timeoutMs
  const leftMs = () => endMs - clock.monotonicMs()
  for (;;) {
    try {
      const found = await place.find(leftMs(), signal)
      return await opened(new MasterSession(party, { host: found, port }), leftMs())
    } catch (error) {
      if (!isSaltError(error, 'MASTER_UNRESOLVED')) throw error
      const { waitMs } = setbacks.next(error)
      if (waitMs >= leftMs()) throw error
      const { message: reason, hint } = error
      log.error('master not resolved, tried again', { master: addressName({ host, port }), reason, hint })
      await clock.sleep(waitMs, signal)
    }
  }
}

async function opened(session: MasterSession, timeoutMs: number): Promise<MasterSession> {
  try {
    await session.open(timeoutMs)
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}
