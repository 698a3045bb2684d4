// SPDX-License-Identifier: Apache-2.0
import type { Clock, MasterOptions, MinionId } from '@halite/core'
import type { KeyDirectory } from './key-files.ts'

interface Shown {
  /** Address that presented it last, without the port; empty if the transport does not know it. */
  readonly host: string
  readonly atMs: number
}

/** What is needed to make room for an unaccepted key. */
export interface UnacceptedKeysInit {
  readonly directory: KeyDirectory
  readonly options: MasterOptions
  readonly clock: Clock
}

/**
 * The pending or denied keys of one directory, bounded: no single address can fill it, and once it is full, keys that have not
 * been presented for long are evicted.
 */
export class UnacceptedKeys {
  readonly #init: UnacceptedKeysInit
  readonly #startedMs: number
  readonly #shown = new Map<MinionId, Shown>()
  /** Number of keys by the host that presented them last. */
  readonly #hosts = new Map<string, number>()

  constructor(init: UnacceptedKeysInit) {
    this.#init = init
    this.#startedMs = init.clock.monotonicMs()
  }

  /** Notes that the key of this id is in the directory and was presented from this address. */
  note(id: MinionId, address: string): void {
    const host = hostOf(address)
    this.#forget(id)
    this.#shown.set(id, { host, atMs: this.#init.clock.monotonicMs() })
    this.#hosts.set(host, (this.#hosts.get(host) ?? 0) + 1)
  }

  /** Whether there is room for another key from this address; evicts one that was not presented for long if necessary. */
  makeRoom(address: string): boolean {
    const { directory, options } = this.#init
    const host = hostOf(address)
    const { max_pending_keys: most, max_pending_keys_per_address: mostOfOne } = options
    this.#settle()
    if (host !== '' && mostOfOne > 0 && (this.#hosts.get(host) ?? 0) >= mostOfOne) return false
    if (directory.size < most) return true
    const silent = this.#longestSilent()
    if (silent === undefined) return false
    directory.remove(silent)
    this.#forget(silent)
    return directory.size < most
  }

  /** Forgets keys that have since been accepted, rejected or deleted. */
  #settle(): void {
    const { directory } = this.#init
    if (this.#shown.size <= directory.size) return
    for (const id of this.#shown.keys()) if (directory.get(id) === undefined) this.#forget(id)
  }

  /** The id whose key was not presented for the longest time, if that exceeds the timeout. */
  #longestSilent(): MinionId | undefined {
    const { directory, options, clock } = this.#init
    let oldest: { readonly id: MinionId; readonly atMs: number } | undefined
    for (const id of directory.ids()) {
      const atMs = this.#shown.get(id)?.atMs ?? this.#startedMs
      if (oldest === undefined || atMs < oldest.atMs) oldest = { id, atMs }
    }
    const expiredMs = clock.monotonicMs() - options.pending_key_timeout * 1000
    return oldest !== undefined && oldest.atMs <= expiredMs ? oldest.id : undefined
  }

  #forget(id: MinionId): void {
    const shown = this.#shown.get(id)
    if (shown === undefined) return
    this.#shown.delete(id)
    const left = (this.#hosts.get(shown.host) ?? 1) - 1
    if (left > 0) this.#hosts.set(shown.host, left)
    else this.#hosts.delete(shown.host)
  }
}

/** The host of an address: `192.0.2.7` for `192.0.2.7:51234`. */
function hostOf(address: string): string {
  return address.replace(/:\d+$/, '')
}
