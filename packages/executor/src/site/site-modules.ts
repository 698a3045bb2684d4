// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { isMap, type Logger, type MinionId, messageOf, textKeyed } from '@halite/core'
import {
  type Listed,
  lateSiteApi,
  liveSiteManifest,
  type Manifest,
  type ReadSiteModule,
  removeOldSnapshots,
  type SiteModule,
  siteManifest,
  siteRoots,
  standInModule,
  touchSnapshot,
} from '@halite/loader'
import type { ExecutorFiles } from '../executor-child.ts'
import type { VisitTask } from '../messages.ts'
import { lookAt, readDirectory } from './read-directory.ts'
import type { Visited } from './visit-process.ts'

type Grains = Readonly<Record<string, unknown>>
type Verdict = true | string

export interface SiteModulesInit {
  readonly id: MinionId
  /** `module_dirs` and `extension_modules` say where site modules are, `cachedir` where they are copied to. */
  readonly options: Readonly<Record<string, unknown>> & { readonly cachedir: string }
  /** What a process that reads modules is started from. */
  readonly files: ExecutorFiles
  readonly log: Logger
}

/** How long one module may take to be read or to decide, and to collect its grains. */
const limitsMs: Readonly<Record<VisitTask, number>> = { describe: 5000, decide: 5000, collect: 10_000 }

/**
 * The site modules of this machine: what there is, what each says of itself, where its copy lies. None is imported by this
 * process, unless it asks for them with `live`.
 */
export class SiteModules {
  readonly #init: SiteModulesInit
  /** One list for each directory; the first one wins. */
  #directories: readonly (readonly ReadSiteModule[])[] = []
  readonly #controller = new AbortController()
  #mark: string | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #verdicts = new WeakMap<Grains, Promise<ReadonlyMap<string, Verdict>>>()

  constructor(init: SiteModulesInit) {
    this.#init = init
  }

  /** What executors are sent: the modules without their documentation. */
  get modules(): readonly (readonly ReadSiteModule[])[] {
    return this.#directories.map((modules) => modules.map(({ description: _description, ...rest }) => rest))
  }

  /** Manifests with stand-ins, by which modules are listed and documented and not run. */
  standIns(): readonly Manifest[] {
    return this.#directories.map((modules) => siteManifest(modules, (module) => this.#standIn(module)))
  }

  /** Manifests with the modules themselves, for a process that may be lost. `builtIn` has the contracts they use. */
  live(builtIn: Manifest): readonly Manifest[] {
    const api = lateSiteApi(builtIn)
    return this.#directories.map((modules) => liveSiteManifest(modules, api))
  }

  /**
   * Looks whether the directories have changed, and reads the modules again if so; resolves to whether there is something
   * new. Nothing is read when sizes and times of the files are as they were. Calls wait for one another. Rejects never: what
   * cannot be read is logged and left out.
   */
  refresh(): Promise<boolean> {
    const refreshed = this.#queue.then(() => this.#refresh())
    this.#queue = refreshed.catch(() => undefined)
    return refreshed
  }

  /** Removes copies that are no longer used. Only for the process that holds `cachedir`, after a refresh. Rejects never. */
  async removeOldCopies(): Promise<void> {
    await removeOldSnapshots(this.#copies).catch((error: unknown) => {
      this.#init.log.warning('old copies of site modules stay', { reason: messageOf(error) })
    })
  }

  /** Ends what is being read. */
  close(): void {
    this.#controller.abort()
  }

  /** The grains that site modules find; each module that fails is logged and left out. Rejects never. */
  async collectGrains(entries: readonly Listed[]): Promise<readonly Grains[]> {
    const paths = new Set(entries.map(({ path }) => path))
    const modules = this.#all.filter(
      ({ kind, path, problem }) => kind === 'grains' && paths.has(path) && problem === undefined,
    )
    const outcomes = await this.#visit('collect', modules).catch((error: unknown) =>
      modules.map(() => ({ problem: messageOf(error) })),
    )
    return outcomes.flatMap((outcome, index) => {
      if ('value' in outcome && isMap(outcome.value)) return [textKeyed(outcome.value)]
      const reason = 'problem' in outcome ? outcome.problem : 'it gave no map of grains'
      this.#init.log.warning('grains left out', { module: modules[index]?.path, reason })
      return []
    })
  }

  get #all(): readonly ReadSiteModule[] {
    return this.#directories.flat()
  }

  get #copies(): string {
    return join(this.#init.options.cachedir, 'site-modules')
  }

  async #refresh(): Promise<boolean> {
    const { options, log } = this.#init
    const trees = await Promise.all(siteRoots(options).map((root) => lookAt(root, log)))
    const mark = trees.map((tree) => tree?.mark).join('\n')
    if (mark === this.#mark && (await this.#inPlace())) return false
    const before = this.#all.length
    const describe = (modules: readonly SiteModule[]) => this.#visit('describe', modules)
    const parts = { options, log, copies: this.#copies, describe }
    const read = await Promise.all(trees.map((tree) => tree && readDirectory(tree, parts)))
    this.#directories = read.flatMap((modules) =>
      modules === undefined || modules.length === 0 ? [] : [modules],
    )
    // What could not be read is tried again the next time.
    this.#mark = read.includes(undefined) ? undefined : mark
    this.#verdicts = new WeakMap()
    return before > 0 || this.#all.length > 0
  }

  /** Whether all copies are still there; they count as used now. */
  async #inPlace(): Promise<boolean> {
    const snapshots = new Set(this.#all.map(({ snapshot }) => snapshot))
    const found = await Promise.all(
      [...snapshots].map((snapshot) => touchSnapshot(snapshot).catch(() => false)),
    )
    return found.every(Boolean)
  }

  async #standIn(module: ReadSiteModule): Promise<unknown> {
    const { description, path } = module
    if (description === undefined) return undefined
    return standInModule(description, async ({ grains }) => {
      return (await this.#decide(grains)).get(path) ?? 'it was not asked'
    })
  }

  /** Whether the modules with a condition load on a machine with these grains: path → verdict. Asked once for each grains. */
  #decide(grains: Grains): Promise<ReadonlyMap<string, Verdict>> {
    const known = this.#verdicts.get(grains)
    if (known !== undefined) return known
    const asked = this.#all.filter(({ facts }) => facts.conditional === true)
    const verdicts = this.#visit('decide', asked, grains).then(
      (outcomes) => new Map(asked.map(({ path }, index) => [path, verdictIn(outcomes[index])])),
    )
    this.#verdicts.set(grains, verdicts)
    return verdicts
  }

  async #visit(
    task: VisitTask,
    modules: readonly SiteModule[],
    grains: Grains = {},
  ): Promise<readonly Visited[]> {
    if (modules.length === 0) return []
    // Most machines have no site modules, or ones that were read before.
    const { visitSite } = await import('./visit-process.ts')
    const { id, options, files } = this.#init
    const { signal } = this.#controller
    return visitSite({
      files,
      id,
      facts: { options, grains },
      task,
      modules,
      limitMs: limitsMs[task],
      signal,
    })
  }
}

function verdictIn(outcome: Visited | undefined): Verdict {
  if (outcome === undefined) return 'it was not asked'
  if ('problem' in outcome) return outcome.problem
  return outcome.value === true ? true : String(outcome.value)
}
