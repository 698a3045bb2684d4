// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Logger, type MasterOptions, type MinionId, SaltError } from '@halite/core'
import { Allowance } from '../allowance.ts'
import type { EventBus } from '../events.ts'
import type { MinionRecords } from '../minion-records.ts'
import type { MinionEndpoint } from '../sessions/minion-endpoint.ts'
import { keyEvent } from './key-event.ts'
import type { KeyChange, KeyStore } from './key-store.ts'

/** What a change of keys has consequences for. */
export interface KeyChangesInit {
  readonly options: MasterOptions
  readonly clock: Clock
  readonly log: Logger
  readonly keys: KeyStore
  readonly records: Pick<MinionRecords, 'forget'>
  readonly events: EventBus
  readonly minions: MinionEndpoint
}

/** What follows when keys of minions change: for their sessions, their data and the group key. */
export class KeyChanges {
  readonly #init: KeyChangesInit
  readonly #revocations: Allowance

  constructor(init: KeyChangesInit) {
    this.#init = init
    this.#revocations = new Allowance(init.clock, { most: 10, everyMs: 6000 })
  }

  /** Sessions of removed keys end, the group key is replaced, and accepted minions are notified, so that they connect. */
  apply(changes: readonly KeyChange[]): void {
    const { options, keys, records, events, minions } = this.#init
    const removed = changes.filter(({ from, to }) => from === 'minions' && to !== 'minions')
    for (const { id, keepsData } of removed) {
      minions.server.sessions.endAllOf(id, 'revoked')
      if (!keepsData) records.forget(id)
    }
    if (removed.length > 0 && options.rotate_aes_key) minions.keeper.rotate()
    for (const change of changes) {
      events.fire('salt/key', keyEvent(keys, change))
      if (change.to === 'minions') minions.admission.nudge(change.id, minions.server)
    }
  }

  /**
   * A minion gives its key up. Its sessions end once the answer is on its way. Returns false where
   * `allow_minion_key_revoke` is off; throws `BUSY` when it happens too often.
   */
  revoke(id: MinionId, keep: { readonly data: boolean }): boolean {
    const { options, keys, log } = this.#init
    if (!options.allow_minion_key_revoke) {
      log.warning('a minion may not revoke its key', { id, option: 'allow_minion_key_revoke' })
      return false
    }
    // Each changes the key of all publications, and with auto_accept a minion could begin again at once.
    if (!this.#revocations.take()) {
      throw new SaltError('BUSY', 'too many minions revoke their keys: ask again in a minute')
    }
    setImmediate(() => {
      try {
        keys.delete({ minions: [id] }, { keepData: keep.data })
      } catch (error) {
        log.error('a key that its minion gave up cannot be deleted', { id, error })
      }
      keys.durable().catch((error) => log.error('deletion of a key may not last', { id, error }))
    })
    return true
  }

  /** Reads the key files again. A read error must not stop the master: the keys stay what they were. */
  verify(): void {
    try {
      this.#init.keys.verify()
    } catch (error) {
      this.#init.log.error('keys could not be read again', { error })
    }
  }
}
