// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

const greetingBytes = 64
const more = 1
const long = 2
const command = 4

/** One ZeroMQ message as it went over the wire, and its parts. */
export interface Tapped {
  readonly wire: Buffer
  readonly parts: readonly Buffer[]
}

export interface TapOptions {
  readonly host: string
  /** The port on `host`, and on 127.0.0.1 behind it. */
  readonly port: number
}

/** Cuts a stream of ZMTP into messages; commands pass through unseen. */
class Stream {
  readonly messages: Tapped[] = []
  readonly #out: Socket
  #rest = Buffer.alloc(0)
  #greeted = 0
  #wire: Buffer[] = []
  #parts: Buffer[] = []

  constructor(out: Socket) {
    this.#out = out
  }

  take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    // The greeting is a dialogue: each side waits for the other's first bytes.
    const greeting = Math.min(this.#rest.length, greetingBytes - this.#greeted)
    if (greeting > 0) this.#forward(greeting)
    this.#greeted += greeting
    for (let frame = this.#frame(); frame !== undefined; frame = this.#frame()) this.#note(frame)
  }

  #frame(): { flags: number; body: Buffer; wire: Buffer } | undefined {
    const flags = this.#rest[0]
    if (flags === undefined) return undefined
    const head = flags & long ? 9 : 2
    if (this.#rest.length < head) return undefined
    const size = flags & long ? Number(this.#rest.readBigUInt64BE(1)) : this.#rest.readUInt8(1)
    if (this.#rest.length < head + size) return undefined
    const wire = this.#forward(head + size)
    return { flags, body: wire.subarray(head), wire }
  }

  #note({ flags, body, wire }: { flags: number; body: Buffer; wire: Buffer }): void {
    if (flags & command) return
    this.#wire.push(wire)
    this.#parts.push(body)
    if (flags & more) return
    this.messages.push({ wire: Buffer.concat(this.#wire), parts: this.#parts })
    this.#wire = []
    this.#parts = []
  }

  /** Only whole frames are forwarded, so that whatever is put in between stands at their border. */
  #forward(bytes: number): Buffer {
    const part = Buffer.from(this.#rest.subarray(0, bytes))
    this.#rest = this.#rest.subarray(bytes)
    this.#out.write(part)
    return part
  }
}

/** Somebody on the path between a minion and one port of its master: reads and keeps all, and adds what it likes. */
export class Tap implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #last: { toMaster: Socket; toMinion: Socket; up: Stream; down: Stream } | undefined

  private constructor({ host, port }: TapOptions) {
    this.#server = createServer((minion) => this.#stand(minion, port))
    this.#server.listen({ host, port })
  }

  /** Rejects when the address is taken, or this system has no such loopback address. */
  static async start(options: TapOptions): Promise<Tap> {
    const tap = new Tap(options)
    await once(tap.#server, 'listening')
    return tap
  }

  /** Messages of the connection made last, from the minion. */
  get fromMinion(): readonly Tapped[] {
    return this.#last?.up.messages ?? []
  }

  /** Messages of the connection made last, from the master. */
  get fromMaster(): readonly Tapped[] {
    return this.#last?.down.messages ?? []
  }

  injectToMaster(wire: Buffer): void {
    this.#last?.toMaster.write(wire)
  }

  injectToMinion(wire: Buffer): void {
    this.#last?.toMinion.write(wire)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #stand(minion: Socket, port: number): void {
    const master = connect({ host: '127.0.0.1', port })
    const up = new Stream(master)
    const down = new Stream(minion)
    this.#last = { toMaster: master, toMinion: minion, up, down }
    minion.on('data', (chunk) => up.take(chunk))
    master.on('data', (chunk) => down.take(chunk))
    for (const [socket, other] of [
      [minion, master],
      [master, minion],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => other.destroy())
    }
  }
}

/** One frame as ZMTP writes it, the last of its message. */
export function wireOf(frame: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head[0] = long
  head.writeBigUInt64BE(BigInt(frame.length), 1)
  return Buffer.concat([head, frame])
}
