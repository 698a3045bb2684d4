// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import {
  isSaltError,
  type Logger,
  type MasterOptions,
  messageOf,
  SaltError,
  type Saltenv,
} from '@halite/core'
import {
  type Backend,
  type GitfsPart,
  GitfsSource,
  MinionfsSource,
  RootsSource,
  type UpdateTask,
} from '@halite/fileserver'
import type { ActionReport } from '@halite/loader'
import { fnmatch } from '@halite/targeting'

/** A backend, with what can be done with it beside reading. */
export interface ServedBackend extends Backend {
  /** What is updated every now and then. */
  readonly tasks: readonly UpdateTask[]
  /** Updates now; resolves to a line for each failure. */
  update(remotes: readonly string[] | undefined): Promise<readonly string[]>
  forgetLists(saltenvs: readonly Saltenv[] | undefined): Promise<readonly Saltenv[]>
  /** Absent where nothing is kept that was fetched. */
  readonly clearCache?: () => Promise<void>
  readonly lock?: (remote: string | undefined) => Promise<ActionReport>
  readonly clearLock?: (remote: string | undefined) => Promise<ActionReport>
  /** Options changed. */
  refresh(): void
  close(): Promise<void>
}

export interface BackendParts {
  readonly options: MasterOptions
  readonly log: Logger
  /** The entry of threads that read what is served. */
  readonly thread: string | URL
  /** What an event says of an update: `salt/fileserver/<backend>/update`. */
  readonly onUpdated: (backend: string, data: Readonly<Record<string, unknown>>) => void
}

const aliases: Readonly<Record<string, string>> = { git: 'gitfs', minion: 'minionfs' }

/** The name of a backend as it is used from here on: `git` is `gitfs`. */
export function backendName(name: string): string {
  return aliases[name] ?? name
}

/** The backends of `fileserver_backend`, in this order. Throws `CONFIG_INVALID`. */
export function servedBackends(parts: BackendParts): readonly ServedBackend[] {
  const names = new Set(parts.options.fileserver_backend.map(backendName))
  return [...names].flatMap((name) => makeBackend(name, parts) ?? [])
}

function makeBackend(name: string, parts: BackendParts): ServedBackend | undefined {
  switch (name) {
    case 'roots':
      return rootsBackend(parts)
    case 'gitfs':
      return gitfsBackend(parts)
    case 'minionfs':
      return minionfsBackend(parts)
    default:
      throw new SaltError(
        'CONFIG_INVALID',
        `fileserver_backend: there is no backend ${JSON.stringify(name)}`,
        {
          hint: 'There are: roots, gitfs (git), minionfs (minion).',
        },
      )
  }
}

function rootsBackend({ options, thread, onUpdated }: BackendParts): ServedBackend {
  const source = new RootsSource({ options, thread })
  const interval = options.roots_update_interval || options.fileserver_update_interval
  const look = async () => {
    const changes = await source.changes()
    const isChanged = Object.values(changes).some((paths) => paths.length > 0)
    onUpdated('roots', { changed: isChanged, files: changes, backend: 'roots' })
  }
  return {
    name: 'roots',
    source,
    // Files are read as they are; only whoever waits for the event has a use for it.
    tasks: options.fileserver_events ? [{ id: 'roots', intervalMs: interval * 1000, run: look }] : [],
    update: async () => {
      if (options.fileserver_events) await look()
      return []
    },
    forgetLists: (saltenvs) => source.forgetLists(saltenvs),
    refresh: () => void source.refresh(),
    close: () => source.close(),
  }
}

function minionfsBackend({ options, log, thread }: BackendParts): ServedBackend | undefined {
  if (!options.file_recv) {
    log.warning('minionfs is not served: file_recv is False')
    return undefined
  }
  const source = new MinionfsSource({ options, directory: join(options.cachedir, 'minions'), thread })
  return {
    name: 'minionfs',
    source,
    tasks: [],
    update: async () => [],
    forgetLists: (saltenvs) => source.forgetLists(saltenvs),
    refresh: () => undefined,
    close: () => source.close(),
  }
}

function gitfsBackend({ options, log, onUpdated }: BackendParts): ServedBackend {
  const source = new GitfsSource({ options, directory: join(options.cachedir, 'gitfs'), log })
  const update = async (part: GitfsPart, signal?: AbortSignal) => {
    const isChanged = await source.update(part, signal)
    onUpdated('gitfs', { changed: isChanged, backend: 'gitfs' })
  }
  const matching = (remote: string | undefined) =>
    source.parts.filter(({ mirror }) => remote === undefined || fnmatch(mirror.remote.url.shown, remote))
  return {
    name: 'gitfs',
    source,
    tasks: source.parts.map((part) => ({
      id: part.config.remote.id,
      intervalMs: part.config.intervalMs,
      run: (signal) => update(part, signal),
    })),
    update: (remotes) => failuresOf(partsNamed(source.parts, remotes), update),
    forgetLists: (saltenvs) => source.forgetLists(saltenvs),
    clearCache: () => source.clear(),
    lock: async (remote) => {
      const set = await Promise.all(matching(remote).map(({ mirror }) => mirror.lock.set()))
      return reportOf(matching(remote), set, (id) => `Set update lock for gitfs remote '${id}'`)
    },
    clearLock: async (remote) => {
      const cleared = await Promise.all(matching(remote).map(({ mirror }) => mirror.lock.clear()))
      return reportOf(matching(remote), cleared, (id) => `Removed update lock for gitfs remote '${id}'`)
    },
    refresh: () => undefined,
    close: () => source.close(),
  }
}

/** Remotes by their URL or name; all where none is named. */
function partsNamed(parts: readonly GitfsPart[], names: readonly string[] | undefined): readonly GitfsPart[] {
  if (names === undefined || names.length === 0) return parts
  return parts.filter(({ config: { remote } }) => {
    return [remote.id, remote.url.href, remote.name].some(
      (each) => each !== undefined && names.includes(each),
    )
  })
}

async function failuresOf(
  parts: readonly GitfsPart[],
  update: (part: GitfsPart) => Promise<void>,
): Promise<readonly string[]> {
  const results = await Promise.all(
    parts.map(async (part) => {
      try {
        await update(part)
        return []
      } catch (error) {
        if (!isSaltError(error)) throw error
        return [messageOf(error)]
      }
    }),
  )
  return results.flat()
}

function reportOf(
  parts: readonly GitfsPart[],
  isDone: readonly boolean[],
  text: (id: string) => string,
): ActionReport {
  const done = parts.filter((_, index) => isDone[index] === true)
  return { done: done.map(({ config }) => text(config.remote.id)), errors: [] }
}
