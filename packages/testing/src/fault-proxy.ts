// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface FaultProxyOptions {
  /** The port on 127.0.0.1 that is stood in front of. */
  readonly target: number
  /** Default: one the system chooses. */
  readonly port?: number
  /** Default 127.0.0.1; with 127.0.0.2 it can have the same port as its target (Linux). */
  readonly host?: string
}

/** What went through a proxy; the numbers only rise. */
export interface FaultProxyCounters {
  connections: number
  bytesToTarget: number
  bytesFromTarget: number
}

interface Pair {
  readonly client: Socket
  readonly target: Socket
}

/** A TCP proxy on loopback that breaks the path on demand: frozen without a word, cut, refused, or led elsewhere. */
export class FaultProxy implements AsyncDisposable {
  readonly counters: FaultProxyCounters = { connections: 0, bytesToTarget: 0, bytesFromTarget: 0 }
  readonly #pairs = new Set<Pair>()
  readonly #host: string
  #server: Server
  #port: number
  #target: number
  #frozen = false

  private constructor(options: FaultProxyOptions) {
    this.#host = options.host ?? '127.0.0.1'
    this.#target = options.target
    this.#port = options.port ?? 0
    this.#server = this.#makeServer()
  }

  /** Starts to listen and to forward. Rejects with the system's error when the port is taken. */
  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options)
    await proxy.#listen()
    return proxy
  }

  get port(): number {
    return this.#port
  }

  /** From now on nothing is forwarded and nothing is closed: both ends see silence, new connections too. */
  freeze(): void {
    this.#frozen = true
    for (const { client, target } of this.#pairs) {
      client.pause()
      target.pause()
    }
  }

  /** From now on what the target says is not read; what it is told goes on. */
  freezeAnswers(): void {
    for (const { target } of this.#pairs) target.pause()
  }

  /** Forwards again, beginning with what was held back. */
  thaw(): void {
    this.#frozen = false
    for (const { client, target } of this.#pairs) {
      client.resume()
      target.resume()
    }
  }

  /** Destroys the connections that stand. New ones are taken. */
  cut(): void {
    for (const { client, target } of this.#pairs) {
      client.destroy()
      target.destroy()
    }
    this.#pairs.clear()
  }

  /** Cuts, and takes no new connection until `admit`. */
  async refuse(): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, 'close') : undefined
    this.#server.close()
    this.cut()
    await closed
  }

  /** Takes connections again after `refuse`, on the same port. */
  async admit(): Promise<void> {
    if (this.#server.listening) return
    this.#server = this.#makeServer()
    await this.#listen()
  }

  /** New connections go to this port; those that stand stay where they are. */
  retarget(port: number): void {
    this.#target = port
  }

  async close(): Promise<void> {
    await this.refuse()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #makeServer(): Server {
    return createServer({ pauseOnConnect: true }, (client) => this.#take(client))
  }

  async #listen(): Promise<void> {
    this.#server.listen({ port: this.#port, host: this.#host })
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (typeof address === 'object' && address !== null) this.#port = address.port
  }

  #take(client: Socket): void {
    this.counters.connections += 1
    const target = connect({ port: this.#target, host: '127.0.0.1' })
    const pair: Pair = { client, target }
    this.#pairs.add(pair)
    this.#forward(client, target, 'bytesToTarget')
    this.#forward(target, client, 'bytesFromTarget')
    for (const socket of [client, target]) {
      socket.on('error', () => undefined)
      socket.once('close', () => this.#closeBoth(pair))
    }
    if (this.#frozen) target.pause()
    else client.resume()
  }

  #forward(from: Socket, to: Socket, counter: 'bytesToTarget' | 'bytesFromTarget'): void {
    from.on('data', (chunk) => {
      this.counters[counter] += chunk.length
      if (to.write(chunk)) return
      from.pause()
      to.once('drain', () => {
        if (!this.#frozen) from.resume()
      })
    })
  }

  #closeBoth(pair: Pair): void {
    this.#pairs.delete(pair)
    pair.client.destroy()
    pair.target.destroy()
  }
}
