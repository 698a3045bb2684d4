// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path'
import { type Logger, messageOf } from '@halite/core'
import {
  checkDescription,
  kindTable,
  type ModuleDescription,
  moduleKinds,
  type ReadSiteModule,
  readModule,
  readSiteTree,
  type SiteModule,
  type SiteTree,
  takeSnapshot,
} from '@halite/loader'
import { keepDescriptions, keptDescriptions } from './kept-descriptions.ts'
import type { Visited } from './visit-process.ts'

/** What the reading of a directory needs. */
export interface ReadOptions {
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
  /** Directory of the copies that modules are imported from. */
  readonly copies: string
  /** Asks modules for their descriptions, in a process that may be lost. */
  describe(modules: readonly SiteModule[]): Promise<readonly Visited[]>
}

/** What a directory of site modules holds; undefined, and an error in the log, when it cannot be listed. */
export async function lookAt(root: string, log: Logger): Promise<SiteTree | undefined> {
  try {
    return await readSiteTree(root)
  } catch (error) {
    log.error('site modules left out', { directory: root, reason: messageOf(error) })
    return undefined
  }
}

/**
 * Copies a directory and reads its modules; each that cannot be read is logged, and in the list with its problem. Undefined,
 * and an error in the log, when none can be copied or read. Rejects never.
 */
export async function readDirectory(
  tree: SiteTree,
  options: ReadOptions,
): Promise<readonly ReadSiteModule[] | undefined> {
  warnOf(tree, options)
  if (tree.modules.length === 0) return []
  try {
    const snapshot = await takeSnapshot(tree, options.copies)
    const modules = tree.modules.map(({ kind, file, path }) => {
      return { kind, file, path: join(tree.root, path), snapshot, copy: path }
    })
    return keptModules(snapshot, modules) ?? (await readModules(snapshot, modules, options))
  } catch (error) {
    options.log.error('site modules left out', { directory: tree.root, reason: messageOf(error) })
    return undefined
  }
}

/** Says what its administrator may not expect of a directory. */
function warnOf({ root, files }: SiteTree, { log, options }: ReadOptions): void {
  const python = files.filter((path) => path.endsWith('.py'))
  if (python.length > 0) log.warning('modules in Python are not loaded', { root, files: python.join(' ') })
  const named = [options['module_dirs']].flat()
  const isNamed = named.some((directory) => typeof directory === 'string' && resolve(directory) === root)
  if (!isNamed || files.length > 0) return
  const folders = moduleKinds.map((kind) => kindTable[kind].folder).join(' ')
  log.warning('a directory of module_dirs has none of the folders of modules', { root, folders })
}

function keptModules(
  snapshot: string,
  modules: readonly SiteModule[],
): readonly ReadSiteModule[] | undefined {
  const kept = keptDescriptions(snapshot, modules)
  return kept && [...kept].map(([module, description]) => readModule(module, description))
}

async function readModules(
  snapshot: string,
  modules: readonly SiteModule[],
  { describe, log }: ReadOptions,
): Promise<readonly ReadSiteModule[]> {
  const outcomes = await describe(modules)
  const read = modules.map((module, index) => readModule(module, descriptionIn(module, outcomes[index])))
  for (const { path, problem } of read) {
    if (problem !== undefined) log.error('site module left out', { path, reason: problem })
  }
  keepUnlessBroken(snapshot, read, log)
  return read
}

function descriptionIn(
  { kind }: SiteModule,
  outcome: Visited | undefined,
): ModuleDescription | { readonly problem: string } {
  if (outcome === undefined) return { problem: 'was not read' }
  if ('problem' in outcome) return outcome
  try {
    return checkDescription(kind, outcome.value)
  } catch (error) {
    return { problem: messageOf(error) }
  }
}

/** A module that failed is read again by the next process: time may tell otherwise of it. */
function keepUnlessBroken(snapshot: string, read: readonly ReadSiteModule[], log: Logger): void {
  const described = read.flatMap(({ copy, description }) => {
    return description === undefined ? [] : [[copy, description] as const]
  })
  if (described.length < read.length) return
  try {
    keepDescriptions(snapshot, Object.fromEntries(described))
  } catch (error) {
    // The modules themselves are there, and can be read again.
    log.debug('descriptions of site modules not kept', { snapshot, reason: messageOf(error) })
  }
}
