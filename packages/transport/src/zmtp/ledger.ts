// SPDX-License-Identifier: Apache-2.0
import { isIPv6 } from 'node:net'
import type { EndReason } from './end-reason.ts'
import type { DoorLimits } from './limits.ts'

/** A connection as the ledger sees it. */
export interface Entry {
  /** Network whose limit it counts against; undefined for a peer without an address. */
  readonly network: string | undefined
  /** Whether a frame of it was received: it may be about to prove a session. */
  hasSpoken: boolean
  /** Since when it has had no session, monotonic ms. */
  unprovenSinceMs: number
  end(reason: EndReason): void
}

interface Share {
  all: number
  unproven: number
}

/** An unproven connection that has sent a frame is not displaced for this long: a handshake may be in progress. */
const handshakeMs = 2000

/** Why a connection was refused. */
export type Refusal = 'refused_full' | 'refused_address' | 'refused_unproven'

/**
 * The connections of a door, and whether another one may be added. Unproven connections displace each other, the oldest
 * first: idle ones cannot keep others out, and a legitimate peer proves its session within moments.
 */
export class Ledger {
  readonly #limits: DoorLimits
  readonly #shares = new Map<string, Share>()
  /** Unproven connections, oldest first; those that have sent a frame are kept separately. */
  readonly #silent = new Set<Entry>()
  readonly #spoken = new Set<Entry>()
  #size = 0

  constructor(limits: DoorLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#size
  }

  /** Number of connections without a session. */
  get unproven(): number {
    return this.#silent.size + this.#spoken.size
  }

  /** Number of networks with a connection. */
  get addresses(): number {
    return this.#shares.size
  }

  /** Why a connection from this network has to be refused: there is no room, and none could be made. */
  refusal(network: string | undefined, nowMs: number): Refusal | undefined {
    const { connections, connectionsPerAddress, unproven, unprovenPerAddress } = this.#limits
    const share = network === undefined ? undefined : this.#shares.get(network)
    if (share && share.all >= connectionsPerAddress) return 'refused_address'
    if (share && share.unproven >= unprovenPerAddress && !this.#displaceOne(nowMs, network))
      return 'refused_unproven'
    if (this.unproven >= unproven && !this.#displaceOne(nowMs)) return 'refused_unproven'
    if (this.#size >= connections() && !this.#displaceOne(nowMs)) return 'refused_full'
    return undefined
  }

  /** Adds a new connection, which is unproven. */
  enter(entry: Entry, nowMs: number): void {
    this.#size += 1
    const { network } = entry
    if (network !== undefined) {
      const share = this.#shares.get(network) ?? { all: 0, unproven: 0 }
      share.all += 1
      this.#shares.set(network, share)
    }
    this.#addUnproven(entry, nowMs)
  }

  /** Removes a connection that ended. */
  leave(entry: Entry): void {
    this.trust(entry)
    this.#size -= 1
    const share = this.#shareOf(entry)
    if (share === undefined || entry.network === undefined) return
    share.all -= 1
    if (share.all === 0) this.#shares.delete(entry.network)
  }

  /** Notes that a frame of it was received. */
  spoke(entry: Entry): void {
    if (entry.hasSpoken) return
    entry.hasSpoken = true
    if (this.#silent.delete(entry)) this.#spoken.add(entry)
  }

  /** Notes that it proved a session. */
  trust(entry: Entry): void {
    const wasUnproven = this.#silent.delete(entry) || this.#spoken.delete(entry)
    const share = this.#shareOf(entry)
    if (wasUnproven && share) share.unproven -= 1
  }

  /** Notes that it no longer has a session; the time to prove one starts again. */
  distrust(entry: Entry, nowMs: number): void {
    this.trust(entry)
    this.#addUnproven(entry, nowMs)
  }

  /** Unproven connections whose time is over. */
  *overdue(nowMs: number): Generator<Entry> {
    const { unprovenMs } = this.#limits
    for (const entries of [this.#silent, this.#spoken]) {
      for (const entry of entries) if (nowMs - entry.unprovenSinceMs > unprovenMs) yield entry
    }
  }

  #addUnproven(entry: Entry, nowMs: number): void {
    entry.unprovenSinceMs = nowMs
    const entries = entry.hasSpoken ? this.#spoken : this.#silent
    entries.add(entry)
    const share = this.#shareOf(entry)
    if (share) share.unproven += 1
  }

  #shareOf({ network }: Entry): Share | undefined {
    return network === undefined ? undefined : this.#shares.get(network)
  }

  /** Ends the least valuable unproven connection: the oldest silent one, otherwise the oldest whose time for a handshake is over. */
  #displaceOne(nowMs: number, network?: string): boolean {
    for (const entries of [this.#silent, this.#spoken]) {
      for (const entry of entries) {
        if (entries === this.#spoken && nowMs - entry.unprovenSinceMs < handshakeMs) return false
        if (network !== undefined && entry.network !== network) continue
        entry.end('displaced')
        return true
      }
    }
    return false
  }
}

/** What an address counts as: an IPv4 address itself, an IPv6 address its /64 network, all of which may belong to one machine. */
export function networkOf(address: string): string {
  if (address.startsWith('::ffff:')) return address.slice('::ffff:'.length)
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const behind = tail === '' ? 0 : tail.split(':').length
    while (groups.length + behind < 8) groups.push('0')
  }
  while (groups.length < 4) groups.push('0')
  return `${groups.slice(0, 4).join(':')}::/64`
}
