// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  type DataMap,
  type Logger,
  loadIdentity,
  type MinionId,
  type MinionOptions,
  systemClock,
} from '@halite/core'
import { packResult } from '@halite/executor'
import type { FunctionResult, MastersContext } from '@halite/loader'
import { type CallReturn, loads } from '@halite/protocol'
import { type Transport, zeromqTransport } from '@halite/transport'
import { masterAddresses } from './master-address.ts'
import { PinnedMaster } from './master-key.ts'
import { MasterLink } from './master-link.ts'
import { mastersContext } from './masters.ts'
import { askPillar } from './pillar-store.ts'
import { resolveHost } from './resolve-host.ts'

type Facts = Readonly<Record<string, unknown>>

/** Who calls, and by which way. */
export interface CallerSessionParts {
  readonly id: MinionId
  readonly options: MinionOptions
  readonly log: Logger
  /** Default: ZeroMQ. */
  readonly transport?: Transport | undefined
}

/** The call that a master is told of. */
export type ReportedCall = Pick<CallReturn, 'jid' | 'fun' | 'fun_args'>

const reportTimeoutMs = 5000

/**
 * The session of a `Caller` with its master, beside the daemon's. A file of its own, since it is what needs the
 * transport: a call without a master never loads it.
 */
export class CallerSession {
  readonly #parts: CallerSessionParts
  readonly #link: MasterLink

  private constructor(parts: CallerSessionParts, link: MasterLink) {
    this.#parts = parts
    this.#link = link
  }

  /**
   * Connects to the first master; undefined when the options name none. Rejects with `KEY_PENDING`, `KEY_REJECTED`,
   * `HANDSHAKE_TIMEOUT` and the like after `timeoutMs`; the session is closed then.
   */
  static async open(parts: CallerSessionParts, timeoutMs: number): Promise<CallerSession | undefined> {
    const [address] = masterAddresses(parts.options)
    if (address === undefined) return undefined
    const session = new CallerSession(parts, linkTo(address, parts))
    try {
      await session.#link.connectOnce(timeoutMs)
    } catch (error) {
      await session.close()
      throw error
    }
    return session
  }

  /** What modules may ask of the master. */
  get masters(): MastersContext {
    return mastersContext(() => [this.#link], this.#parts.log)
  }

  /** The pillar as the master compiles it. Rejects when it cannot give it. */
  pillar(wanted: { readonly grains: Facts; readonly pillarenv?: string }): Promise<DataMap> {
    return askPillar(this.#link, wanted, this.#parts.options)
  }

  /** Tells the master what was called here, as a daemon's return is told. Rejects never: a failure is logged. */
  async report(call: ReportedCall, result: FunctionResult): Promise<void> {
    const { out, ...packed } = packResult(result, loads.returnLimits)
    const ret = { ...call, ...packed, ...(out === undefined ? {} : { out }) }
    await this.#link.ask('_call', ret, reportTimeoutMs).catch((error: unknown) => {
      this.#parts.log.warning('the master was not told of this call', { error })
    })
  }

  /** Ends the session. */
  async close(): Promise<void> {
    await this.#link.close()
  }
}

type Address = NonNullable<ReturnType<typeof masterAddresses>[number]>

function linkTo(
  address: Address,
  { id, options, log, transport = zeromqTransport }: CallerSessionParts,
): MasterLink {
  return new MasterLink({
    id,
    instance: randomBytes(16),
    role: 'call',
    options,
    address,
    identity: loadIdentity(join(options.pki_dir, 'minion_ed25519')),
    pinned: new PinnedMaster(join(options.pki_dir, 'minion_master_ed25519.pub'), options.master_finger),
    transport,
    clock: systemClock,
    log,
    resolve: resolveHost,
    grains: () => ({}),
    onJob: () => undefined,
    onUp: () => undefined,
  })
}
