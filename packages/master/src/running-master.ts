// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type Clock,
  type Identity,
  type LiveOptions,
  type Logger,
  loadIdentity,
  lockDirectory,
  type MasterOptions,
  makeOwnDirectory,
  masterDirectories,
  ResourceStack,
  silentLog,
  systemClock,
  type Timers,
} from '@halite/core'
import { executorEntry } from '@halite/executor'
import type { FilesContext } from '@halite/loader'
import type { HandlerTable } from '@halite/transport'
import { authoriser, unlessClosing } from './authorise.ts'
import type { EventBus } from './events.ts'
import { FileTurns } from './files/file-turns.ts'
import { MasterFiles } from './files/master-files.ts'
import { ownFiles } from './files/own-files.ts'
import { Jobs } from './jobs/jobs.ts'
import { Runs } from './jobs/runs.ts'
import { KeyChanges } from './keys/key-changes.ts'
import { KeyStore } from './keys/key-store.ts'
import { Maintenance } from './maintenance.ts'
import { type MasterServices, masterCalls, wheelContext } from './master-context.ts'
import type { MasterInit } from './master-init.ts'
import { MasterTops } from './master-tops.ts'
import { MinionRecords } from './minion-records.ts'
import { orchestrationCalls } from './orchestration.ts'
import { pillarWorkerEntry } from './pillar/pillar-thread.ts'
import { ReceivedFiles } from './received-files.ts'
import { localRequests } from './requests/local-requests.ts'
import { minionRequests } from './requests/minion-requests.ts'
import { Doors } from './sessions/doors.ts'
import { LocalEndpoint } from './sessions/local-endpoint.ts'
import { MinionEndpoint } from './sessions/minion-endpoint.ts'

/** The parts of a master, with those that outlive a start. */
export interface RunningMasterInit extends MasterInit {
  readonly live: LiveOptions<MasterOptions>
  readonly events: EventBus
}

/** The name of this master for users of minions with several; minions identify it by its key. */
const masterId = `${hostname()}_master`
const defaultHeartbeatSeconds = 15

/** A master from its start to its end: composes its parts, and releases them together. */
export class RunningMaster {
  readonly keys: KeyStore
  readonly #init: RunningMasterInit
  readonly #options: MasterOptions
  readonly #clock: Clock & Timers
  readonly #log: Logger
  readonly #resources: ResourceStack
  readonly #identity: Identity
  readonly #doors: Doors
  readonly #records: MinionRecords
  readonly #files: MasterFiles
  readonly #ownFiles: FilesContext
  readonly #received: ReceivedFiles
  readonly #fileTurns: FileTurns
  readonly #minions: MinionEndpoint
  readonly #locals: LocalEndpoint
  readonly #jobs: Jobs
  readonly #runs: Runs
  readonly #keyChanges: KeyChanges
  readonly #maintenance: Maintenance
  #isClosing = false

  /** Rejects with `ALREADY_RUNNING`, `ADDRESS_IN_USE`, `STORE_FAILED` and similar errors, with everything released. */
  static async open(init: RunningMasterInit): Promise<RunningMaster> {
    const resources = new ResourceStack()
    const options = init.live.current
    try {
      for (const directory of masterDirectories(options)) makeOwnDirectory(directory.path, directory)
      // Another master on the same sockets would take them over, whatever its `cachedir`.
      for (const directory of new Set([options.cachedir, options.sock_dir]))
        resources.add(lockDirectory(directory, 'salt-master'), (lock) => lock.release())
      const master = new RunningMaster(init, resources)
      await master.#start()
      return master
    } catch (error) {
      await resources.release()
      throw error
    }
  }

  private constructor(init: RunningMasterInit, resources: ResourceStack) {
    const { log = silentLog, clock = systemClock, live, events } = init
    const options = live.current
    this.#init = init
    this.#options = options
    this.#clock = clock
    this.#log = log
    this.#resources = resources
    this.#identity = loadIdentity(join(options.pki_dir, 'master_ed25519'))
    this.keys = new KeyStore(options.pki_dir, this.#identity, (changes) => this.#keyChanges.apply(changes))
    const unsealing = init.files?.unsealing
    this.#doors = resources.add(new Doors({ options, clock, log, unsealing }), (doors) => doors.close())
    this.#files = resources.add(this.#makeFiles(), (files) => files.close())
    this.#ownFiles = ownFiles(this.#files.source, options)
    this.#records = this.#makeRecords()
    this.#minions = this.#makeMinionEndpoint()
    this.#fileTurns = this.#makeFileTurns()
    this.#received = resources.add(new ReceivedFiles(() => live.current), (received) => received.close())
    const { keys } = this
    const minions = this.#minions
    this.#jobs = new Jobs({ masterId, options, clock, log, keys, data: this.#records.data, events, minions })
    resources.add(this.#jobs, (jobs) => jobs.close())
    // After the store of jobs, and so closed before it: what has arrived by then is still stored.
    resources.add(this.#minions, (endpoint) => endpoint.close())
    this.#runs = this.#makeRuns()
    this.#locals = resources.add(this.#makeLocalEndpoint(), (endpoint) => endpoint.close())
    this.#keyChanges = this.#makeKeyChanges()
    this.#maintenance = resources.add(this.#makeMaintenance(), (maintenance) => maintenance.close())
  }

  async #start(): Promise<void> {
    await this.#runs.removeLeftovers()
    await this.#minions.start(this.#minionRequests())
    await this.#locals.start(this.#localRequests())
    this.#doors.report()
    this.#maintenance.start()
    this.#files.start()
    this.#records.pillar.start()
    this.#runs.warm()
    this.#log.info('master started', {
      fingerprint: this.#identity.fingerprint,
      publish: this.#minions.publisher.address,
      requests: this.#minions.server.address,
    })
  }

  /** Options changed. */
  refresh(): void {
    this.#runs.refresh()
    this.#files.refresh()
  }

  /** As `Master.close`. */
  async close(hurry?: AbortSignal): Promise<void> {
    this.#isClosing = true
    this.#maintenance.stop()
    await this.#runs.close({ ms: this.#options.drain_timeout * 1000, ...(hurry ? { hurry } : {}) })
    // Jobs that were sent are committed, and publishers still get their jids: the answers go out in this turn.
    await this.#jobs.store.settled()
    await nextTurn()
    await this.#jobs.batches.close()
    await this.#resources.release()
  }

  /** Fingerprint of the master's key. */
  get fingerprint(): string {
    return this.#identity.fingerprint
  }

  /** The ports of the bound sockets, for when port 0 was configured. */
  get ports(): { readonly publish: number; readonly ret: number } {
    const { publisher, server } = this.#minions
    return { publish: portOf(publisher.address), ret: portOf(server.address) }
  }

  /** Counters and sizes: what was refused, what is queued, which minions are connected. */
  status(): Record<string, unknown> {
    return {
      ...this.#minions.snapshot(),
      local: this.#locals.server.snapshot(),
      ...this.#doors.snapshot(),
      events: this.#init.events.counters,
      ...this.#jobs.snapshot(),
      pillar: this.#records.pillar.snapshot(),
      memory_rss: process.memoryUsage().rss,
    }
  }

  #makeFiles(): MasterFiles {
    return new MasterFiles({
      options: this.#options,
      log: this.#log.child({ part: 'fileserver' }),
      thread: this.#init.files?.fileReader,
      fire: (tag, data) => this.#init.events.fire(tag, data),
    })
  }

  #makeFileTurns(): FileTurns {
    return new FileTurns({
      timers: systemClock,
      waitingBytes: (session) => this.#minions.server.waitingBytes(session),
    })
  }

  #makeRecords(): MinionRecords {
    const { executor = executorEntry(), manifest = '@halite/modules', pillarWorker } = this.#init.files ?? {}
    return new MinionRecords(
      {
        options: this.#options,
        log: this.#log,
        clock: this.#clock,
        accepted: () => this.keys.accepted(),
        files: { executor, manifest, pillarWorker: pillarWorker ?? pillarWorkerEntry },
      },
      this.#resources,
    )
  }

  #makeMinionEndpoint(): MinionEndpoint {
    return new MinionEndpoint({
      options: this.#options,
      identity: this.#identity,
      keys: this.keys,
      events: this.#init.events,
      clock: this.#clock,
      log: this.#log,
      transport: this.#init.transport ?? this.#doors.network,
      unsealing: this.#doors.unsealing,
      heartbeatSeconds: this.#init.heartbeatSeconds ?? defaultHeartbeatSeconds,
      onEnded: (session) => this.#fileTurns.forget(session),
    })
  }

  #makeLocalEndpoint(): LocalEndpoint {
    return new LocalEndpoint({
      options: this.#options,
      clock: this.#clock,
      log: this.#log,
      transport: this.#init.transport ?? this.#doors.local,
      unsealing: this.#doors.unsealing,
      onEnded: (session) => {
        this.#init.events.forget(session)
        this.#runs.ownerGone(session)
      },
    })
  }

  #makeRuns(): Runs {
    const { files = { executor: executorEntry(), manifest: '@halite/modules' } } = this.#init
    return new Runs({
      files,
      manifest: this.#init.manifest,
      options: this.#options,
      calls: masterCalls(this.#served()),
      orchestration: (owner) => {
        const services = this.#served()
        const { jobs, events } = services
        const parts = { jobs, events, runs: this.#runs, wheel: wheelContext(services) }
        return orchestrationCalls(services, parts, owner)
      },
      events: this.#init.events,
      log: this.#log.child({ part: 'runner' }),
      keepsSpare: this.#init.keepsExecutor ?? false,
    })
  }

  #makeKeyChanges(): KeyChanges {
    return new KeyChanges({
      options: this.#options,
      clock: this.#clock,
      log: this.#log,
      keys: this.keys,
      records: this.#records,
      events: this.#init.events,
      minions: this.#minions,
    })
  }

  #makeMaintenance(): Maintenance {
    return new Maintenance({
      options: this.#options,
      clock: this.#clock,
      log: this.#log,
      store: this.#jobs.store,
      keyChanges: this.#keyChanges,
      eachSecond: [this.#minions.keeper, this.#locals.keeper, this.#jobs, this.#records.pillar],
    })
  }

  #minionRequests(): HandlerTable {
    return minionRequests({
      masterId,
      log: this.#log,
      data: this.#records.data,
      pillar: this.#records.pillar,
      tops: new MasterTops({
        options: this.#options,
        log: this.#log.child({ part: 'tops' }),
        runs: this.#runs,
        nextJid: () => this.#jobs.publisher.nextJid(),
      }),
      mine: this.#records.mine,
      mineReader: this.#records.mineReader,
      jobs: this.#jobs,
      minions: this.#minions,
      files: this.#files.source,
      fileTurns: this.#fileTurns,
      received: this.#received,
      events: this.#init.events,
      publishPort: () => this.ports.publish,
      revoke: (id, keep) => this.#keyChanges.revoke(id, keep),
    })
  }

  #localRequests(): HandlerTable {
    return localRequests({
      log: this.#log.child({ part: 'publish' }),
      wheel: wheelContext(this.#served()),
      authorise: unlessClosing(authoriser(this.#options), () => this.#isClosing),
      jobs: this.#jobs,
      runs: this.#runs,
      connections: this.#minions.connections,
      locals: this.#locals,
      events: this.#init.events,
      status: () => this.status(),
    })
  }

  /** What functions of the master work with. */
  #served(): MasterServices {
    return {
      options: this.#options,
      log: this.#log.child({ part: 'wheel' }),
      keys: this.keys,
      fileserver: this.#files.context,
      files: this.#ownFiles,
      jobs: this.#jobs,
      runs: () => this.#runs,
      connections: this.#minions.connections,
      data: this.#records.data,
      pillar: this.#records.pillar,
      mine: this.#records.mineReader,
      events: this.#init.events,
      clock: this.#clock,
    }
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1))
}
