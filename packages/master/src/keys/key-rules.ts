// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  isPlainMinionId,
  type Logger,
  type MasterOptions,
  type MinionId,
  systemClock,
} from '@halite/core'
import type { AcceptStatus } from '@halite/protocol'
import type { KeyPolicy } from '@halite/transport'
import { isListedIn } from './key-list-file.ts'
import type { KeyStore } from './key-store.ts'
import { UnacceptedKeys } from './unaccepted-keys.ts'

/** A decision about a key: the data of a `salt/auth` event. */
export interface AuthDecision {
  readonly id: MinionId
  readonly act: 'accept' | 'pend' | 'reject' | 'denied' | 'full'
  readonly result: boolean
  readonly key: Buffer
  /** Host and port of the connection it was shown on. */
  readonly address: string
}

export interface KeyRulesOptions {
  /** Where keys lie; the rules move and add files there. */
  readonly store: KeyStore
  /** Read at every decision: the accept and reject files, `open_mode`, the limits of keys and minions. */
  readonly options: MasterOptions
  readonly log: Logger
  /** Default: the system's. */
  readonly clock?: Clock
  /** Called once for each decision, after the store has been changed; it must not throw. */
  readonly onDecision: (decision: AuthDecision) => void
}

const acts = {
  accepted: 'accept',
  pending: 'pend',
  rejected: 'reject',
  denied: 'denied',
  full: 'full',
} as const

/** Decides what becomes of the key of a minion that says hello. The key's owner has signed the hello. */
export class KeyRules implements KeyPolicy {
  readonly #store: KeyStore
  readonly #options: MasterOptions
  readonly #log: Logger
  readonly #onDecision: (decision: AuthDecision) => void
  readonly #pending: UnacceptedKeys
  readonly #denied: UnacceptedKeys

  constructor({ store, options, log, onDecision, clock = systemClock }: KeyRulesOptions) {
    this.#pending = new UnacceptedKeys({ directory: store.directory('minions_pre'), options, clock })
    this.#denied = new UnacceptedKeys({ directory: store.directory('minions_denied'), options, clock })
    this.#store = store
    this.#options = options
    this.#log = log
    this.#onDecision = onDecision
  }

  isAccepted(id: MinionId, key: Buffer): boolean {
    return this.#store.isAccepted(id, key)
  }

  decide(id: MinionId, key: Buffer, address = ''): AcceptStatus {
    this.#store.refresh()
    const status = this.#statusOf(id, key, address)
    const result = status === 'accepted' || status === 'pending'
    this.#onDecision({ id, act: acts[status], result, key, address })
    return status
  }

  #statusOf(id: MinionId, key: Buffer, address: string): AcceptStatus {
    if (!this.#options.permissive_ids && !isPlainMinionId(id)) {
      this.#log.info('an id of this form is admitted with permissive_ids only', { id, address })
      return 'rejected'
    }
    const held = this.#held(id)
    if (this.#options.open_mode) return this.#overwrite(id, key)
    if (held === undefined) return this.#fileNew(id, key, address)
    if (held.state === 'minions_rejected') return 'rejected'
    if (held.raw === undefined || !held.raw.equals(key)) return this.#deny(id, key, address)
    if (held.state === 'minions') return 'accepted'
    if (this.#autoAccepts(id)) return this.#promote(id)
    this.#pending.note(id, address)
    return 'pending'
  }

  /** The key that stands for this id. A denied file alone is no claim to the id. */
  #held(
    id: MinionId,
  ): { state: 'minions' | 'minions_pre' | 'minions_rejected'; raw: Buffer | undefined } | undefined {
    for (const state of ['minions', 'minions_rejected', 'minions_pre'] as const) {
      const key = this.#store.directory(state).get(id)
      if (key) return { state, raw: key.raw }
    }
    return undefined
  }

  #fileNew(id: MinionId, key: Buffer, address: string): AcceptStatus {
    if (this.#isListed(id, this.#options.autoreject_file)) {
      this.#store.directory('minions_rejected').add(id, key)
      return 'rejected'
    }
    if (this.#autoAccepts(id)) return this.#acceptNew(id, key)
    if (!this.#pending.makeRoom(address)) return 'full'
    this.#store.directory('minions_pre').add(id, key)
    this.#pending.note(id, address)
    this.#log.info('new key waits for acceptance', { id, address })
    return 'pending'
  }

  #acceptNew(id: MinionId, key: Buffer): AcceptStatus {
    const accepted = this.#store.directory('minions')
    if (this.#options.max_minions > 0 && accepted.size >= this.#options.max_minions) return 'full'
    accepted.add(id, key)
    return 'accepted'
  }

  #promote(id: MinionId): AcceptStatus {
    this.#store.directory('minions_pre').moveTo(this.#store.directory('minions'), id)
    return 'accepted'
  }

  #overwrite(id: MinionId, key: Buffer): AcceptStatus {
    if (!this.#store.isAccepted(id, key)) this.#store.directory('minions').add(id, key)
    return 'accepted'
  }

  #deny(id: MinionId, key: Buffer, address: string): AcceptStatus {
    const denied = this.#store.directory('minions_denied')
    if (denied.get(id) === undefined && !this.#denied.makeRoom(address)) return 'full'
    if (!denied.get(id)?.raw?.equals(key)) denied.add(id, key)
    this.#denied.note(id, address)
    this.#log.warning('another key was shown for a known id: denied', { id, address })
    return 'denied'
  }

  #autoAccepts(id: MinionId): boolean {
    const { auto_accept, autosign_file } = this.#options
    return auto_accept || this.#isListed(id, autosign_file)
  }

  #isListed(id: MinionId, path: string): boolean {
    const permissive = this.#options.permissive_pki_access
    return isListedIn(path, id, { permissive, log: this.#log })
  }
}
