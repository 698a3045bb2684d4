// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import {
  type Clock,
  type DirectoryLock,
  type Identity,
  type Logger,
  loadIdentity,
  localAddress,
  lockDirectory,
  type MasterOptions,
  silentLog,
  systemClock,
  version,
} from '@halite/core'
import { type Manifest, type MasterContext, Registry } from '@halite/loader'
import type { Job } from '@halite/protocol'
import {
  EpochPublisher,
  LocalAdmission,
  MinionAdmission,
  type Session,
  SessionServer,
  type Transport,
  zeromqTransport,
} from '@halite/transport'
import { authorise, localUsers } from './authorise.ts'
import { Connections } from './connections.ts'
import { EventBus } from './events.ts'
import { JobPublisher } from './job-publisher.ts'
import { JobStore } from './jobs/job-store.ts'
import { JobTracker } from './jobs/job-tracker.ts'
import { KeyRules } from './keys/key-policy.ts'
import { type KeyChange, KeyStore } from './keys/key-store.ts'
import { LocalKeys } from './local-keys.ts'
import { MinionData } from './minion-data.ts'
import { localRequests } from './requests/local-requests.ts'
import { minionRequests } from './requests/minion-requests.ts'
import { SessionKeeper } from './sessions.ts'

export interface MasterInit {
  readonly options: MasterOptions
  /** The modules of the master: runners and wheel. */
  readonly manifest: Manifest
  readonly log?: Logger
  readonly clock?: Clock
  readonly transport?: Transport
  /** Seconds between heartbeats; default 15. */
  readonly heartbeatSeconds?: number
}

const tickMs = 1000
const keysCheckedEveryTicks = 5

/**
 * The master: knows keys, authorises, publishes, collects, stores. Holds no module-level state, so several live in one
 * process. `start` rejects with `ALREADY_RUNNING`, `ADDRESS_IN_USE`, `STORE_FAILED` and the like, leaving nothing behind.
 */
export class Master implements AsyncDisposable {
  readonly events = new EventBus()
  readonly keys: KeyStore
  readonly #options: MasterOptions
  readonly #clock: Clock
  readonly #log: Logger
  readonly #identity: Identity
  readonly #lock: DirectoryLock
  readonly #data: MinionData
  readonly #store: JobStore
  readonly #tracker: JobTracker
  readonly #connections: Connections
  readonly #localKeys: LocalKeys
  readonly #publisher: EpochPublisher
  readonly #admission: MinionAdmission
  readonly #minions: SessionServer
  readonly #locals: SessionServer
  readonly #keeper: SessionKeeper
  #timer: NodeJS.Timeout | undefined
  #ticks = 0

  constructor(init: MasterInit) {
    const {
      options,
      log = silentLog,
      clock = systemClock,
      transport = zeromqTransport,
      heartbeatSeconds = 15,
    } = init
    this.#options = options
    this.#clock = clock
    this.#log = log
    prepareDirectories(options)
    this.#lock = lockDirectory(options.cachedir, 'salt-master')
    this.#identity = loadIdentity(join(options.pki_dir, 'master_ed25519'))
    this.keys = new KeyStore(options.pki_dir, this.#identity, (changes) => this.#onKeys(changes))
    this.#data = new MinionData(options.cachedir, log)
    this.#store = JobStore.open(join(options.cachedir, 'jobs'))
    this.#tracker = new JobTracker(clock)
    this.#connections = new Connections(clock)
    this.#localKeys = new LocalKeys(options.cachedir, localUsers(options))
    this.#publisher = this.#makePublisher(transport)
    this.#admission = this.#makeAdmission()
    this.#minions = this.#makeMinionServer(transport, heartbeatSeconds)
    this.#locals = this.#makeLocalServer(transport, init.manifest)
    this.#keeper = new SessionKeeper({
      clock,
      log,
      heartbeatSeconds,
      epochSeconds: options.publish_session,
      connections: this.#connections,
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
    this.#timer = setInterval(() => this.#tick(), tickMs)
    this.#log.info('master started', {
      fingerprint: this.#identity.fingerprint,
      publish: this.#publisher.address,
      requests: this.#minions.address,
    })
  }

  /** Closes the sockets, then the store; nothing acknowledged is lost. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#locals.close()
    await this.#minions.close()
    await this.#publisher.close()
    await this.#store.close()
    this.#localKeys.remove()
    this.#lock.release()
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
      memory_rss: process.memoryUsage().rss,
    }
  }

  #makePublisher(transport: Transport): EpochPublisher {
    const { interface: host, publish_port, pub_hwm, zmq_backlog, ipv6 } = this.#options
    return new EpochPublisher({
      transport,
      address: `tcp://${host}:${publish_port}`,
      identity: this.#identity.privateKey,
      log: this.#log.child({ part: 'publish' }),
      highWaterMark: pub_hwm,
      backlog: zmq_backlog,
      ipv6,
      onPath: (session, open) => this.#keeper.onPath(session, open),
      onDisturbed: () => this.#keeper.onDisturbed(),
    })
  }

  #makeAdmission(): MinionAdmission {
    const policy = new KeyRules({
      store: this.keys,
      options: this.#options,
      log: this.#log.child({ part: 'keys' }),
      onDecision: ({ id, act, result }) => this.events.fire('salt/auth', { id, act, result }),
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

  #makeMinionServer(transport: Transport, heartbeatSeconds: number): SessionServer {
    const { interface: host, ret_port, zmq_backlog, ipv6 } = this.#options
    return new SessionServer({
      transport,
      address: `tcp://${host}:${ret_port}`,
      backlog: zmq_backlog,
      ipv6,
      clock: this.#clock,
      log: this.#log.child({ part: 'requests' }),
      admission: this.#admission,
      onEnded: (session, reason) => this.#keeper.onEnded(session, reason),
      handlers: minionRequests({
        masterId: `${hostname()}_master`,
        log: this.#log,
        data: this.#data,
        store: this.#store,
        tracker: this.#tracker,
        connections: this.#connections,
        publisher: this.#publisher,
        events: this.events,
        heartbeatSeconds,
        publishPort: () => this.ports.publish,
        push: (session, load) => this.#pushJob(session, load),
        handOut: (session, grant) => this.#minions.push(session, 'epoch', grant),
        end: (session) => this.#minions.sessions.end(session, 'closed'),
      }),
    })
  }

  #makeLocalServer(transport: Transport, manifest: Manifest): SessionServer {
    const { sock_dir, ret_port } = this.#options
    return new SessionServer({
      transport,
      address: localAddress(sock_dir, ret_port),
      clock: this.#clock,
      log: this.#log.child({ part: 'local' }),
      admission: new LocalAdmission({
        keyOf: (user) => this.#localKeys.get(user),
        clock: this.#clock,
        log: this.#log.child({ part: 'local' }),
        software: version,
      }),
      onEnded: (session) => this.events.forget(session),
      handlers: localRequests({
        log: this.#log.child({ part: 'publish' }),
        registry: new Registry(manifest, { options: this.#options, log: this.#log }),
        context: this.#context(),
        authorise: (wish) => authorise(this.#options, wish),
        publisher: this.#jobPublisher(),
        store: this.#store,
        events: this.events,
        tracker: this.#tracker,
        connections: this.#connections,
        push: (session, name, load) => this.#locals.push(session, name, load),
        status: () => this.status(),
      }),
    })
  }

  #jobPublisher(): JobPublisher {
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

  #context(): MasterContext {
    return {
      options: this.#options,
      log: this.#log.child({ part: 'runner' }),
      keys: this.keys,
      jobs: {
        load: (jid) => this.#store.load(jid),
        returns: (jid) => this.#store.returns(jid),
        list: (range) => this.#store.list(range),
        active: () => this.#activeJobs(),
      },
      presence: () => this.keys.accepted().map((id) => this.#connections.presence(id)),
      grains: (id) => this.#data.grains(id),
    }
  }

  #activeJobs(): ReturnType<NonNullable<MasterContext['jobs']>['active']> {
    return this.#tracker.active().flatMap(({ load, running: acknowledged }) => {
      const job = this.#store.load(load.jid)
      const running = [...acknowledged].filter((id) => this.#connections.of(id).size > 0)
      if (job === undefined || running.length === 0) return []
      return [{ job, running, returned: this.#store.returnedIds(load.jid) }]
    })
  }

  #pushJob(session: Session, load: Job): void {
    this.#minions.push(session, 'job', load)
  }

  /** Keys changed: sessions of removed ones end, the group key is made anew, and those accepted are told to ask again. */
  #onKeys(changes: readonly KeyChange[]): void {
    const removed = changes.filter(({ from, to }) => from === 'minions' && to !== 'minions')
    for (const { id } of removed) {
      this.#minions.sessions.endAllOf(id, 'revoked')
      this.#data.forget(id)
    }
    if (removed.length > 0 && this.#options.rotate_aes_key) this.#keeper.rotate()
    for (const { id, to } of changes) {
      this.events.fire('salt/key', { id, act: to === undefined ? 'delete' : actOf(to), result: true })
      if (to === 'minions') this.#admission.nudge(id, this.#minions)
    }
  }

  #tick(): void {
    this.#ticks += 1
    this.#keeper.tick()
    for (const { load, id } of this.#tracker.due()) {
      for (const { session } of this.#connections.of(id)) this.#pushJob(session, load)
    }
    if (this.#ticks % keysCheckedEveryTicks === 0) this.keys.refresh()
    if (this.#ticks % this.#options.loop_interval === 0) void this.#maintain()
  }

  async #maintain(): Promise<void> {
    const { keep_jobs_seconds } = this.#options
    try {
      if (keep_jobs_seconds > 0) await this.#store.expire(this.#clock.wallMs() - keep_jobs_seconds * 1000)
    } catch (error) {
      this.#log.error('old jobs could not be removed', { error })
    }
  }
}

function prepareDirectories({ cachedir, pki_dir, sock_dir }: MasterOptions): void {
  mkdirSync(cachedir, { recursive: true })
  mkdirSync(pki_dir, { recursive: true, mode: 0o700 })
  mkdirSync(sock_dir, { recursive: true, mode: 0o700 })
  chmodSync(sock_dir, 0o700)
}

function actOf(state: NonNullable<KeyChange['to']>): string {
  return state === 'minions' ? 'accept' : state === 'minions_rejected' ? 'reject' : 'pend'
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1))
}
