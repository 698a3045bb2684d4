// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os'
import { join } from 'node:path'
import {
  type Clock,
  type Identity,
  type LiveOptions,
  type Logger,
  loadIdentity,
  type MasterOptions,
  type ResourceStack,
  silentLog,
  systemClock,
  type Timers,
} from '@halite/core'
import { executorEntry } from '@halite/executor'
import type { FilesContext } from '@halite/loader'
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
import { MinionRecords } from './minion-records.ts'
import { callMaster, orchestrationCalls } from './orchestration.ts'
import { pillarWorkerEntry } from './pillar/pillar-thread.ts'
import { ReceivedFiles } from './received-files.ts'
import type { CallParts } from './requests/master-calls.ts'
import { Doors } from './sessions/doors.ts'
import { LocalEndpoint } from './sessions/local-endpoint.ts'
import { MinionEndpoint } from './sessions/minion-endpoint.ts'

/** What a start of a master gets: its init, and what outlives the start. */
export interface RunningMasterInit extends MasterInit {
  readonly live: LiveOptions<MasterOptions>
  readonly events: EventBus
}

/** The name of this master for users of minions with several; minions identify it by its key. */
export const masterId = `${hostname()}_master`
const defaultHeartbeatSeconds = 15

/** The parts of a running master: each is made after those it works with, and released before them. */
export class MasterParts {
  readonly options: MasterOptions
  readonly log: Logger
  readonly events: EventBus
  readonly identity: Identity
  readonly keys: KeyStore
  readonly doors: Doors
  readonly records: MinionRecords
  readonly files: MasterFiles
  readonly received: ReceivedFiles
  readonly fileTurns: FileTurns
  readonly minions: MinionEndpoint
  readonly locals: LocalEndpoint
  readonly jobs: Jobs
  readonly runs: Runs
  readonly keyChanges: KeyChanges
  readonly maintenance: Maintenance
  readonly #init: RunningMasterInit
  readonly #clock: Clock & Timers
  readonly #ownFiles: FilesContext

  constructor(init: RunningMasterInit, resources: ResourceStack) {
    const { log = silentLog, clock = systemClock, live, events } = init
    const options = live.current
    this.#init = init
    this.options = options
    this.events = events
    this.#clock = clock
    this.log = log
    this.identity = loadIdentity(join(options.pki_dir, 'master_ed25519'))
    this.keys = new KeyStore(options.pki_dir, this.identity, (changes) => this.keyChanges.apply(changes))
    const unsealing = init.files?.unsealing
    this.doors = resources.add(new Doors({ options, clock, log, unsealing }), (doors) => doors.close())
    this.files = resources.add(this.#makeFiles(), (files) => files.close())
    this.#ownFiles = ownFiles(this.files.source, options)
    this.records = this.#makeRecords(resources)
    this.minions = this.#makeMinionEndpoint()
    this.fileTurns = this.#makeFileTurns()
    this.received = resources.add(new ReceivedFiles(() => live.current), (received) => received.close())
    const { keys, minions } = this
    this.jobs = new Jobs({ masterId, options, clock, log, keys, data: this.records.data, events, minions })
    resources.add(this.jobs, (jobs) => jobs.close())
    // After the store of jobs, and so closed before it: what has arrived by then is still stored.
    resources.add(this.minions, (endpoint) => endpoint.close())
    this.runs = this.#makeRuns()
    this.locals = resources.add(this.#makeLocalEndpoint(), (endpoint) => endpoint.close())
    this.keyChanges = this.#makeKeyChanges()
    this.maintenance = resources.add(this.#makeMaintenance(), (maintenance) => maintenance.close())
  }

  /** What functions of the master work with. */
  services(): MasterServices {
    return {
      options: this.options,
      log: this.log.child({ part: 'wheel' }),
      keys: this.keys,
      fileserver: this.files.context,
      files: this.#ownFiles,
      jobs: this.jobs,
      runs: () => this.runs,
      connections: this.minions.connections,
      data: this.records.data,
      pillar: this.records.pillar,
      mine: this.records.mineReader,
      events: this.events,
      clock: this.#clock,
    }
  }

  #makeFiles(): MasterFiles {
    return new MasterFiles({
      options: this.options,
      log: this.log.child({ part: 'fileserver' }),
      thread: this.#init.files?.fileReader,
      fire: (tag, data) => this.events.fire(tag, data),
    })
  }

  #makeFileTurns(): FileTurns {
    return new FileTurns({
      timers: systemClock,
      waitingBytes: (session) => this.minions.server.waitingBytes(session),
    })
  }

  #makeRecords(resources: ResourceStack): MinionRecords {
    const { executor = executorEntry(), manifest = '@halite/modules', pillarWorker } = this.#init.files ?? {}
    return new MinionRecords(
      {
        options: this.options,
        log: this.log,
        clock: this.#clock,
        accepted: () => this.keys.accepted(),
        files: { executor, manifest, pillarWorker: pillarWorker ?? pillarWorkerEntry },
        callMaster: (call) => callMaster(this.#callParts(), call, { user: String(this.options.user) }),
      },
      resources,
    )
  }

  #makeMinionEndpoint(): MinionEndpoint {
    return new MinionEndpoint({
      options: this.options,
      identity: this.identity,
      keys: this.keys,
      events: this.events,
      clock: this.#clock,
      log: this.log,
      transport: this.#init.transport ?? this.doors.network,
      unsealing: this.doors.unsealing,
      heartbeatSeconds: this.#init.heartbeatSeconds ?? defaultHeartbeatSeconds,
      onEnded: (session) => this.fileTurns.forget(session),
    })
  }

  #makeLocalEndpoint(): LocalEndpoint {
    return new LocalEndpoint({
      options: this.options,
      clock: this.#clock,
      log: this.log,
      transport: this.#init.transport ?? this.doors.local,
      unsealing: this.doors.unsealing,
      onEnded: (session) => {
        this.events.forget(session)
        this.runs.ownerGone(session)
      },
    })
  }

  #makeRuns(): Runs {
    const { files = { executor: executorEntry(), manifest: '@halite/modules' } } = this.#init
    return new Runs({
      files,
      manifest: this.#init.manifest,
      options: this.options,
      calls: masterCalls(this.services()),
      orchestration: (owner) => orchestrationCalls(this.services(), this.#callParts(), owner),
      events: this.events,
      log: this.log.child({ part: 'runner' }),
      keepsSpare: this.#init.keepsExecutor ?? false,
    })
  }

  /** What functions of the master are called with by orchestrations and templates. */
  #callParts(): CallParts {
    const { jobs, events, runs } = this
    return { jobs, events, runs, wheel: wheelContext(this.services()) }
  }

  #makeKeyChanges(): KeyChanges {
    return new KeyChanges({
      options: this.options,
      clock: this.#clock,
      log: this.log,
      keys: this.keys,
      records: this.records,
      events: this.events,
      minions: this.minions,
    })
  }

  #makeMaintenance(): Maintenance {
    return new Maintenance({
      options: this.options,
      clock: this.#clock,
      log: this.log,
      store: this.jobs.store,
      keyChanges: this.keyChanges,
      eachSecond: [this.minions.keeper, this.locals.keeper, this.jobs, this.records.pillar],
    })
  }
}
