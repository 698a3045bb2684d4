// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, type Logger, localAddress, type MasterOptions, version } from '@halite/core'
import {
  type BoundTransport,
  type Handler,
  type HandlerTable,
  LocalAdmission,
  type Session,
  SessionServer,
  type UnsealThread,
} from '@halite/transport'
import { localUsers } from '../authorise.ts'
import { LocalKeys } from './local-keys.ts'
import { LocalSessionKeeper } from './local-session-keeper.ts'

export interface LocalEndpointInit {
  readonly options: MasterOptions
  readonly clock: Clock
  readonly log: Logger
  readonly transport: BoundTransport
  /** Opens large frames. */
  readonly unsealing: UnsealThread
  /** Called once for each session that ends. */
  readonly onEnded: (session: Session) => void
}

/** Where programs on the master's host connect: its socket, the keys of its users, and the watch over their sessions. */
export class LocalEndpoint {
  readonly server: SessionServer
  readonly keeper: LocalSessionKeeper
  readonly #init: LocalEndpointInit
  readonly #keys: LocalKeys
  readonly #requests = new Map<string, Handler>()

  /** Writes the keys of the users. */
  constructor(init: LocalEndpointInit) {
    this.#init = init
    this.#keys = new LocalKeys(init.options.cachedir, localUsers(init.options))
    this.server = this.#makeServer()
    this.keeper = new LocalSessionKeeper(init.clock, this.server)
  }

  /** Binds the socket, and answers these requests from now on. Rejects with `ADDRESS_IN_USE` and the like. */
  async start(requests: HandlerTable): Promise<void> {
    for (const [name, handler] of requests) this.#requests.set(name, handler)
    await this.server.start()
  }

  /** Closes the socket and removes the keys. */
  async close(): Promise<void> {
    await this.server.close()
    this.#keys.remove()
    // The file of a socket outlives it.
    const { sock_dir } = this.#init.options
    if (process.platform !== 'win32') rmSync(join(sock_dir, 'master.ipc'), { force: true })
  }

  /** Sends something that was not asked for. */
  push(session: Session, name: string, load: unknown): void {
    this.server.push(session, name, load)
  }

  /** Ends the session of a program that said goodbye. */
  end(session: Session): void {
    this.server.sessions.end(session, 'closed')
  }

  #makeServer(): SessionServer {
    const { options, clock, log, transport, unsealing, onEnded } = this.#init
    const { sock_dir, ret_port } = options
    return new SessionServer({
      transport,
      unsealing,
      address: localAddress(sock_dir, ret_port),
      // Only the master's user and root can enter the directory of the socket.
      maxUnprovenBytes: Number.POSITIVE_INFINITY,
      clock,
      log: log.child({ part: 'local' }),
      admission: new LocalAdmission({
        keyOf: (user) => this.#keys.get(user),
        clock,
        log: log.child({ part: 'local' }),
        software: version,
      }),
      onEnded,
      handlers: this.#requests,
    })
  }
}
