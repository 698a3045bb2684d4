// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type Clock,
  type DirectoryLock,
  type Identity,
  LiveOptions,
  type Logger,
  loadIdentity,
  localAddress,
  lockDirectory,
  type MasterOptions,
  type MinionId,
  makeOwnDirectory,
  masterDirectories,
  publicPemOf,
  SaltError,
  silentLog,
  systemClock,
  version,
} from '@halite/core'
import { type ExecutorFiles, executorEntry } from '@halite/executor'
import { type Manifest, Registry } from '@halite/loader'
import { type Job, maxFrameBytes } from '@halite/protocol'
import type { Nodegroups } from '@halite/targeting'
import {
  type BoundTransport,
  Door,
  EpochPublisher,
  LocalAdmission,
  MinionAdmission,
  type Session,
  SessionServer,
  tcpAddress,
} from '@halite/transport'
import { Allowance } from './allowance.ts'
import { authoriser, localUsers, unlessClosing } from './authorise.ts'
import { Connections } from './connections.ts'
import { localDoorLimits, networkDoorLimits, sessionLimits } from './door-limits.ts'
import { EventBus } from './events.ts'
import { fixedOptions } from './fixed-options.ts'
import { JobPublisher } from './job-publisher.ts'
import { CallQuota } from './jobs/call-quota.ts'
import { JobStore } from './jobs/job-store.ts'
import { JobTracker } from './jobs/job-tracker.ts'
import { keyEvent } from './keys/key-event.ts'
import { KeyRules } from './keys/key-policy.ts'
import { type KeyChange, KeyStore } from './keys/key-store.ts'
import { LocalKeys } from './local-keys.ts'
import { LocalSessionKeeper } from './local-sessions.ts'
import { type ContextParts, masterCalls, wheelContext } from './master-context.ts'
import { MinionData } from './minion-data.ts'
import { OpenFiles } from './open-files.ts'
import { PillarCompiler } from './pillar/compiler.ts'
import { localRequests } from './requests/local-requests.ts'
import { minionRequests } from './requests/minion-requests.ts'
import { Runs } from './runs.ts'
import { SessionKeeper } from './sessions.ts'

export interface MasterInit {
  readonly options: MasterOptions
  /** The modules of the master: runners and wheel. */
  readonly manifest: Manifest
  /** What executors are started from; default the compiled packages. */
  readonly files?: ExecutorFiles
  readonly log?: Logger
  readonly clock?: Clock
  /** What the sockets are bound by; by default doors of their own, with the limits of the options. */
  readonly transport?: BoundTransport
  /** Seconds between heartbeats; default 15. */
  readonly heartbeatSeconds?: number
}

const tickMs = 1000
const keysCheckedEveryTicks = 5
/** A minion confirms a heartbeat after a random while of two seconds at most, and the path takes a moment. */
const confirmedWithinMs = 5000

/**
 * The master: knows keys, authorises, publishes, collects, stores. Holds no module-level state, so several live in one
 * process. `start` rejects with `ALREADY_RUNNING`, `ADDRESS_IN_USE`, `STORE_FAILED` and the like, leaving nothing behind.
 */
export class Master implements AsyncDisposable {
  readonly events = new EventBus()
  readonly keys: KeyStore
  readonly #live: LiveOptions<MasterOptions>
  readonly #options: MasterOptions
  readonly #clock: Clock
  readonly #log: Logger
  readonly #identity: Identity
  readonly #locks: readonly DirectoryLock[]
  readonly #data: MinionData
  readonly #pillar: PillarCompiler
  readonly #store: JobStore
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
  readonly #revocations: Allowance
  readonly #runs: Runs
  readonly #admission: MinionAdmission
  readonly #minions: SessionServer
  readonly #locals: SessionServer
  readonly #keeper: SessionKeeper
  readonly #localKeeper: LocalSessionKeeper
  #timer: NodeJS.Timeout | undefined
  #ticks = 0
  #maintaining: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(init: MasterInit) {
    const { options, log = silentLog, clock = systemClock, heartbeatSeconds = 15 } = init
    this.#live = new LiveOptions(options, fixedOptions)
    this.#options = this.#live.current
    this.#clock = clock
    this.#log = log
    for (const directory of masterDirectories(options)) makeOwnDirectory(directory.path, directory)
    this.#locks = lockDirectories([options.cachedir, options.sock_dir])
    this.#identity = loadIdentity(join(options.pki_dir, 'master_ed25519'))
    this.keys = new KeyStore(options.pki_dir, this.#identity, (changes) => this.#onKeys(changes))
    this.#data = new MinionData(options.cachedir, log, this.#options)
    this.#pillar = new PillarCompiler({
      roots: options.pillar_roots,
      nodegroups: options.nodegroups as Nodegroups,
      mergeLists: options.pillar_merge_lists,
      safeRenderError: options.pillar_safe_render_error,
      log: log.child({ part: 'pillar' }),
    })
    this.#store = JobStore.open(join(options.cachedir, 'jobs'), {
      onUnflushed: (error) =>
        this.#log.critical('jobs are not flushed to the disk', { reason: error.message }),
    })
    this.#tracker = new JobTracker(clock, () => this.#options.job_cache)
    this.#connections = new Connections(clock)
    this.#revocations = new Allowance(clock, { most: 10, everyMs: 6000 })
    this.#localKeys = new LocalKeys(options.cachedir, localUsers(options))
    this.#openFiles = new OpenFiles(options, log)
    this.#door = new Door({ limits: networkDoorLimits(options, this.#openFiles), clock })
    this.#localDoor = new Door({ limits: localDoorLimits(this.#openFiles), clock })
    this.#publisher = this.#makePublisher(init.transport ?? this.#door)
    this.#jobs = this.#makeJobPublisher()
    this.#calls = new CallQuota({
      options: this.#options,
      clock,
      log,
      storeBytes: () => this.#store.bytes,
      nextJid: () => this.#jobs.nextJid(),
    })
    this.#runs = this.#makeRuns(init.files)
    this.#admission = this.#makeAdmission()
    this.#minions = this.#makeMinionServer(init.transport ?? this.#door, heartbeatSeconds)
    this.#locals = this.#makeLocalServer(init.transport ?? this.#localDoor, init.manifest)
    this.#localKeeper = new LocalSessionKeeper(clock, this.#locals)
    this.#keeper = new SessionKeeper({
      clock,
      log,
      heartbeatSeconds,
      epochSeconds: options.publish_session,
      connections: this.#connections,
      events: this.events,
      publisher: this.#publisher,
      minions: this.#minions,
    })
  }

  /** Opens the sockets; when it resolves, minions and clients can come. */
  async start(): Promise<void> {
    try {
      await this.#publisher.start()
      await this.#minions.start()
      await this.#locals.start()
    } catch (error) {
      await this.close()
      throw error
    }
    this.#openFiles.report()
    this.#timer = setInterval(() => this.#tick(), tickMs)
    this.#log.info('master started', {
      fingerprint: this.#identity.fingerprint,
      publish: this.#publisher.address,
      requests: this.#minions.address,
    })
  }

  /** Takes over another configuration as far as that is possible while it runs; what is not is logged by name. */
  reload(options: MasterOptions): void {
    const refused = this.#live.exchange(options)
    this.#runs.refresh()
    if (refused.length > 0)
      this.#log.warning('these options change at the next start', { options: refused.join(', ') })
  }

  /**
   * Takes no further job or runner, waits `drain_timeout` for the runners under way, then ends them; closes the sockets, then
   * the store. Nothing acknowledged is lost. Once `hurry` aborts nothing is waited for.
   */
  async close(hurry?: AbortSignal): Promise<void> {
    this.#closing ??= this.#close(hurry)
    await this.#closing
  }

  async #close(hurry?: AbortSignal): Promise<void> {
    clearInterval(this.#timer)
    await this.#runs.close({ ms: this.#options.drain_timeout * 1000, ...(hurry ? { hurry } : {}) })
    // Jobs that were sent are committed, and who published them hears their jids: the answers go out in this turn.
    await this.#store.settled()
    await nextTurn()
    await this.#jobs.batches.close()
    await this.#locals.close()
    await this.#minions.close()
    await this.#publisher.close()
    this.#door.close()
    this.#localDoor.close()
    await this.#maintaining
    await this.#data.close()
    await this.#store.close()
    this.#localKeys.remove()
    // The library leaves its socket behind.
    if (process.platform !== 'win32') rmSync(join(this.#options.sock_dir, 'master.ipc'), { force: true })
    for (const lock of this.#locks) lock.release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
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
      events: this.events.counters,
      jobs_bytes: this.#store.bytes,
      calls: this.#calls.snapshot(),
      memory_rss: process.memoryUsage().rss,
    }
  }

  #makePublisher(transport: BoundTransport): EpochPublisher {
    const { interface: host, publish_port, pub_hwm, zmq_backlog, ipv6 } = this.#options
    return new EpochPublisher({
      transport,
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
        this.events.fire('salt/auth', { id, act, result, address, pub: publicPemOf(key) }),
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

  #makeMinionServer(transport: BoundTransport, heartbeatSeconds: number): SessionServer {
    const { interface: host, ret_port, zmq_backlog, ipv6 } = this.#options
    return new SessionServer({
      transport,
      address: tcpAddress(host, ret_port),
      ...sessionLimits(this.#options),
      backlog: zmq_backlog,
      ipv6,
      // Each heartbeat is confirmed, and the answer to that takes along what waits.
      lateMs: heartbeatSeconds * 1000 + confirmedWithinMs,
      clock: this.#clock,
      log: this.#log.child({ part: 'requests' }),
      admission: this.#admission,
      onEnded: (session, reason) => this.#keeper.onEnded(session, reason),
      handlers: minionRequests({
        masterId: `${hostname()}_master`,
        log: this.#log,
        data: this.#data,
        pillar: this.#pillar,
        store: this.#store,
        tracker: this.#tracker,
        batches: this.#jobs.batches,
        calls: this.#calls,
        connections: this.#connections,
        onOpened: (connection) => this.#keeper.onOpened(connection),
        publisher: this.#publisher,
        events: this.events,
        heartbeatSeconds,
        publishPort: () => this.ports.publish,
        push: (session, load) => this.#pushJob(session, load),
        revoke: (id, keep) => this.#revoke(id, keep),
        handOut: (session, grant) => this.#minions.push(session, 'epoch', grant),
        end: (session) => this.#minions.sessions.end(session, 'closed'),
      }),
    })
  }

  #makeLocalServer(transport: BoundTransport, manifest: Manifest): SessionServer {
    const { sock_dir, ret_port } = this.#options
    return new SessionServer({
      transport,
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
        this.events.forget(session)
        this.#runs.ownerGone(session)
      },
      handlers: localRequests({
        log: this.#log.child({ part: 'publish' }),
        registry: new Registry(manifest, { options: this.#options, log: this.#log }),
        context: wheelContext(this.#contextParts()),
        runs: this.#runs,
        authorise: unlessClosing(authoriser(this.#options), () => this.#closing !== undefined),
        publisher: this.#jobs,
        store: this.#store,
        events: this.events,
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
      options: this.#options,
      clock: this.#clock,
      log: this.#log.child({ part: 'publish' }),
      keys: this.keys,
      data: this.#data,
      store: this.#store,
      tracker: this.#tracker,
      connections: this.#connections,
      publisher: this.#publisher,
      events: this.events,
      push: (session, load) => this.#pushJob(session, load),
    })
  }

  #makeRuns(files: ExecutorFiles = { executor: executorEntry(), manifest: '@halite/modules' }): Runs {
    return new Runs({
      files,
      options: this.#options,
      calls: masterCalls(this.#contextParts()),
      events: this.events,
      log: this.#log.child({ part: 'runner' }),
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

  /** A minion gives its key up. Its sessions end once the answer is on its way. */
  #revoke(id: MinionId, keep: { readonly data: boolean }): boolean {
    if (!this.#options.allow_minion_key_revoke) {
      this.#log.warning('a minion may not revoke its key', { id, option: 'allow_minion_key_revoke' })
      return false
    }
    // Each changes the key of all publications, and with auto_accept a minion could begin again at once.
    if (!this.#revocations.take()) {
      throw new SaltError('BUSY', 'too many minions revoke their keys: ask again in a minute')
    }
    const grains = this.#data.grains(id)
    setImmediate(() => {
      this.keys.delete({ minions: [id] })
      if (keep.data && grains) this.#data.save(id, grains)
      this.keys.durable().catch((error) => this.#log.error('deletion of a key may not last', { id, error }))
    })
    return true
  }

  /** Keys changed: sessions of removed ones end, the group key is made anew, and those accepted are told to ask again. */
  #onKeys(changes: readonly KeyChange[]): void {
    const removed = changes.filter(({ from, to }) => from === 'minions' && to !== 'minions')
    for (const { id } of removed) {
      this.#minions.sessions.endAllOf(id, 'revoked')
      this.#data.forget(id)
    }
    if (removed.length > 0 && this.#options.rotate_aes_key) this.#keeper.rotate()
    for (const change of changes) {
      const { id, to } = change
      this.events.fire('salt/key', keyEvent(this.keys, change))
      if (to === 'minions') this.#admission.nudge(id, this.#minions)
    }
  }

  #tick(): void {
    this.#ticks += 1
    this.#keeper.tick()
    this.#localKeeper.tick()
    this.#calls.tick()
    for (const { load, id } of this.#tracker.due()) {
      for (const { session } of this.#connections.of(id)) this.#pushJob(session, load)
    }
    if (this.#ticks % keysCheckedEveryTicks === 0) this.#checkKeys()
    if (this.#ticks % this.#options.loop_interval === 0) this.#maintaining ??= this.#maintain()
  }

  /** A disk that fails is no reason to end: the keys stay what they were. */
  #checkKeys(): void {
    try {
      this.keys.verify()
    } catch (error) {
      this.#log.error('keys could not be read again', { error })
    }
  }

  async #maintain(): Promise<void> {
    const { keep_jobs_seconds: seconds, keep_jobs_bytes: bytes } = this.#options
    try {
      const jobs = await this.#store.retain({
        sinceWallMs: seconds > 0 ? this.#clock.wallMs() - seconds * 1000 : undefined,
        maxBytes: bytes > 0 ? bytes : undefined,
      })
      if (jobs > 0) this.#log.info('old jobs removed', { jobs, bytes: this.#store.bytes })
    } catch (error) {
      this.#log.error('old jobs could not be removed', { error })
    } finally {
      this.#maintaining = undefined
    }
  }
}

/** Another master on the same sockets would take them over, whatever its `cachedir`. */
function lockDirectories(directories: readonly string[]): DirectoryLock[] {
  const taken: DirectoryLock[] = []
  try {
    for (const directory of new Set(directories)) taken.push(lockDirectory(directory, 'salt-master'))
    return taken
  } catch (error) {
    for (const lock of taken) lock.release()
    throw error
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1))
}
