// SPDX-License-Identifier: Apache-2.0
import { isIPv6 } from 'node:net'
import type { DoorLimits } from './limits.ts'

/** A connection as the ledger sees it. */
export interface Entry {
  /** Whose limit it counts against; undefined for what has no address. */
  readonly network: string | undefined
  /** Whether a frame of it was taken: it may be about to prove a session. */
  hasSpoken: boolean
  /** When it became a stranger, monotonic ms. */
  strangerSinceMs: number
  /** Ends it, to make room for others. */
  displace(): void
}

interface Share {
  all: number
  strangers: number
}

/** A stranger that has spoken is left alone for so long before it makes room: a handshake may be under way. */
const handshakeMs = 2000

/** Why a connection was not taken. */
export type Refusal = 'refused_full' | 'refused_address' | 'refused_strangers'

/**
 * Who is connected, and whether one more may be. Strangers make room for each other, the oldest first: a few that sit there
 * keep nobody out, and who means it proves itself within moments.
 */
export class Ledger {
  readonly #limits: DoorLimits
  readonly #shares = new Map<string, Share>()
  /** Oldest first; those that have spoken apart. */
  readonly #silent = new Set<Entry>()
  readonly #spoken = new Set<Entry>()
  #size = 0

  constructor(limits: DoorLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#size
  }

  /** How many have proved no session. */
  get strangers(): number {
    return this.#silent.size + this.#spoken.size
  }

  /** Addresses that are connected. */
  get addresses(): number {
    return this.#shares.size
  }

  /** Why a connection of this network cannot be entered: there is no room, and none could be made. */
  refusal(network: string | undefined, nowMs: number): Refusal | undefined {
    const { connections, connectionsPerAddress, strangers, strangersPerAddress } = this.#limits
    const share = network === undefined ? undefined : this.#shares.get(network)
    if (share && share.all >= connectionsPerAddress) return 'refused_address'
    if (share && share.strangers >= strangersPerAddress && !this.#displaceOne(nowMs, network))
      return 'refused_strangers'
    if (this.strangers >= strangers && !this.#displaceOne(nowMs)) return 'refused_strangers'
    if (this.#size >= connections() && !this.#displaceOne(nowMs)) return 'refused_full'
    return undefined
  }

  /** Enters a new connection, a stranger. */
  enter(entry: Entry, nowMs: number): void {
    this.#size += 1
    const { network } = entry
    if (network !== undefined) {
      const share = this.#shares.get(network) ?? { all: 0, strangers: 0 }
      share.all += 1
      this.#shares.set(network, share)
    }
    this.#addStranger(entry, nowMs)
  }

  /** It ended. */
  leave(entry: Entry): void {
    this.trust(entry)
    this.#size -= 1
    const share = this.#shareOf(entry)
    if (share === undefined || entry.network === undefined) return
    share.all -= 1
    if (share.all === 0) this.#shares.delete(entry.network)
  }

  /** A frame of it was taken. */
  spoke(entry: Entry): void {
    if (entry.hasSpoken) return
    entry.hasSpoken = true
    if (this.#silent.delete(entry)) this.#spoken.add(entry)
  }

  /** It proved a session: no stranger any more. */
  trust(entry: Entry): void {
    const wasStranger = this.#silent.delete(entry) || this.#spoken.delete(entry)
    const share = this.#shareOf(entry)
    if (wasStranger && share) share.strangers -= 1
  }

  /** It has no session any more, or shall have its time as a stranger from now. */
  distrust(entry: Entry, nowMs: number): void {
    this.trust(entry)
    this.#addStranger(entry, nowMs)
  }

  /** Strangers whose time is over. */
  *overdue(nowMs: number): Generator<Entry> {
    const { strangerMs } = this.#limits
    for (const strangers of [this.#silent, this.#spoken]) {
      for (const entry of strangers) if (nowMs - entry.strangerSinceMs > strangerMs) yield entry
    }
  }

  #addStranger(entry: Entry, nowMs: number): void {
    entry.strangerSinceMs = nowMs
    const strangers = entry.hasSpoken ? this.#spoken : this.#silent
    strangers.add(entry)
    const share = this.#shareOf(entry)
    if (share) share.strangers += 1
  }

  #shareOf({ network }: Entry): Share | undefined {
    return network === undefined ? undefined : this.#shares.get(network)
  }

  /** Ends the stranger that can be spared most: the oldest silent one, else the oldest that had its time to shake hands. */
  #displaceOne(nowMs: number, network?: string): boolean {
    for (const strangers of [this.#silent, this.#spoken]) {
      for (const entry of strangers) {
        if (strangers === this.#spoken && nowMs - entry.strangerSinceMs < handshakeMs) return false
        if (network !== undefined && entry.network !== network) continue
        entry.displace()
        return true
      }
    }
    return false
  }
}

/** What an address counts as: an IPv4 address itself, of IPv6 the network, which a single machine has whole. */
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
