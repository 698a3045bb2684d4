// SPDX-License-Identifier: Apache-2.0
import type { Manifest, ManifestEntry, ModuleDescription, ModuleFacts } from '../manifest.ts'
import type { SiteApi } from './api.ts'
import { loadSiteModule, type SiteModule, siteProblem } from './load-module.ts'

/** A site module that was read: what it says of itself, or what is wrong with it. */
export interface ReadSiteModule extends SiteModule {
  /** Of a module with a problem: its file name alone. */
  readonly facts: ModuleFacts
  /** The rule it breaks; such a module is never loaded again. */
  readonly problem?: string
  /** Absent where only the facts are needed, and with a problem. */
  readonly description?: ModuleDescription
}

/** A site module and what reading it gave. */
export function readModule(
  module: SiteModule,
  read: ModuleDescription | { readonly problem: string },
): ReadSiteModule {
  if ('problem' in read) return { ...module, facts: { name: module.file }, problem: read.problem }
  return { ...module, facts: read.facts, description: read }
}

/**
 * The manifest of the site modules of one directory; a module with a problem is in it, and says so when it is loaded.
 * `load` gives the object of any other one.
 */
export function siteManifest(
  modules: readonly ReadSiteModule[],
  load: (module: ReadSiteModule) => Promise<unknown>,
): Manifest {
  const kinds = [...new Set(modules.map(({ kind }) => kind))]
  return Object.fromEntries(
    kinds.map((kind) => {
      const entries = modules
        .filter((module) => module.kind === kind)
        .map((module) => [module.file, entryOf(module, load)])
      return [kind, Object.fromEntries(entries)]
    }),
  )
}

/** The same with the modules themselves: for a process that runs what is in them. */
export function liveSiteManifest(modules: readonly ReadSiteModule[], api: () => Promise<SiteApi>): Manifest {
  return siteManifest(modules, async (module) => loadSiteModule(module, await api()))
}

function entryOf(module: ReadSiteModule, load: (module: ReadSiteModule) => Promise<unknown>): ManifestEntry {
  const { facts, path, problem, description } = module
  return {
    ...facts,
    path,
    ...(description === undefined ? {} : { describe: async () => description }),
    load: async () => {
      if (problem !== undefined) throw siteProblem(module, problem)
      return { default: await load(module) }
    },
  }
}
