// SPDX-License-Identifier: Apache-2.0
import type { Clock, MasterOptions, MinionId } from '@halite/core'
import type { KeyDirectory } from './key-files.ts'

interface Shown {
  /** Where it was last shown from, without the port; empty where the transport does not know it. */
  readonly host: string
  readonly atMs: number
}

/** What making room for the key of a stranger needs. */
export interface StrangerKeysInit {
  readonly directory: KeyDirectory
  readonly options: MasterOptions
  readonly clock: Clock
}

/**
 * The keys of strangers in one directory, pending or denied, as far as making room for the next one goes: no address fills
 * it alone, and when it is full, those that nobody has shown for long make room.
 */
export class StrangerKeys {
  readonly #init: StrangerKeysInit
  readonly #startedMs: number
  readonly #shown = new Map<MinionId, Shown>()
  /** How many keys of the directory were last shown from a host. */
  readonly #hosts = new Map<string, number>()

  constructor(init: StrangerKeysInit) {
    this.#init = init
    this.#startedMs = init.clock.monotonicMs()
  }

  /** The key of this id lies here, and was shown from this address. */
  note(id: MinionId, address: string): void {
    const host = hostOf(address)
    this.#forget(id)
    this.#shown.set(id, { host, atMs: this.#init.clock.monotonicMs() })
    this.#hosts.set(host, (this.#hosts.get(host) ?? 0) + 1)
  }

  /** Whether one more key from this address has room; removes one that nobody has shown for long if that helps. */
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

  /** Forgets keys that were accepted, rejected or deleted since. */
  #settle(): void {
    const { directory } = this.#init
    if (this.#shown.size <= directory.size) return
    for (const id of this.#shown.keys()) if (directory.get(id) === undefined) this.#forget(id)
  }

  /** The id whose key was not shown for the longest time, if that is long enough. */
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

/** `192.0.2.7` of `192.0.2.7:51234`. */
function hostOf(address: string): string {
  return address.replace(/:\d+$/, '')
}
