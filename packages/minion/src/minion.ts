// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { constants } from 'node:os'
import { join } from 'node:path'
import {
  type Clock,
  type DirectoryLock,
  type Identity,
  isSaltError,
  LiveOptions,
  type Logger,
  loadIdentity,
  lockDirectory,
  type MinionId,
  type MinionOptions,
  makeOwnDirectory,
  messageOf,
  minionDirectories,
  type SaltError,
  settledBy,
  silentLog,
  systemClock,
} from '@halite/core'
import { type ExecutorFiles, ExecutorPool, memoryLimit, minionAsks } from '@halite/executor'
import { SiteModules } from '@halite/executor/site'
import { type DaemonContext, type DaemonServices, type Manifest, noFiles, Registry } from '@halite/loader'
import { type JobReturn, loads, type VerifySignature } from '@halite/protocol'
import { type Transport, zeromqTransport } from '@halite/transport'
import { GrainStore } from './grains.ts'
import { JobQueue } from './jobs/job-queue.ts'
import { JobRunner, type JobSource } from './jobs/job-runner.ts'
import { ReturnJournal } from './jobs/return-journal.ts'
import { RunningJobs } from './jobs/running-jobs.ts'
import { masterAddresses } from './master-address.ts'
import { PinnedMaster } from './master-key.ts'
import { type LinkState, type MasterAddress, MasterLink } from './master-link.ts'
import { mastersContext } from './masters.ts'
import { PillarStore } from './pillar-store.ts'
import { type ResolveHost, resolveHost } from './resolve-host.ts'

export interface MinionInit {
  readonly id: MinionId
  readonly options: MinionOptions
  /** The built-in modules. */
  readonly manifest: Manifest
  /** What job executors are started from. */
  readonly files: ExecutorFiles
  readonly log?: Logger
  readonly clock?: Clock
  readonly transport?: Transport
  readonly resolve?: ResolveHost
  /** Checks the master's signature on publications; many minions of one process can share the work. */
  readonly verifier?: VerifySignature
  readonly onState?: (master: string, state: LinkState) => void
}

/** What links, directories and processes were made from: a change takes a restart. */
const fixedOptions = [
  'id',
  'master',
  'master_port',
  'ipv6',
  'pki_dir',
  'cachedir',
  'sock_dir',
  'root_dir',
  'user',
  'pidfile',
  'log_file',
  'process_count_max',
] as const

const returnTimeoutMs = 60_000
/** How often returns that could not be delivered are tried again while the link stands. */
const returnRetryMs = 5000

/**
 * The minion: keeps a link to each master, runs the jobs meant for it, returns what they gave. Holds no module-level state,
 * so many live in one process. `start` rejects with `ALREADY_RUNNING`, `FILE_CORRUPT` and the like.
 */
export class Minion implements AsyncDisposable {
  readonly id: MinionId
  readonly #live: LiveOptions<MinionOptions>
  readonly #options: MinionOptions
  readonly #log: Logger
  readonly #lock: DirectoryLock
  readonly #identity: Identity
  readonly #manifest: Manifest
  readonly #site: SiteModules
  readonly #grains: GrainStore
  readonly #pillar: PillarStore
  readonly #journal: ReturnJournal
  readonly #running: RunningJobs
  readonly #pool: ExecutorPool
  readonly #runner: JobRunner
  readonly #links: readonly MasterLink[]
  readonly #sending = new Set<string>()
  #registry: Registry
  #retry: NodeJS.Timeout | undefined
  #closed = false
  #closing: Promise<void> | undefined
  #refused: (error: SaltError) => void = () => undefined

  /** Rejects when every master has refused this minion for good; never resolves. Handle it or the process hears of it. */
  readonly refused: Promise<never> = new Promise((_resolve, reject) => {
    this.#refused = reject
  })

  constructor(init: MinionInit) {
    const { id, manifest, files, log = silentLog } = init
    this.#live = new LiveOptions(init.options, fixedOptions)
    const options = this.#live.current
    this.#options = options
    this.id = id
    this.#log = log
    for (const directory of minionDirectories(options)) makeOwnDirectory(directory.path, directory)
    this.#lock = lockDirectory(options.cachedir, 'salt-minion')
    this.#identity = loadIdentity(join(options.pki_dir, 'minion_ed25519'))
    this.#manifest = manifest
    this.#registry = new Registry(manifest, { options, log })
    this.#site = new SiteModules({ id, options, files, log: log.child({ part: 'modules' }) })
    this.#grains = this.#makeGrains()
    this.#pillar = this.#makePillar()
    this.#journal = new ReturnJournal(join(options.cachedir, 'returns.journal'), log)
    this.#running = new RunningJobs(options.cachedir)
    this.#pool = this.#makePool(init.files)
    this.#runner = this.#makeRunner()
    this.#links = this.#makeLinks(init)
    this.refused.catch(() => undefined)
  }

  get fingerprint(): string {
    return this.#identity.fingerprint
  }

  /** Collects the quick grains and begins to connect; resolves before any master has answered. */
  async start(): Promise<void> {
    await this.#refreshModules()
    await this.#site.removeOldCopies()
    await this.#grains.collect()
    this.#registry = this.#registry.withGrains(this.#grains.all)
    this.#runner.reportAbandoned()
    for (const link of this.#links) link.start((error) => this.#onRefused(link, error))
    this.#retry = setInterval(() => this.#maintain(), returnRetryMs)
    void this.#pillar.ready.then(() => this.#closed || this.#runner.resume((name) => this.#sourceNamed(name)))
    void this.#collectSlowGrains()
  }

  /**
   * Takes over another configuration as far as that is possible while it runs, and collects the grains anew; what is
   * not possible is logged by name.
   */
  async reload(options: MinionOptions): Promise<void> {
    const refused = this.#live.exchange(options)
    if (refused.length > 0)
      this.#log.warning('these options change at the next start', { options: refused.join(', ') })
    await this.#grains.collect()
    this.#pool.refresh('options')
    this.#grainsChanged()
  }

  /**
   * Begins no further job, waits `drain_timeout` for those under way, then ends them, says goodbye to the masters, and closes
   * everything. Returns that were not acknowledged and jobs that wait for their turn stay on disk. Once `hurry` aborts nothing
   * is waited for.
   */
  async close(hurry?: AbortSignal): Promise<void> {
    this.#closing ??= this.#close(hurry)
    await this.#closing
  }

  async #close(hurry: AbortSignal = new AbortController().signal): Promise<void> {
    this.#closed = true
    clearInterval(this.#retry)
    this.#runner.drain()
    this.#grains.close()
    this.#site.close()
    const kill = () => this.#pool.close()
    hurry.addEventListener('abort', kill, { once: true })
    await settledBy(this.#runner.idle(), { ms: this.#options.drain_timeout * 1000, hurry })
    this.#running.abortAll()
    if (hurry.aborted) kill()
    await this.#runner.idle()
    this.#pool.close()
    await Promise.all(this.#links.map((link) => link.close()))
    this.#journal.close()
    this.#lock.release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #makeGrains(): GrainStore {
    return new GrainStore({
      id: this.id,
      options: this.#options,
      registry: () => this.#registry,
      collectSite: (entries) => this.#site.collectGrains(entries),
      log: this.#log.child({ part: 'grains' }),
    })
  }

  #makePillar(): PillarStore {
    return new PillarStore({
      options: this.#options,
      log: this.#log.child({ part: 'pillar' }),
      links: () => this.#links,
      onChange: () => this.#pool.refresh('pillar'),
    })
  }

  #makePool(files: ExecutorFiles): ExecutorPool {
    return new ExecutorPool({
      files,
      log: this.#log.child({ part: 'jobs' }),
      memoryLimit: () => memoryLimit(this.#options.job_memory_max),
      id: this.id,
      asks: minionAsks(this.#services()),
      returnLimits: loads.returnLimits,
      facts: () => ({
        options: this.#options,
        grains: this.#grains.all,
        pillar: this.#pillar.held,
        site: this.#site.modules,
      }),
    })
  }

  #makeRunner(): JobRunner {
    return new JobRunner({
      id: this.id,
      options: this.#options,
      registry: () => this.#registry,
      refreshModules: () => this.#refreshModules(),
      grains: () => this.#grains.all,
      pillar: () => this.#pillar.held,
      log: this.#log.child({ part: 'jobs' }),
      services: this.#services(),
      pool: this.#pool,
      queue: new JobQueue(this.#options.process_count_max),
      running: this.#running,
      journal: this.#journal,
    })
  }

  /** What jobs are provided with. */
  #services(): DaemonServices {
    return {
      daemon: this.#daemonContext(),
      masters: mastersContext(() => this.#links, this.#log),
      compilePillar: (pillarenv) => this.#pillar.compile(pillarenv),
      files: noFiles,
    }
  }

  #daemonContext(): DaemonContext {
    return {
      runningJobs: async () => this.#running.list(),
      signalJob: async (jid, signal) => this.#running.signal(jid, signal, constants.signals[signal]),
      refreshModules: () => this.#refreshModules(),
      refreshGrains: async () => {
        await this.#refreshModules()
        await this.#grains.collect()
        await this.#grains.collectSlow()
        this.#grainsChanged()
      },
      refreshStaticGrains: async () => {
        this.#grains.readStatic()
        this.#grainsChanged()
      },
      refreshPillar: () => this.#pillar.refresh(),
    }
  }

  #makeLinks(init: MinionInit): MasterLink[] {
    const { resolve = resolveHost } = init
    return masterAddresses(this.#options).map((address, index) =>
      this.#makeLink({ ...init, resolve }, address, index),
    )
  }

  #makeLink(
    init: MinionInit & { readonly resolve: ResolveHost },
    address: MasterAddress,
    index: number,
  ): MasterLink {
    const options = this.#options
    const { clock = systemClock, transport = zeromqTransport, resolve, verifier } = init
    const pinned = index === 0 ? 'minion_master_ed25519.pub' : `minion_master_ed25519.${index}.pub`
    const link: MasterLink = new MasterLink({
      id: this.id,
      instance: randomBytes(16),
      role: 'daemon',
      options,
      address,
      identity: this.#identity,
      pinned: new PinnedMaster(join(options.pki_dir, pinned), options.master_finger),
      transport,
      clock,
      log: this.#log.child({ part: 'link' }),
      resolve,
      ...(verifier === undefined ? {} : { verifier }),
      onState: (state) => init.onState?.(link.name, state),
      grains: () => this.#grains.all,
      onJob: (load) => void this.#pillar.ready.then(() => this.#runner.take(load, this.#sourceOf(link))),
      onUp: () => {
        void this.#pillar.fetch(link)
        this.#sendReturns(link)
      },
    })
    return link
  }

  #sourceOf(link: MasterLink): JobSource {
    return {
      name: link.name,
      started: (jid) => link.started(jid),
      returnReady: (ret) => void this.#sendReturn(link, ret),
    }
  }

  #sourceNamed(name: string): JobSource | undefined {
    const link = this.#links.find((each) => each.name === name)
    return link && this.#sourceOf(link)
  }

  /** Sends what the journal holds for this master. */
  #sendReturns(link: MasterLink): void {
    for (const { master, ret } of this.#journal.pending())
      if (master === link.name) void this.#sendReturn(link, ret)
  }

  /** Sends a return of the journal; when that fails it stays there and is sent when the link is up again. */
  async #sendReturn(link: MasterLink, ret: JobReturn): Promise<void> {
    const name = `${link.name} ${ret.jid}`
    if (this.#sending.has(name)) return
    this.#sending.add(name)
    try {
      await link.sendReturn(ret, returnTimeoutMs)
      this.#journal.done(link.name, ret.jid)
    } catch (error) {
      this.#returnFailed(link, ret.jid, error)
    } finally {
      this.#sending.delete(name)
    }
  }

  #maintain(): void {
    this.#retryReturns()
    this.#pillar.fetchMissing()
    // What `salt-call grains.setval` wrote.
    if (this.#grains.staticChanged()) {
      this.#grains.readStatic()
      void this.#factsChanged()
    }
  }

  #retryReturns(): void {
    for (const link of this.#links) if (link.state === 'up') this.#sendReturns(link)
  }

  #returnFailed(link: MasterLink, jid: Parameters<ReturnJournal['done']>[1], error: unknown): void {
    const refused = isSaltError(error, 'REQUEST_DENIED') || isSaltError(error, 'VALUE_MALFORMED')
    if (refused) this.#journal.done(link.name, jid)
    const fields = { jid, master: link.name, reason: messageOf(error) }
    if (refused) this.#log.error('the master refused a return', fields)
    else this.#log.info('return waits for the master', fields)
  }

  async #refreshModules(): Promise<void> {
    if (!(await this.#site.refresh())) return
    this.#registry = new Registry([...this.#site.standIns(), this.#manifest], {
      grains: this.#grains.all,
      options: this.#options,
      log: this.#log,
    })
    this.#pool.refresh('site')
  }

  async #collectSlowGrains(): Promise<void> {
    await this.#grains.collectSlow()
    if (!this.#closed) await this.#factsChanged()
  }

  /** Grains, and with them what top files give to this minion. */
  async #factsChanged(): Promise<void> {
    this.#grainsChanged()
    await this.#pillar.refresh()
  }

  #grainsChanged(): void {
    this.#registry = this.#registry.withGrains(this.#grains.all)
    this.#pool.refresh('grains')
    for (const link of this.#links) if (link.state === 'up') link.sendGrains()
  }

  #onRefused(link: MasterLink, error: SaltError): void {
    this.#log.critical('no further attempt to reach the master', {
      master: link.name,
      reason: error.message,
      hint: error.hint,
    })
    this.#refused(error)
  }
}
