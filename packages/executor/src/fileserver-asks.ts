// SPDX-License-Identifier: Apache-2.0
import { schema } from '@halite/core'
import type { FileserverContext, ServedKind } from '@halite/loader'
import type { Asker, AskTable } from './asks.ts'

const { either, listOf, oneOf, optional, text } = schema

const backends = optional(either(text(), listOf(text())))
const names = optional(listOf(text()))
const remote = optional(text())
const kind = oneOf('files', 'dirs', 'empty_dirs')

/** What a master answers to its runners about its file server. */
export function fileserverAsks(fileserver: FileserverContext): AskTable {
  const backendsOf = (value: unknown) => backends(value, 'backend')
  const saltenvOf = (value: unknown) => text()(value, 'saltenv')
  return {
    'fileserver.envs': ([chosen]) => fileserver.envs(backendsOf(chosen)),
    'fileserver.list': ([saltenv, form, chosen]) =>
      fileserver.list(saltenvOf(saltenv), kind(form, 'kind'), backendsOf(chosen)),
    'fileserver.symlinks': ([saltenv, chosen]) => fileserver.symlinks(saltenvOf(saltenv), backendsOf(chosen)),
    'fileserver.update': ([chosen, remotes]) =>
      fileserver.update(backendsOf(chosen), names(remotes, 'remotes')),
    'fileserver.clearCache': ([chosen]) => fileserver.clearCache(backendsOf(chosen)),
    'fileserver.lock': ([chosen, pattern]) => fileserver.lock(backendsOf(chosen), remote(pattern, 'remote')),
    'fileserver.clearLock': ([chosen, pattern]) =>
      fileserver.clearLock(backendsOf(chosen), remote(pattern, 'remote')),
    'fileserver.clearLists': ([saltenvs, chosen]) =>
      fileserver.clearLists(names(saltenvs, 'saltenv'), backendsOf(chosen)),
  }
}

/** The file server of the master as a runner in an executor has it. */
export function askedFileserver(asker: Asker): FileserverContext {
  type Answer<M extends keyof FileserverContext> = Promise<Awaited<ReturnType<FileserverContext[M]>>>
  // The master answers a name with the result of its own function.
  const ask = <M extends keyof FileserverContext>(name: M, ...args: unknown[]) =>
    asker.ask(`fileserver.${name}`, ...args) as Answer<M>
  return {
    envs: (chosen) => ask('envs', chosen),
    list: (saltenv, form: ServedKind, chosen) => ask('list', saltenv, form, chosen),
    symlinks: (saltenv, chosen) => ask('symlinks', saltenv, chosen),
    update: (chosen, remotes) => ask('update', chosen, remotes),
    clearCache: (chosen) => ask('clearCache', chosen),
    lock: (chosen, pattern) => ask('lock', chosen, pattern),
    clearLock: (chosen, pattern) => ask('clearLock', chosen, pattern),
    clearLists: (saltenvs, chosen) => ask('clearLists', saltenvs, chosen),
  }
}
