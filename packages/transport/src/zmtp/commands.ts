// SPDX-License-Identifier: Apache-2.0
import { encodeCommand } from './frames.ts'

/** What a peer says of itself in READY; its identity is read over, since nobody may choose how it is reached. */
export interface PeerMetadata {
  readonly socketType: string
}

/** Name and data of a command. */
export interface Command {
  readonly name: string
  readonly data: Buffer
}

const maxContextBytes = 16
const ttlBytes = 2
const ttlUnitMs = 100

/** Splits the body of a command frame; undefined for anything else. */
export function decodeCommand(body: Buffer): Command | undefined {
  const length = body[0] ?? 0
  if (length === 0 || body.length < 1 + length) return undefined
  return { name: body.toString('latin1', 1, 1 + length), data: body.subarray(1 + length) }
}

/** READY of a bound socket of this type. */
export function encodeReady(socketType: string): Buffer {
  return encodeCommand(
    'READY',
    Buffer.concat([property('Socket-Type', socketType), property('Identity', '')]),
  )
}

/** Tells the peer, in words, why it is refused. */
export function encodeError(reason: string): Buffer {
  return encodeCommand('ERROR', Buffer.concat([Buffer.from([reason.length]), Buffer.from(reason, 'latin1')]))
}

/** Reads the properties of READY; undefined when they are malformed or name no socket type. */
export function decodeReady(data: Buffer): PeerMetadata | undefined {
  let socketType: string | undefined
  let at = 0
  while (at < data.length) {
    const nameEnd = at + 1 + (data[at] ?? 0)
    if (nameEnd === at + 1 || nameEnd + 4 > data.length) return undefined
    const valueEnd = nameEnd + 4 + data.readUInt32BE(nameEnd)
    if (valueEnd > data.length) return undefined
    const name = data.toString('latin1', at + 1, nameEnd).toLowerCase()
    if (name === 'socket-type') socketType = data.toString('latin1', nameEnd + 4, valueEnd)
    at = valueEnd
  }
  return socketType === undefined ? undefined : { socketType }
}

/** After how long a silence the peer of this PING asks to be given up, ms, 0 for never; and the PONG. Undefined when malformed. */
export function answerPing(data: Buffer): { readonly ttlMs: number; readonly pong: Buffer } | undefined {
  if (data.length < ttlBytes || data.length > ttlBytes + maxContextBytes) return undefined
  return { ttlMs: data.readUInt16BE(0) * ttlUnitMs, pong: encodeCommand('PONG', data.subarray(ttlBytes)) }
}

function property(name: string, value: string): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(value.length)
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), size, Buffer.from(value)])
}
