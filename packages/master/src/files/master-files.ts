// SPDX-License-Identifier: Apache-2.0
import { type Logger, type MasterOptions, parseSaltenv } from '@halite/core'
import { FileServer, type FileSource, fileReaderEntry, UpdateLoop } from '@halite/fileserver'
import type { ActionReport, BackendChoice, FileserverContext } from '@halite/loader'
import { type BackendParts, backendName, type ServedBackend, servedBackends } from './backends.ts'

export interface MasterFilesInit {
  readonly options: MasterOptions
  readonly log: Logger
  /** The entry of threads that read what is served; default that of the compiled package. */
  readonly thread: string | URL | undefined
  /** Fires an event. */
  readonly fire: (tag: string, data: Readonly<Record<string, unknown>>) => void
}

/** What a master serves: its backends, in the order of `fileserver_backend`, and their updates. */
export class MasterFiles {
  readonly source: FileSource
  readonly #backends: readonly ServedBackend[]
  readonly #updates: UpdateLoop

  /** Throws `CONFIG_INVALID`. */
  constructor({ options, log, thread = fileReaderEntry, fire }: MasterFilesInit) {
    const onUpdated: BackendParts['onUpdated'] = (backend, data) => {
      if (options.fileserver_events) fire(`salt/fileserver/${backend}/update`, data)
    }
    this.#backends = servedBackends({ options, log, thread, onUpdated })
    this.source = new FileServer(this.#backends)
    this.#updates = new UpdateLoop({ tasks: this.#backends.flatMap(({ tasks }) => tasks), log })
  }

  /** Begins to update. */
  start(): void {
    this.#updates.start()
  }

  /** Options changed. */
  refresh(): void {
    for (const backend of this.#backends) backend.refresh()
  }

  async close(): Promise<void> {
    await this.#updates.close()
    await Promise.all(this.#backends.map((backend) => backend.close()))
  }

  /** What runners ask of it. */
  get context(): FileserverContext {
    const each = <T>(choice: BackendChoice, ask: (backend: ServedBackend) => Promise<T>) =>
      Promise.all(this.#chosen(choice).map(async (backend) => [backend.name, await ask(backend)] as const))
    return {
      envs: async (backends) => Object.fromEntries(await each(backends, ({ source }) => source.envs())),
      list: (saltenv, kind, backends) => this.#sourceOf(backends).list(parseSaltenv(saltenv), kind),
      symlinks: (saltenv, backends) => this.#sourceOf(backends).symlinks(parseSaltenv(saltenv)),
      update: async (backends, remotes) =>
        (await each(backends, (backend) => backend.update(remotes))).flatMap(([, failures]) => failures),
      clearCache: (backends) => clearCaches(this.#chosen(backends)),
      lock: async (backends, remote) =>
        together(await each(backends, async (backend) => backend.lock?.(remote))),
      clearLock: async (backends, remote) =>
        together(await each(backends, async (backend) => backend.clearLock?.(remote))),
      clearLists: async (saltenvs, backends) => {
        const wanted = saltenvs?.map(parseSaltenv)
        const cleared = await each(backends, (backend) => backend.forgetLists(wanted))
        return Object.fromEntries(cleared.filter(([, names]) => names.length > 0))
      },
    }
  }

  #sourceOf(choice: BackendChoice): FileSource {
    const chosen = this.#chosen(choice)
    return chosen.length === this.#backends.length ? this.source : new FileServer(chosen)
  }

  /** With `-` in front of each, all but those; a name with it among others without is passed over, and so is an unknown one. */
  #chosen(choice: BackendChoice): readonly ServedBackend[] {
    const names = (typeof choice === 'string' ? choice.split(',') : (choice ?? []))
      .map((name) => name.trim())
      .filter((name) => name !== '')
    if (names.length === 0) return this.#backends
    const isExclusion = names.every((name) => name.startsWith('-'))
    const named = new Set(names.map((name) => backendName(isExclusion ? name.slice(1) : name)))
    return this.#backends.filter(({ name }) => named.has(name) !== isExclusion)
  }
}

async function clearCaches(backends: readonly ServedBackend[]): Promise<ActionReport> {
  const done: string[] = []
  for (const { name, clearCache } of backends) {
    if (clearCache === undefined) continue
    await clearCache()
    done.push(`The ${name} fileserver cache was successfully cleared`)
  }
  return { done, errors: [] }
}

function together(reports: readonly (readonly [string, ActionReport | undefined])[]): ActionReport {
  return {
    done: reports.flatMap(([, report]) => report?.done ?? []),
    errors: reports.flatMap(([, report]) => report?.errors ?? []),
  }
}
