// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { fingerprint, type Identity, loadIdentity, type MinionId, publicPemOf } from '@halite/core'
import type { KeyScope, KeyState, KeysByState, KeysContext } from '@halite/loader'
import { fnmatch } from '@halite/targeting'
import { KeyDirectory, keyStates } from './key-files.ts'

/** An id changed state: `to` is undefined when its key was deleted. */
export interface KeyChange {
  readonly id: MinionId
  readonly from: KeyState
  readonly to: KeyState | undefined
}

type KeyTexts = Partial<Record<KeyState, Record<string, string>>>

/**
 * The keys of minions: Salt's directory tree below `pki_dir`, mirrored in memory. Works without a running master;
 * `onChange` tells a running one what it must act upon before the call returns.
 */
export class KeyStore implements KeysContext {
  readonly #directories: Readonly<Record<KeyState, KeyDirectory>>
  readonly #identity: Identity
  readonly #onChange: (changes: readonly KeyChange[]) => void

  constructor(
    pkiDir: string,
    identity: Identity,
    onChange: (changes: readonly KeyChange[]) => void = () => undefined,
  ) {
    this.#directories = {
      minions: new KeyDirectory(pkiDir, 'minions'),
      minions_pre: new KeyDirectory(pkiDir, 'minions_pre'),
      minions_rejected: new KeyDirectory(pkiDir, 'minions_rejected'),
      minions_denied: new KeyDirectory(pkiDir, 'minions_denied'),
    }
    this.#identity = identity
    this.#onChange = onChange
  }

  directory(state: KeyState): KeyDirectory {
    return this.#directories[state]
  }

  /** Accepted ids, sorted. */
  accepted(): MinionId[] {
    return this.#directories.minions.ids()
  }

  /** Whether this id is accepted with this very key; memory only. */
  isAccepted(id: MinionId, raw: Buffer): boolean {
    return this.#directories.minions.get(id)?.raw?.equals(raw) ?? false
  }

  /** Takes over what changed on disk; reports accepted keys that went away or became others. */
  refresh(): void {
    const before = new Map(this.accepted().map((id) => [id, this.#directories.minions.get(id)?.raw]))
    for (const state of keyStates) this.#directories[state].refresh()
    const gone = [...before].filter(([id, raw]) => raw === undefined || !this.isAccepted(id, raw))
    if (gone.length > 0) this.#onChange(gone.map(([id]) => ({ id, from: 'minions', to: undefined })))
  }

  listAll(): KeysByState {
    this.refresh()
    return Object.fromEntries(keyStates.map((state) => [state, this.#directories[state].ids()]))
  }

  match(match: string): KeysByState {
    this.refresh()
    return this.#matching(match, keyStates)
  }

  accept(match: string, scope: KeyScope = {}): KeysByState {
    return this.#move(match, 'minions', [
      'minions_pre',
      ...(scope.includeRejected ? (['minions_rejected'] as const) : []),
      ...(scope.includeDenied ? (['minions_denied'] as const) : []),
    ])
  }

  reject(match: string, scope: KeyScope = {}): KeysByState {
    return this.#move(match, 'minions_rejected', [
      'minions_pre',
      ...(scope.includeAccepted ? (['minions'] as const) : []),
      ...(scope.includeDenied ? (['minions_denied'] as const) : []),
    ])
  }

  delete(match: string): KeysByState {
    this.refresh()
    const found = this.#matching(match, keyStates)
    const changes = entriesOf(found).map(({ state, id }): KeyChange => {
      this.#directories[state].remove(id)
      return { id, from: state, to: undefined }
    })
    this.#onChange(changes)
    return found
  }

  finger(match: string): KeyTexts {
    return this.#texts(match, (directory, id) => {
      const raw = directory.get(id)?.raw
      return raw === undefined ? 'not an Ed25519 key' : fingerprint(raw)
    })
  }

  print(match: string): KeyTexts {
    return this.#texts(match, (directory, id) => directory.pem(id) ?? '')
  }

  master(): { fingerprint: string; pem: string } {
    return { fingerprint: this.#identity.fingerprint, pem: publicPemOf(this.#identity.publicRaw) }
  }

  #move(match: string, to: KeyState, from: readonly KeyState[]): KeysByState {
    this.refresh()
    const found = this.#matching(match, from)
    const changes = entriesOf(found).map(({ state, id }): KeyChange => {
      this.#directories[state].moveTo(this.#directories[to], id)
      return { id, from: state, to }
    })
    this.#onChange(changes)
    return found
  }

  #matching(match: string, states: readonly KeyState[]): KeysByState {
    const found: Partial<Record<KeyState, readonly string[]>> = {}
    for (const state of states) {
      const ids = this.#directories[state].ids().filter((id) => fnmatch(id, match))
      if (ids.length > 0) found[state] = ids
    }
    return found
  }

  #texts(match: string, text: (directory: KeyDirectory, id: MinionId) => string): KeyTexts {
    const found = this.match(match)
    const texts: KeyTexts = {}
    for (const { state, id } of entriesOf(found)) {
      texts[state] = { ...texts[state], [id]: text(this.#directories[state], id) }
    }
    return texts
  }
}

function entriesOf(keys: KeysByState): { state: KeyState; id: MinionId }[] {
  return keyStates.flatMap((state) => (keys[state] ?? []).map((id) => ({ state, id: id as MinionId })))
}

/** The keys of a master that does not run, for changes in its files. Makes its identity when it has none yet. */
export function openKeyStore({ pki_dir }: { readonly pki_dir: string }): KeyStore {
  return new KeyStore(pki_dir, loadIdentity(join(pki_dir, 'master_ed25519')))
}
