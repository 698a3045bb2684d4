// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { type DataMap, JidClock, type Logger, silentLog } from '@halite/core'
import type { LateApart } from '@halite/executor/apart'
import { LeftoverLedger } from '@halite/executor/leftover-ledger'
import type { SiteModules } from '@halite/executor/site'
import {
  createContext,
  type DaemonServices,
  type ExecContext,
  type FilesContext,
  type FunctionResult,
  type JobContext,
  lateFiles,
  type MineContext,
  type PillarWishes,
  Registry,
  type ReportProgress,
  runFunction,
  siteRoots,
} from '@halite/loader'
import type { MinionFacts } from '@halite/targeting'
import { asSent } from './as-sent.ts'
import type { CallerInit, CallResult } from './caller-init.ts'
import type { CallerSession } from './caller-session.ts'
import { lateMine } from './late-mine.ts'
import { winrepoOf } from './winrepo.ts'

/** A call while it runs. */
interface OneCall {
  readonly job: JobContext
  readonly signal: AbortSignal | undefined
  readonly leftovers: LeftoverLedger
  /** What runs code of the site for it: one for each of its contexts. */
  readonly beside: LateApart[]
}

type Facts = Readonly<Record<string, unknown>>

/** Runs functions on this machine in this process, as `salt-call` does; the daemon, if there is one, is not involved. */
export class Caller {
  readonly #init: CallerInit
  readonly #log: Logger
  #session: CallerSession | undefined
  #modules: Promise<Registry> | undefined
  #site: SiteModules | undefined

  constructor(init: CallerInit) {
    this.#init = init
    this.#log = init.log ?? silentLog
  }

  /**
   * Makes a session of its own with the first master, beside the daemon's. Rejects with `KEY_PENDING`, `KEY_REJECTED`,
   * `HANDSHAKE_TIMEOUT` and the like after `timeoutMs`. Nothing to do when the caller is local.
   */
  async connect(timeoutMs: number): Promise<void> {
    const { id, options, transport, local } = this.#init
    if (local) return
    const { CallerSession } = await import('./caller-session.ts')
    this.#session = await CallerSession.open({ id, options, transport, log: this.#log }, timeoutMs)
  }

  /** The built-in modules and those of the site, which are loaded into this process when they are needed. */
  modules(): Promise<Registry> {
    this.#modules ??= this.#findModules()
    return this.#modules
  }

  /**
   * Runs one function. Never rejects for what the function does: that is in the result, as a job would return it. Once
   * `signal` aborts, so does `ctx.signal`, and what the function returns then is not reported to the master.
   */
  async call(fun: string, arg: readonly unknown[], signal?: AbortSignal): Promise<CallResult> {
    const { id, options, user, tellMaster = true } = this.#init
    const jid = new JidClock().next()
    const leftovers = new LeftoverLedger(options.cachedir, this.#log)
    const job = { jid, user, tgt: id, tgtType: 'glob', fun, arg, ret: '' }
    const beside: LateApart[] = []
    const result = await this.#run({ job, signal, leftovers, beside })
    const isReported = tellMaster && !signal?.aborted
    if (isReported) await this.#session?.report({ jid, fun, fun_args: [...arg] }, result)
    return { id, jid, fun, fun_args: arg, ...asSent(result) }
  }

  async #run(call: OneCall): Promise<FunctionResult> {
    try {
      const { registry, context } = await this.#contextFor(call)
      return await runFunction(registry, context, call.job)
    } finally {
      call.leftovers.close()
      await Promise.all(call.beside.map((apart) => apart.close()))
    }
  }

  /** What the function sees, by what is on this machine now. */
  async #contextFor(call: OneCall): Promise<{ readonly registry: Registry; readonly context: ExecContext }> {
    const { id, options } = this.#init
    const { job, signal, leftovers, beside } = call
    const plain = await this.modules()
    const grains = await this.#grainsFor(plain, job.fun)
    const registry = plain.withGrains(grains)
    const pillar = await this.#pillarFor(plain, job.fun, grains)
    const services: Partial<DaemonServices> = {
      compilePillar: (pillarenv, wishes) => this.#compilePillar(grains, pillarenv, wishes),
      mine: this.#mine(() => ({ id, grains, pillar })),
      freshGrains: () => this.#collect(plain, true),
      ...this.#ofMaster(grains),
      files: this.#files(),
      winrepo: winrepoOf(options, this.#log),
    }
    const apart = await this.#beside(services)
    if (apart !== undefined) beside.push(apart)
    const context = createContext({
      ...services,
      ...(apart === undefined ? {} : { apart }),
      progress: this.#progress(job.jid),
      renew: () => this.#renewed(call),
      registry,
      id,
      options,
      leftovers,
      grains,
      pillar,
      log: this.#log,
      signal,
      job,
    })
    return { registry, context }
  }

  async #renewed(call: OneCall): Promise<ExecContext> {
    this.#modules = undefined
    return (await this.#contextFor(call)).context
  }

  /** What only a master provides; without one, functions do with what is here. */
  #ofMaster(grains: Facts): Partial<DaemonServices> {
    const session = this.#session
    if (session === undefined) return {}
    return { masters: session.masters, masterTops: () => session.tops(grains) }
  }

  /** Told to whoever asked for it, and to the masters. */
  #progress(jid: string): ReportProgress {
    const { onProgress } = this.#init
    return async (data) => {
      onProgress?.(data)
      return (await this.#session?.reportProgress(jid, data)) ?? false
    }
  }

  /** Runs the site's code that states call, in a process of its own; undefined for a minion without site modules. */
  async #beside(services: Partial<DaemonServices>): Promise<LateApart | undefined> {
    const site = this.#site
    if (site === undefined) return undefined
    const { lateApart } = await import('@halite/executor/apart')
    return lateApart({ files: this.#init.files, site: () => site.modules, services, log: this.#log })
  }

  /** Of the master, or with `file_client: local` of this machine. */
  #files(): FilesContext {
    const { options, files } = this.#init
    const master = this.#session
    const file_client = master === undefined ? ('local' as const) : options.file_client
    return lateFiles(async () => {
      const { callerFiles } = await import('./minion-files.ts')
      return callerFiles({
        options: { ...options, file_client },
        master: () => master,
        threads: files,
        log: this.#init.log,
      })
    })
  }

  async close(): Promise<void> {
    await this.#session?.close()
  }

  async #findModules(): Promise<Registry> {
    const { id, options, manifest, files } = this.#init
    if (options.module_dirs.length === 0 && !siteRoots(options).some((root) => existsSync(root)))
      return new Registry(manifest, { options, log: this.#log })
    const { SiteModules } = await import('@halite/executor/site')
    const site = new SiteModules({ id, options, files, log: this.#log })
    await site.refresh()
    this.#site = site
    return new Registry([...site.live(manifest), manifest], { options, log: this.#log })
  }

  /** A function that looks at no grains, by what it declares, does not wait for them. */
  async #grainsFor(registry: Registry, fun: string): Promise<Facts> {
    const wantsAll = registry.reads(fun, 'grains')
    if (!wantsAll && !registry.reads(fun, 'quick grains')) return {}
    return this.#collect(registry, wantsAll)
  }

  async #collect(registry: Registry, wantsAll: boolean): Promise<Facts> {
    const { id, options } = this.#init
    const { GrainStore } = await import('./grains.ts')
    const store = new GrainStore({ id, options, registry: () => registry, log: this.#log })
    await store.collect()
    return wantsAll ? store.collectSlow() : store.all
  }

  /** As with grains; a master that cannot give it is logged, and costs the function only its pillar. */
  async #pillarFor(registry: Registry, fun: string, grains: Facts): Promise<DataMap> {
    if (!registry.reads(fun, 'pillar')) return {}
    try {
      return await this.#compilePillar(grains)
    } catch (error) {
      this.#log.error('the pillar is missing', { error })
      return {}
    }
  }

  async #compilePillar(grains: Facts, pillarenv?: string, wishes?: PillarWishes): Promise<DataMap> {
    const { id, options, localPillar } = this.#init
    const { pillarAsk } = await import('./pillar-store.ts')
    const ask = pillarAsk(options, pillarenv, wishes)
    if (this.#session !== undefined) return this.#session.pillar({ grains, ...ask })
    return (await localPillar?.({ id, grains, ...ask })) ?? {}
  }

  /** Of the master, or without one of this machine. */
  #mine(facts: () => MinionFacts): MineContext {
    const { options } = this.#init
    const session = this.#session
    return lateMine(async () => {
      if (session !== undefined) return session.mine
      const { localMine } = await import('./local-mine.ts')
      return localMine({ cachedir: options.cachedir, facts: facts(), nodegroups: {} })
    })
  }
}
