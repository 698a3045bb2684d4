// SPDX-License-Identifier: Apache-2.0
import type { Late } from './late.ts'

/** The states a minion's key can be in, named as Salt's directories. */
export type KeyState = 'minions' | 'minions_pre' | 'minions_rejected' | 'minions_denied'

/** State → ids, as `salt-key -L --out json` prints it. */
export type KeysByState = Readonly<Partial<Record<KeyState, readonly string[]>>>

/** The other states that an action takes into account. */
export interface KeyScope {
  readonly includeAccepted?: boolean
  readonly includeRejected?: boolean
  readonly includeDenied?: boolean
}

/** What happens to the records of a minion (grains, pillar, mine) whose accepted key is deleted. */
export interface KeyDeletion {
  readonly keepData?: boolean
}

/**
 * Keys by their ids: an id, a glob, or several of both with commas between; or a list of such texts. A text that is the id
 * of a key, or the name of its file, means that key alone, whatever it holds.
 */
export type KeyNames = string | readonly string[]

/** Which keys: as `KeyNames` says, or the ids themselves, by the state they are in now. */
export type KeySelection = KeyNames | KeysByState

/**
 * The keys of minions. What selects nothing does nothing. A file whose name is no minion id is listed under that name,
 * escaped (`escapedName`); it can be shown and deleted, and never accepted or rejected.
 */
export interface KeysContext {
  listAll(): Late<KeysByState>
  match(match: KeyNames): Late<KeysByState>
  /** Accepts pending keys, and those the scope adds. Returns the ids it accepted, by their new state. */
  accept(keys: KeySelection, scope?: KeyScope): Late<KeysByState>
  /** Rejects pending keys, and those the scope adds. Returns the ids it rejected, by their new state. */
  reject(keys: KeySelection, scope?: KeyScope): Late<KeysByState>
  /**
   * Deletes keys of every state and returns them, by the state they were in. When it returns, every session of a
   * removed minion has ended, the group key is a new one, and its records are gone but with `keepData`.
   */
  delete(keys: KeySelection, how?: KeyDeletion): Late<KeysByState>
  /**
   * Resolves when what was accepted, rejected and deleted before is on the disk, so that a power failure takes none of it
   * back. To be awaited before the change is reported. Rejects with the system's error.
   */
  durable(): Promise<void>
  /** State → id → fingerprint. */
  finger(match: KeyNames): Late<Readonly<Partial<Record<KeyState, Readonly<Record<string, string>>>>>>
  /** State → id → PEM text. */
  print(match: KeyNames): Late<Readonly<Partial<Record<KeyState, Readonly<Record<string, string>>>>>>
  /** The master's own fingerprint and PEM. */
  master(): Late<{ readonly fingerprint: string; readonly pem: string }>
}
