// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type Clock,
  type Identity,
  type LiveOptions,
  type Logger,
  loadIdentity,
  localAddress,
  lockDirectory,
  type MasterOptions,
  makeOwnDirectory,
  masterDirectories,
  publicPemOf,
  ResourceStack,
  silentLog,
  systemClock,
  version,
} from '@halite/core'
import { executorEntry } from '@halite/executor'
import { Registry } from '@halite/loader'
import { type Job, maxFrameBytes } from '@halite/protocol'
import type { Nodegroups } from '@halite/targeting'
import {
  Door,
  EpochPublisher,
  LocalAdmission,
  MinionAdmission,
  type Session,
  SessionServer,
  tcpAddress,
} from '@halite/transport'
import { authoriser, localUsers, unlessClosing } from './authorise.ts'
import { Connections } from './connections.ts'
import { localDoorLimits, networkDoorLimits, sessionLimits } from './door-limits.ts'
import type { EventBus } from './events.ts'
import { FileTurns } from './file-turns.ts'
import { JobPublisher } from './job-publisher.ts'
import { CallQuota } from './jobs/call-quota.ts'
import { JobStore } from './jobs/job-store.ts'
import { JobTracker } from './jobs/job-tracker.ts'
import { KeyChanges } from './keys/key-changes.ts'
import { KeyRules } from './keys/key-policy.ts'
import { KeyStore } from './keys/key-store.ts'
import { LocalKeys } from './local-keys.ts'
import { LocalSessionKeeper } from './local-sessions.ts'
import { Maintenance } from './maintenance.ts'
import { type ContextParts, masterCalls, wheelContext } from './master-context.ts'
import { MasterFiles } from './master-files.ts'
import type { MasterInit } from './master-init.ts'
import { MinionData } from './minion-data.ts'
import { OpenFiles } from './open-files.ts'
import { PillarCompiler } from './pillar/compiler.ts'
import { localRequests } from './requests/local-requests.ts'
import { minionRequests } from './requests/minion-requests.ts'
import { Runs } from './runs.ts'
import { SessionKeeper } from './sessions.ts'

/** What a master is made of, with what outlives a start. */
export interface RunningMasterInit extends MasterInit {
  readonly live: LiveOptions<MasterOptions>
  readonly events: EventBus
}

/** Names this master to minions that have several, for people; to a minion it is its key. */
const masterId = `${hostname()}_master`
const defaultHeartbeatSeconds = 15
/** A minion confirms a heartbeat after a random while of two seconds at most, and the path takes a moment. */
const confirmedWithinMs = 5000

/** What a master is from its start to its end: everything it holds, released as one. */
export class RunningMaster {
  readonly keys: KeyStore
  readonly #init: RunningMasterInit
  readonly #options: MasterOptions
  readonly #clock: Clock
  readonly #log: Logger
  readonly #resources: ResourceStack
  readonly #identity: Identity
  readonly #data: MinionData
  readonly #pillar: PillarCompiler
  readonly #store: JobStore
  readonly #files: MasterFiles
  readonly #fileTurns = new FileTurns({
    timers: systemClock,
    waitingBytes: (session) => this.#minions.waitingBytes(session),
  })
  readonly #tracker: JobTracker
  readonly #connections: Connections
  readonly #localKeys: LocalKeys
  readonly #openFiles: OpenFiles
  /** Strangers come to one; local clients have another, so that an operator always gets in. */
  readonly #door: Door
  readonly #localDoor: Door
  readonly #publisher: EpochPublisher
  readonly #jobs: JobPublisher
  readonly #calls: CallQuota
  readonly #runs: Runs
  readonly #admission: MinionAdmission
  readonly #minions: SessionServer
  readonly #locals: SessionServer
  readonly #keeper: SessionKeeper
  readonly #keyChanges: KeyChanges
  readonly #maintenance: Maintenance
  #isClosing = false

  /** Rejects with `ALREADY_RUNNING`, `ADDRESS_IN_USE`, `STORE_FAILED` and the like; nothing stays held then. */
  static async open(init: RunningMasterInit): Promise<RunningMaster> {
    const resources = new ResourceStack()
    const options = init.live.current
    try {
      for (const directory of masterDirectories(options)) makeOwnDirectory(directory.path, directory)
      // Another master on the same sockets would take them over, whatever its `cachedir`.
      for (const directory of new Set([options.cachedir, options.sock_dir]))
        resources.add(lockDirectory(directory, 'salt-master'), (lock) => lock.release())
      const master = new RunningMaster(init, resources)
      await master.#begin()
      return master
    } catch (error) {
      await resources.release()
      throw error
    }
  }

  private constructor(init: RunningMasterInit, resources: ResourceStack) {
    const { log = silentLog, clock = systemClock, live } = init
    const options = live.current
    this.#init = init
    this.#options = options
    this.#clock = clock
    this.#log = log
    this.#resources = resources
    this.#identity = loadIdentity(join(options.pki_dir, 'master_ed25519'))
    this.keys = new KeyStore(options.pki_dir, this.#identity, (changes) => this.#keyChanges.apply(changes))
    this.#localKeys = new LocalKeys(options.cachedir, localUsers(options))
    resources.add(this.#localKeys, (keys) => keys.remove())
    this.#store = resources.add(this.#openStore(), (store) => store.close())
    this.#files = resources.add(this.#makeFiles(), (files) => files.close())
    this.#data = new MinionData(options.cachedir, log, options)
    resources.add(this.#data, (data) => data.close())
    this.#pillar = this.#makePillar()
    this.#tracker = new JobTracker(clock, () => options.job_cache)
    this.#connections = new Connections(clock)
    this.#openFiles = new OpenFiles(options, log)
    this.#door = new Door({ limits: networkDoorLimits(options, this.#openFiles), clock })
    resources.add(this.#door, (door) => door.close())
    this.#localDoor = new Door({ limits: localDoorLimits(this.#openFiles), clock })
    resources.add(this.#localDoor, (door) => door.close())
    this.#publisher = resources.add(this.#makePublisher(), (publisher) => publisher.close())
    this.#jobs = this.#makeJobPublisher()
    this.#calls = this.#makeCallQuota()
    this.#runs = this.#makeRuns()
    this.#admission = this.#makeAdmission()
    this.#minions = resources.add(this.#makeMinionServer(), (server) => server.close())
    this.#locals = resources.add(this.#makeLocalServer(), (server) => server.close())
    this.#keeper = this.#makeKeeper()
    this.#keyChanges = this.#makeKeyChanges()
    this.#maintenance = resources.add(this.#makeMaintenance(), (maintenance) => maintenance.close())
  }

  async #begin(): Promise<void> {
    const { sock_dir } = this.#options
    if (process.platform !== 'win32') {
      // The library leaves its socket behind.
      this.#resources.defer(() => rmSync(join(sock_dir, 'master.ipc'), { force: true }))
    }
    await this.#publisher.start()
    await this.#minions.start()
    await this.#locals.start()
    this.#openFiles.report()
    this.#maintenance.start()
    this.#runs.warm()
    this.#log.info('master started', {
      fingerprint: this.#identity.fingerprint,
      publish: this.#publisher.address,
      requests: this.#minions.address,
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
    await this.#store.settled()
    await nextTurn()
    await this.#jobs.batches.close()
    await this.#resources.release()
  }

  get fingerprint(): string {
    return this.#identity.fingerprint
  }

  /** Ports the sockets were bound to: of use when port 0 was asked for. */
  get ports(): { readonly publish: number; readonly ret: number } {
    return { publish: portOf(this.#publisher.address), ret: portOf(this.#minions.address) }
  }

  /** Counters and sizes: what was refused, what waits, who is here. */
  status(): Record<string, unknown> {
    return {
      minions: this.#connections.size,
      minions_confirmed: this.#connections.confirmedCount(this.#publisher.epochKey),
      provisional_sessions: this.#minions.sessions.provisionalCount,
      requests: this.#minions.snapshot(),
      local: this.#locals.snapshot(),
      publish: this.#publisher.snapshot(),
      network: { ...this.#door.snapshot(), ...this.#openFiles.snapshot() },
      local_network: this.#localDoor.snapshot(),
      events: this.#init.events.counters,
      jobs_bytes: this.#store.bytes,
      calls: this.#calls.snapshot(),
      memory_rss: process.memoryUsage().rss,
    }
  }

  #openStore(): JobStore {
    return JobStore.open(join(this.#options.cachedir, 'jobs'), {
      onUnflushed: (error) =>
        this.#log.critical('jobs are not flushed to the disk', { reason: error.message }),
    })
  }

  #makeFiles(): MasterFiles {
    return new MasterFiles({ options: this.#options, thread: this.#init.files?.fileReader })
  }

  #makePillar(): PillarCompiler {
    const { pillar_roots, nodegroups, pillar_merge_lists, pillar_safe_render_error } = this.#options
    return new PillarCompiler({
      roots: pillar_roots,
      nodegroups: nodegroups as Nodegroups,
      mergeLists: pillar_merge_lists,
      safeRenderError: pillar_safe_render_error,
      opts: { ...this.#options },
      log: this.#log.child({ part: 'pillar' }),
    })
  }

  #makeCallQuota(): CallQuota {
    return new CallQuota({
      options: this.#options,
      clock: this.#clock,
      log: this.#log,
      storeBytes: () => this.#store.bytes,
      nextJid: () => this.#jobs.nextJid(),
    })
  }

  get #heartbeatSeconds(): number {
    return this.#init.heartbeatSeconds ?? defaultHeartbeatSeconds
  }

  #makeKeeper(): SessionKeeper {
    return new SessionKeeper({
      clock: this.#clock,
      log: this.#log,
      heartbeatSeconds: this.#heartbeatSeconds,
      epochSeconds: this.#options.publish_session,
      connections: this.#connections,
      events: this.#init.events,
      publisher: this.#publisher,
      minions: this.#minions,
    })
  }

  #makeKeyChanges(): KeyChanges {
    return new KeyChanges({
      options: this.#options,
      clock: this.#clock,
      log: this.#log,
      keys: this.keys,
      data: this.#data,
      events: this.#init.events,
      minions: this.#minions,
      keeper: this.#keeper,
      admission: this.#admission,
    })
  }

  #makeMaintenance(): Maintenance {
    const locals = new LocalSessionKeeper(this.#clock, this.#locals)
    const eachSecond = [this.#keeper, locals, this.#calls, { tick: () => this.#sendAgain() }]
    return new Maintenance({
      options: this.#options,
      clock: this.#init.clock ?? systemClock,
      log: this.#log,
      store: this.#store,
      keyChanges: this.#keyChanges,
      eachSecond,
    })
  }

  /** Pushes jobs again that nobody acknowledged. */
  #sendAgain(): void {
    for (const { load, id } of this.#tracker.due())
      for (const { session } of this.#connections.of(id)) this.#pushJob(session, load)
  }

  #makePublisher(): EpochPublisher {
    const { interface: host, publish_port, pub_hwm, zmq_backlog, ipv6 } = this.#options
    return new EpochPublisher({
      transport: this.#init.transport ?? this.#door,
      address: tcpAddress(host, publish_port),
      identity: this.#identity.privateKey,
      log: this.#log.child({ part: 'publish' }),
      highWaterMark: pub_hwm,
      backlog: zmq_backlog,
      ipv6,
      onPath: (session, open) => this.#keeper.onPath(session, open),
    })
  }

  #makeAdmission(): MinionAdmission {
    const policy = new KeyRules({
      store: this.keys,
      options: this.#options,
      log: this.#log.child({ part: 'keys' }),
      clock: this.#clock,
      onDecision: ({ id, act, result, address, key }) =>
        this.#init.events.fire('salt/auth', { id, act, result, address, pub: publicPemOf(key) }),
    })
    return new MinionAdmission({
      identity: this.#identity.privateKey,
      publicRaw: this.#identity.publicRaw,
      policy,
      clock: this.#clock,
      log: this.#log.child({ part: 'handshake' }),
      software: version,
    })
  }

  #makeMinionServer(): SessionServer {
    const { interface: host, ret_port, zmq_backlog, ipv6 } = this.#options
    return new SessionServer({
      transport: this.#init.transport ?? this.#door,
      address: tcpAddress(host, ret_port),
      ...sessionLimits(this.#options),
      backlog: zmq_backlog,
      ipv6,
      // Each heartbeat is confirmed, and the answer to that takes along what waits.
      lateMs: this.#heartbeatSeconds * 1000 + confirmedWithinMs,
      clock: this.#clock,
      log: this.#log.child({ part: 'requests' }),
      admission: this.#admission,
      onEnded: (session, reason) => {
        this.#fileTurns.forget(session)
        this.#keeper.onEnded(session, reason)
      },
      handlers: minionRequests({
        masterId,
        log: this.#log,
        data: this.#data,
        pillar: this.#pillar,
        store: this.#store,
        files: this.#files.source,
        fileTurns: this.#fileTurns,
        tracker: this.#tracker,
        batches: this.#jobs.batches,
        calls: this.#calls,
        connections: this.#connections,
        onOpened: (connection) => this.#keeper.onOpened(connection),
        publisher: this.#publisher,
        events: this.#init.events,
        heartbeatSeconds: this.#heartbeatSeconds,
        publishPort: () => this.ports.publish,
        push: (session, load) => this.#pushJob(session, load),
        revoke: (id, keep) => this.#keyChanges.revoke(id, keep),
        handOut: (session, grant) => this.#minions.push(session, 'epoch', grant),
        end: (session) => this.#minions.sessions.end(session, 'closed'),
      }),
    })
  }

  #makeLocalServer(): SessionServer {
    const { sock_dir, ret_port } = this.#options
    return new SessionServer({
      transport: this.#init.transport ?? this.#localDoor,
      address: localAddress(sock_dir, ret_port),
      // Its directory lets nobody in but the user of the master and root.
      maxStrangerBytes: maxFrameBytes,
      clock: this.#clock,
      log: this.#log.child({ part: 'local' }),
      admission: new LocalAdmission({
        keyOf: (user) => this.#localKeys.get(user),
        clock: this.#clock,
        log: this.#log.child({ part: 'local' }),
        software: version,
      }),
      onEnded: (session) => {
        this.#init.events.forget(session)
        this.#runs.ownerGone(session)
      },
      handlers: localRequests({
        log: this.#log.child({ part: 'publish' }),
        registry: new Registry(this.#init.manifest, { options: this.#options, log: this.#log }),
        context: wheelContext(this.#contextParts()),
        runs: this.#runs,
        authorise: unlessClosing(authoriser(this.#options), () => this.#isClosing),
        publisher: this.#jobs,
        store: this.#store,
        events: this.#init.events,
        tracker: this.#tracker,
        connections: this.#connections,
        push: (session, name, load) => this.#locals.push(session, name, load),
        end: (session) => this.#locals.sessions.end(session, 'closed'),
        status: () => this.status(),
      }),
    })
  }

  #makeJobPublisher(): JobPublisher {
    return new JobPublisher({
      masterId,
      options: this.#options,
      clock: this.#clock,
      log: this.#log.child({ part: 'publish' }),
      keys: this.keys,
      data: this.#data,
      store: this.#store,
      tracker: this.#tracker,
      connections: this.#connections,
      publisher: this.#publisher,
      events: this.#init.events,
      push: (session, load) => this.#pushJob(session, load),
    })
  }

  #makeRuns(): Runs {
    const { files = { executor: executorEntry(), manifest: '@halite/modules' } } = this.#init
    return new Runs({
      files,
      options: this.#options,
      calls: masterCalls(this.#contextParts()),
      events: this.#init.events,
      log: this.#log.child({ part: 'runner' }),
      keepsSpare: this.#init.keepsExecutor ?? false,
    })
  }

  #contextParts(): ContextParts {
    return {
      options: this.#options,
      log: this.#log.child({ part: 'wheel' }),
      keys: this.keys,
      store: this.#store,
      batches: this.#jobs.batches,
      kill: (jid, ids) => this.#jobs.kill(jid, ids),
      runs: () => this.#runs,
      tracker: this.#tracker,
      connections: this.#connections,
      data: this.#data,
    }
  }

  #pushJob(session: Session, load: Job): void {
    this.#minions.push(session, 'job', load)
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1))
}
