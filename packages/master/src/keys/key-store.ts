// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import {
  fingerprint,
  type Identity,
  isMinionId,
  loadIdentity,
  type MinionId,
  publicPemOf,
} from '@halite/core'
import type {
  KeyDeletion,
  KeyNames,
  KeyScope,
  KeySelection,
  KeyState,
  KeysByState,
  KeysContext,
} from '@halite/loader'
import { compileGlob } from '@halite/targeting'
import { rawOrNone } from './key-file.ts'
import { KeyDirectory, keyStates } from './key-files.ts'
import { KeyFlush } from './key-flush.ts'

/** An id changed state: `to` is undefined when its key was deleted. */
export interface KeyChange {
  readonly id: MinionId
  readonly from: KeyState
  readonly to: KeyState | undefined
  /** The records of the minion stay. */
  readonly keepsData?: boolean
}

type KeyTexts = Partial<Record<KeyState, Record<string, string>>>

/**
 * The keys of minions: Salt's directory tree below `pki_dir`, mirrored in memory. Works without a running master;
 * `onChange` tells a running one what it must act upon before the call returns.
 */
export class KeyStore implements KeysContext {
  readonly #directories: Readonly<Record<KeyState, KeyDirectory>>
  readonly #identity: Identity
  readonly #flush = new KeyFlush()
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
  accepted(): readonly MinionId[] {
    return this.#directories.minions.ids()
  }

  /** Whether this id is accepted with this very key; memory only. */
  isAccepted(id: MinionId, raw: Buffer): boolean {
    return this.#directories.minions.get(id)?.raw?.equals(raw) ?? false
  }

  /**
   * Takes over what changed on disk, and reports accepted keys that came, went away, or became others. Cheap when nothing
   * changed, as every hello asks: four look-ups, however many keys there are. Throws the system's error.
   */
  refresh(): void {
    // Accepted ones last: what was taken over of them is reported, whatever fails before.
    for (const state of keyStates) if (state !== 'minions') this.#directories[state].refresh()
    const before = this.#directories.minions.refresh()
    if (before === undefined) return
    const gone = [...before]
      .filter(([id, { raw }]) => raw === undefined || !this.isAccepted(id, raw))
      .map(([id]) => id)
    const come = this.accepted().filter((id) => !before.has(id))
    this.#onChange([
      ...gone.map((id): KeyChange => ({ id, from: 'minions', to: undefined })),
      ...come.map((id): KeyChange => ({ id, from: 'minions_pre', to: 'minions' })),
    ])
  }

  /** As `refresh`, and finds also what somebody else changed in the same moment as this store did. */
  verify(): void {
    for (const state of keyStates) this.#directories[state].distrust()
    this.refresh()
  }

  listAll(): KeysByState {
    this.refresh()
    return Object.fromEntries(keyStates.map((state) => [state, this.#directories[state].names()]))
  }

  match(match: KeyNames): KeysByState {
    this.refresh()
    return this.#matching(match, keyStates)
  }

  accept(keys: KeySelection, scope: KeyScope = {}): KeysByState {
    return this.#move(keys, 'minions', [
      'minions_pre',
      ...(scope.includeRejected ? (['minions_rejected'] as const) : []),
      ...(scope.includeDenied ? (['minions_denied'] as const) : []),
    ])
  }

  reject(keys: KeySelection, scope: KeyScope = {}): KeysByState {
    return this.#move(keys, 'minions_rejected', [
      'minions_pre',
      ...(scope.includeAccepted ? (['minions'] as const) : []),
      ...(scope.includeDenied ? (['minions_denied'] as const) : []),
    ])
  }

  delete(keys: KeySelection, { keepData = false }: KeyDeletion = {}): KeysByState {
    this.refresh()
    const found = this.#matching(keys, keyStates)
    this.#changeEach(entriesOf(found), ({ state, name }) => {
      this.#directories[state].remove(name)
      this.#flush.addDirectory(this.#directories[state].path)
      return isMinionId(name) ? [{ id: name, from: state, to: undefined, keepsData: keepData }] : []
    })
    return found
  }

  durable(): Promise<void> {
    return this.#flush.flush()
  }

  /** As `durable`, before it returns: for a program without a loop to hold up. */
  makeDurable(): void {
    this.#flush.flushSync()
  }

  finger(match: KeyNames): KeyTexts {
    return this.#texts(match, fingerprintOf)
  }

  print(match: KeyNames): KeyTexts {
    return this.#texts(match, (directory, name) => directory.pem(name) ?? '')
  }

  master(): { fingerprint: string; pem: string } {
    return { fingerprint: this.#identity.fingerprint, pem: publicPemOf(this.#identity.publicRaw) }
  }

  #move(keys: KeySelection, to: KeyState, from: readonly KeyState[]): KeysByState {
    this.refresh()
    const target = this.#directories[to]
    const found = idsOf(this.#matching(keys, from))
    this.#changeEach(found, ({ state, id }) => {
      // Another key that stood here is overwritten, so its holder has to be shut out as if it was deleted.
      const displaced: KeyChange[] = target.get(id) === undefined ? [] : [{ id, from: to, to: undefined }]
      this.#directories[state].moveTo(target, id)
      this.#flush.addFile(join(target.path, id))
      this.#flush.addDirectory(this.#directories[state].path)
      this.#flush.addDirectory(target.path)
      return [...displaced, { id, from: state, to }]
    })
    return found.length === 0 ? {} : { [to]: [...new Set(found.map(({ id }) => id))].sort() }
  }

  /** Changes keys one after the other. What was changed is reported, whatever fails behind it. */
  #changeEach<T>(all: readonly T[], change: (one: T) => readonly KeyChange[]): void {
    const changes: KeyChange[] = []
    try {
      for (const one of all) changes.push(...change(one))
    } finally {
      this.#onChange(changes)
    }
  }

  #matching(keys: KeySelection, states: readonly KeyState[]): KeysByState {
    const isSelected = this.#selectorOf(keys)
    const found: Partial<Record<KeyState, readonly string[]>> = {}
    for (const state of states) {
      const names = this.#directories[state].names().filter((name) => isSelected(state, name))
      if (names.length > 0) found[state] = names
    }
    return found
  }

  #selectorOf(keys: KeySelection): (state: KeyState, name: string) => boolean {
    if (typeof keys !== 'string' && !isList(keys)) {
      const sets = new Map(keyStates.map((state) => [state, new Set(keys[state])]))
      return (state, name) => sets.get(state)?.has(name) ?? false
    }
    const texts = typeof keys === 'string' ? [keys] : keys
    const tests = texts.flatMap((text) => this.#testsOf(text))
    return (_state, name) => tests.some((matches) => matches(name))
  }

  /** What a text selects: the key of exactly this name if there is one, in whatever state; else a list of names and globs. */
  #testsOf(text: string): ((name: string) => boolean)[] {
    const known = this.#nameOf(text)
    if (known !== undefined) return [(name) => name === known]
    return text.split(',').map((part) => {
      const glob = part.trim()
      const exact = this.#nameOf(glob)
      return exact === undefined ? compileGlob(glob) : (name) => name === exact
    })
  }

  #nameOf(text: string): string | undefined {
    const found = keyStates.map((state) => this.#directories[state].nameOf(text))
    return found.find((name) => name !== undefined)
  }

  #texts(match: KeyNames, text: (directory: KeyDirectory, name: string) => string): KeyTexts {
    const found = entriesOf(this.match(match))
    const textsOf = (state: KeyState) =>
      found
        .filter((entry) => entry.state === state)
        .map(({ name }) => [name, text(this.#directories[state], name)] as const)
    return Object.fromEntries(
      [...new Set(found.map(({ state }) => state))].map((state) => [
        state,
        Object.fromEntries(textsOf(state)),
      ]),
    )
  }
}

function isList(keys: KeySelection): keys is readonly string[] {
  return Array.isArray(keys)
}

function entriesOf(keys: KeysByState): { state: KeyState; name: string }[] {
  return keyStates.flatMap((state) => (keys[state] ?? []).map((name) => ({ state, name })))
}

/** Without names that are no ids: those can only be deleted. */
function idsOf(keys: KeysByState): { state: KeyState; id: MinionId }[] {
  return entriesOf(keys).flatMap(({ state, name }) => (isMinionId(name) ? [{ state, id: name }] : []))
}

function fingerprintOf(directory: KeyDirectory, name: string): string {
  const pem = isMinionId(name) ? undefined : directory.pem(name)
  const raw = pem === undefined ? directory.get(name as MinionId)?.raw : rawOrNone(pem)
  return raw === undefined ? 'not an Ed25519 key' : fingerprint(raw)
}

/**
 * The keys of a master that does not run, for changes in its files: they are on the disk when a call returns. Makes the
 * master's identity when it has none yet.
 */
export function openKeyStore({ pki_dir }: { readonly pki_dir: string }): KeyStore {
  const identity = loadIdentity(join(pki_dir, 'master_ed25519'))
  const store: KeyStore = new KeyStore(pki_dir, identity, () => store.makeDurable())
  return store
}
