// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  type Identity,
  type Logger,
  type MasterOptions,
  publicPemOf,
  version,
} from '@halite/core'
import type { EpochGrant, Job } from '@halite/protocol'
import {
  type BoundTransport,
  EpochPublisher,
  type Handler,
  type HandlerTable,
  MinionAdmission,
  type Session,
  SessionServer,
  tcpAddress,
  type UnsealThread,
} from '@halite/transport'
import type { EventBus } from '../events.ts'
import { KeyRules } from '../keys/key-rules.ts'
import type { KeyStore } from '../keys/key-store.ts'
import { Connections, type MinionSession } from './connections.ts'
import { sessionLimits } from './door-limits.ts'
import { SessionKeeper } from './session-keeper.ts'

export interface MinionEndpointInit {
  readonly options: MasterOptions
  readonly identity: Identity
  readonly keys: KeyStore
  readonly events: EventBus
  readonly clock: Clock
  readonly log: Logger
  readonly transport: BoundTransport
  /** Opens large frames. */
  readonly unsealing: UnsealThread
  /** Seconds between heartbeats. */
  readonly heartbeatSeconds: number
  /** Called once for each session that ends. */
  readonly onEnded: (session: Session) => void
}

/** A minion confirms a heartbeat after a random delay of at most two seconds, plus the time on the network. */
const confirmedWithinMs = 5000

/** Where minions connect: the publish and the request socket, the handshake, and the watch over their sessions. */
export class MinionEndpoint {
  readonly connections: Connections
  readonly publisher: EpochPublisher
  readonly admission: MinionAdmission
  readonly server: SessionServer
  readonly keeper: SessionKeeper
  readonly heartbeatSeconds: number
  readonly #init: MinionEndpointInit
  readonly #requests = new Map<string, Handler>()

  constructor(init: MinionEndpointInit) {
    this.#init = init
    this.heartbeatSeconds = init.heartbeatSeconds
    this.connections = new Connections(init.clock)
    this.publisher = this.#makePublisher()
    this.admission = this.#makeAdmission()
    this.server = this.#makeServer()
    this.keeper = new SessionKeeper({
      clock: init.clock,
      log: init.log,
      heartbeatSeconds: init.heartbeatSeconds,
      epochSeconds: init.options.publish_session,
      connections: this.connections,
      events: init.events,
      publisher: this.publisher,
      minions: this.server,
    })
  }

  /** Binds both sockets, and answers these requests from now on. Rejects with `ADDRESS_IN_USE` and the like. */
  async start(requests: HandlerTable): Promise<void> {
    for (const [name, handler] of requests) this.#requests.set(name, handler)
    await this.publisher.start()
    await this.server.start()
  }

  async close(): Promise<void> {
    await this.server.close()
    await this.publisher.close()
  }

  /** Sends a job down one session. */
  pushJob(session: MinionSession, load: Job): void {
    this.server.push(session, 'job', load)
  }

  /** Hands a group key to one session. */
  pushEpoch(session: MinionSession, grant: EpochGrant): void {
    this.server.push(session, 'epoch', grant)
  }

  /** Ends the session of a minion that said goodbye. */
  end(session: MinionSession): void {
    this.server.sessions.end(session, 'closed')
  }

  /** Sizes and counters, as `status` shows them. */
  snapshot(): Record<string, unknown> {
    return {
      minions: this.connections.size,
      minions_confirmed: this.connections.confirmedCount(this.publisher.epochKey),
      provisional_sessions: this.server.sessions.provisionalCount,
      requests: this.server.snapshot(),
      publish: this.publisher.snapshot(),
    }
  }

  #makePublisher(): EpochPublisher {
    const { options, identity, log, transport } = this.#init
    const { interface: host, publish_port, pub_hwm, zmq_backlog, ipv6 } = options
    return new EpochPublisher({
      transport,
      address: tcpAddress(host, publish_port),
      identity: identity.privateKey,
      log: log.child({ part: 'publish' }),
      highWaterMark: pub_hwm,
      backlog: zmq_backlog,
      ipv6,
      onPath: (session, open) => this.keeper.onPath(session, open),
    })
  }

  #makeAdmission(): MinionAdmission {
    const { options, identity, keys, events, clock, log } = this.#init
    const policy = new KeyRules({
      store: keys,
      options,
      log: log.child({ part: 'keys' }),
      clock,
      onDecision: ({ id, act, result, address, key }) =>
        events.fire('salt/auth', { id, act, result, address, pub: publicPemOf(key) }),
    })
    return new MinionAdmission({
      identity: identity.privateKey,
      publicRaw: identity.publicRaw,
      policy,
      clock,
      log: log.child({ part: 'handshake' }),
      software: version,
    })
  }

  #makeServer(): SessionServer {
    const { options, clock, log, transport, unsealing, heartbeatSeconds, onEnded } = this.#init
    const { interface: host, ret_port, zmq_backlog, ipv6 } = options
    return new SessionServer({
      transport,
      unsealing,
      address: tcpAddress(host, ret_port),
      ...sessionLimits(options),
      backlog: zmq_backlog,
      ipv6,
      // Each heartbeat is confirmed, and the answer to that takes along what waits.
      lateMs: heartbeatSeconds * 1000 + confirmedWithinMs,
      clock,
      log: log.child({ part: 'requests' }),
      admission: this.admission,
      onEnded: (session, reason) => {
        onEnded(session)
        this.keeper.onEnded(session, reason)
      },
      handlers: this.#requests,
    })
  }
}
