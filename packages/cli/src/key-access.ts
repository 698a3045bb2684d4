// SPDX-License-Identifier: Apache-2.0
import { WheelClient } from '@halite/client'
import { becomeUser, isSaltError, type Logger, type MasterOptions, schema } from '@halite/core'
import type { KeyDeletion, KeyScope, KeysByState } from '@halite/loader'

type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What can be done to keys. */
export type KeyVerb = 'accept' | 'reject' | 'delete'

/** The keys of minions, wherever they are kept: behind a running master, or in its files. */
export interface KeyAccess {
  listAll(): Promise<KeysByState>
  match(glob: string): Promise<KeysByState>
  /** Changes exactly these keys, each in the state named; what is in another state by now is left alone. */
  change(verb: KeyVerb, keys: KeysByState, how?: KeyDeletion): Promise<KeysByState>
  print(glob: string): Promise<Texts>
  finger(glob: string): Promise<Texts>
  masterFinger(): Promise<string>
  close(): Promise<void>
}

/**
 * Opens the keys. With a running master everything goes through it, so that what is deleted is shut out when the call
 * returns; without one the files are changed directly.
 */
export async function openKeys(options: MasterOptions, log: Logger): Promise<KeyAccess> {
  const wheel = new WheelClient({ options, log })
  try {
    await wheel.connection.request('ping', {})
    return new RemoteKeys(wheel)
  } catch (error) {
    await wheel.close()
    if (!isSaltError(error, 'MASTER_UNREACHABLE')) throw error
    log.debug('no master runs: the key files are changed directly', { pki_dir: options.pki_dir })
    return openKeyFiles(options)
  }
}

const statesSchema = (value: unknown): KeysByState => schema.anyMap(value, 'keys') as KeysByState
const textsSchema = (value: unknown): Texts => {
  const states = Object.entries(schema.anyMap(value, 'keys'))
  return Object.fromEntries(states.map(([state, texts]) => [state, schema.anyMap(texts, state)])) as Texts
}

class RemoteKeys implements KeyAccess {
  readonly #wheel: WheelClient

  constructor(wheel: WheelClient) {
    this.#wheel = wheel
  }

  async listAll(): Promise<KeysByState> {
    return statesSchema(await this.#wheel.cmd('key.list_all'))
  }

  async match(glob: string): Promise<KeysByState> {
    return statesSchema(await this.#wheel.cmd('key.name_match', [glob]))
  }

  async change(
    verb: KeyVerb,
    keys: KeysByState,
    { keepData = false }: KeyDeletion = {},
  ): Promise<KeysByState> {
    const words = verb === 'delete' ? { preserve_minions: keepData } : scopes[verb]
    return statesSchema(await this.#wheel.cmd(`key.${verb}_dict`, [keys], words))
  }

  async print(glob: string): Promise<Texts> {
    return textsSchema(await this.#wheel.cmd('key.print', [glob]))
  }

  async finger(glob: string): Promise<Texts> {
    return textsSchema(await this.#wheel.cmd('key.finger', [glob]))
  }

  async masterFinger(): Promise<string> {
    const { local } = textsSchema(await this.#wheel.cmd('key.finger_master'))
    return Object.values(local ?? {})[0] ?? ''
  }

  async close(): Promise<void> {
    await this.#wheel.close()
  }
}

/** The states are named key by key, so every state a change can start from is open to it. */
const scopes: Readonly<Record<Exclude<KeyVerb, 'delete'>, Readonly<Record<string, boolean>>>> = {
  accept: { include_rejected: true, include_denied: true },
  reject: { include_accepted: true, include_denied: true },
}
const everyState: KeyScope = { includeAccepted: true, includeRejected: true, includeDenied: true }

/** As the user of the master, whose files these are: root would act on what that user may have put there. */
async function openKeyFiles(options: MasterOptions): Promise<KeyAccess> {
  becomeUser(options.user, { directories: [{ path: options.pki_dir, mode: 0o700 }], files: [] })
  const { openKeyStore } = await import('@halite/master')
  const store = openKeyStore(options)
  return {
    listAll: async () => store.listAll(),
    match: async (glob) => store.match(glob),
    change: async (verb, chosen, how) =>
      verb === 'delete' ? store.delete(chosen, how) : store[verb](chosen, everyState),
    print: async (glob) => store.print(glob) as Texts,
    finger: async (glob) => store.finger(glob) as Texts,
    masterFinger: async () => store.master().fingerprint,
    close: async () => undefined,
  }
}
