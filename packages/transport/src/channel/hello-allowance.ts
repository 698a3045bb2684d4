// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@halite/core'
import type { PeerAddress } from '../sockets.ts'

/** Hellos of one connection that may end in anything but acceptance. */
const allowance = 16
/** After this long without a hello a connection begins again. */
const forgetMs = 60_000
const maxConnections = 8192

interface Spent {
  hellos: number
  lastMs: number
}

/**
 * Limits the asymmetric work that each connection may cause. An accepted peer is not charged; any other peer soon exhausts its
 * allowance and has to reconnect. Bounded: the least recently active connections are forgotten.
 */
export class HelloAllowance {
  readonly #clock: Clock
  readonly #spent = new Map<number, Spent>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Charges a hello to its connection before it is processed; returns false if the allowance is exhausted. */
  charge(from: PeerAddress): boolean {
    const { number: name } = from
    const nowMs = this.#clock.monotonicMs()
    const spent = this.#current(name, nowMs)
    spent.lastMs = nowMs
    this.#spent.delete(name)
    this.#spent.set(name, spent)
    if (this.#spent.size > maxConnections) this.#spent.delete(this.#spent.keys().next().value as number)
    if (spent.hellos >= allowance) return false
    spent.hellos += 1
    return true
  }

  /** Returns the charge of a hello that was accepted or not processed. */
  refund(from: PeerAddress): void {
    const spent = this.#spent.get(from.number)
    if (spent && spent.hellos > 0) spent.hellos -= 1
  }

  #current(name: number, nowMs: number): Spent {
    const known = this.#spent.get(name)
    return known && nowMs - known.lastMs < forgetMs ? known : { hellos: 0, lastMs: nowMs }
  }
}
