// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net'
import { rawTcp } from './raw-tcp.ts'

/** What a peer made by hand says of itself; each part can be wrong. */
export interface RawZmtpOptions {
  /** Major and minor version; default 3.1. */
  readonly version?: readonly [number, number]
  /** Default NULL. */
  readonly mechanism?: string
  /** Default DEALER. */
  readonly socketType?: string
  readonly identity?: Buffer
}

/** A greeting of ZMTP as bytes. */
export function rawGreeting({ version = [3, 1], mechanism = 'NULL' }: RawZmtpOptions = {}): Buffer {
  const greeting = Buffer.alloc(64)
  greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, ...version])
  greeting.write(mechanism, 12, 'latin1')
  return greeting
}

/** A frame as bytes: flags, a size as short as possible, the body. */
export function rawFrame(body: Buffer, flags = 0): Buffer {
  if (body.length < 256) return Buffer.concat([Buffer.from([flags, body.length]), body])
  const head = Buffer.alloc(9)
  head[0] = flags | 2
  head.writeBigUInt64BE(BigInt(body.length), 1)
  return Buffer.concat([head, body])
}

/** A command as a whole frame. */
export function rawCommand(name: string, data: Buffer = Buffer.alloc(0)): Buffer {
  return rawFrame(Buffer.concat([Buffer.from([name.length]), Buffer.from(name), data]), 4)
}

/** READY as bytes. */
export function rawReady({ socketType = 'DEALER', identity = Buffer.alloc(0) }: RawZmtpOptions = {}): Buffer {
  return rawCommand(
    'READY',
    Buffer.concat([property('Socket-Type', Buffer.from(socketType)), property('Identity', identity)]),
  )
}

/** A connection to a port on 127.0.0.1 that has said its greeting and READY, and may now send any bytes. */
export async function rawZmtp(port: number, options: RawZmtpOptions = {}): Promise<Socket> {
  const socket = await rawTcp(port)
  socket.write(Buffer.concat([rawGreeting(options), rawReady(options)]))
  return socket
}

function property(name: string, value: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(value.length)
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), size, value])
}
