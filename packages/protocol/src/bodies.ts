// SPDX-License-Identifier: Apache-2.0
import {
  type DecodeLimits,
  isSaltError,
  pack,
  type SliceOptions,
  schema,
  unpack,
  unpackInSlices,
} from '@halite/core'
import { malformed } from './frame.ts'

const { integer, listOf, text } = schema
const requestNumber = integer(1, 0xffff_ffff)
/** Requests one frame may acknowledge. */
export const maxAcknowledged = 256
const requestNumbers = listOf(requestNumber, maxAcknowledged)
const shortText = text(64)
const longText = text(16_384)
/** How msgpack writes a list of three. */
const listOfThree = 0x93
/** Characters of a message or hint that are sent. */
const sentCharacters = 8000

/** What travels inside an `up` frame: one request. */
export interface Request {
  /** Chosen by the sender, unique among its requests under way. */
  readonly number: number
  readonly name: string
  readonly load: unknown
}

/** What travels inside a `down` frame: an answer, a refusal, something nobody asked for, or the answer `true` to many. */
export type Down =
  | { readonly type: 'reply'; readonly number: number; readonly value: unknown }
  | { readonly type: 'error'; readonly number: number; readonly error: WireError }
  | { readonly type: 'push'; readonly name: string; readonly load: unknown }
  | { readonly type: 'acknowledged'; readonly numbers: readonly number[] }

/** A refused or failed request as it crosses the wire. */
export interface WireError {
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
}

/** A request as the body of an `up` frame: `[number, name, load]`. */
export function encodeRequest(request: Request): Buffer {
  return pack([request.number, request.name, request.load])
}

/**
 * Number and name of a request without a look at its load, so that one that is too large for its name is refused before
 * anything is built of it; undefined when it does not begin as `encodeRequest` makes it.
 */
export function requestHead(body: Buffer): Pick<Request, 'number' | 'name'> | undefined {
  if (body[0] !== listOfThree) return undefined
  const number = readInteger(body, 1)
  const length = number === undefined ? undefined : readTextHead(body, number.end)
  if (number === undefined || length === undefined || length.end + length.value > body.length)
    return undefined
  return { number: number.value, name: body.toString('utf8', length.end, length.end + length.value) }
}

interface Read {
  readonly value: number
  /** Offset behind it. */
  readonly end: number
}

/** A positive integer in any of the encodings of msgpack. */
function readInteger(body: Buffer, at: number): Read | undefined {
  const first = body[at] ?? 0xff
  if (first < 0x80) return { value: first, end: at + 1 }
  const bytes = { 204: 1, 205: 2, 206: 4 }[first]
  if (bytes === undefined || at + 1 + bytes > body.length) return undefined
  return { value: body.readUIntBE(at + 1, bytes), end: at + 1 + bytes }
}

/** The length of a text that is short enough for a name. */
function readTextHead(body: Buffer, at: number): Read | undefined {
  const first = body[at] ?? 0
  if (first >= 0xa0 && first < 0xc0) return { value: first - 0xa0, end: at + 1 }
  return first === 0xd9 ? { value: body[at + 1] ?? 0, end: at + 2 } : undefined
}

/** Reads a request; its load is not checked. Throws `VALUE_MALFORMED`, `VALUE_TOO_DEEP`, `VALUE_TOO_LARGE` or `FRAME_MALFORMED`. */
export function decodeRequest(body: Uint8Array, limits?: DecodeLimits): Request {
  return requestOf(unpack(body, limits))
}

/** The same without holding the loop up for longer than a slice. */
export async function decodeRequestInSlices(
  body: Uint8Array,
  limits: DecodeLimits,
  slices: SliceOptions,
): Promise<Request> {
  return requestOf(await unpackInSlices(body, limits, slices))
}

function requestOf(value: unknown): Request {
  if (!Array.isArray(value) || value.length !== 3) throw malformed('holds no request')
  return {
    number: requestNumber(value[0], 'request.number'),
    name: shortText(value[1], 'request.name'),
    load: value[2],
  }
}

/** An answer as the body of a `down` frame: `[0, number, value]`. */
export function encodeReply(number: number, value: unknown): Buffer {
  return pack([0, number, value])
}

/** The same with bytes as the value, in pieces, so that many bytes are not copied: joined they are one body. */
export function encodeBytesReply(number: number, bytes: Uint8Array): readonly [Buffer, Uint8Array] {
  // A list of three, the values before the bytes, and the longest head of binary.
  const start = pack([0, number, null])
  const head = Buffer.allocUnsafe(start.length - 1 + 5)
  start.copy(head, 0, 0, start.length - 1)
  head[start.length - 1] = 0xc6
  head.writeUInt32BE(bytes.length, start.length)
  return [head, bytes]
}

/** A refusal as the body of a `down` frame: `[1, number, code, message, hint]`. */
export function encodeError(number: number, error: WireError): Buffer {
  return pack([1, number, error.code, error.message, error.hint ?? null])
}

/** Something nobody asked for as the body of a `down` frame: `[2, name, load]`. */
export function encodePush(name: string, load: unknown): Buffer {
  return pack([2, name, load])
}

/** The answer `true` to at most `maxAcknowledged` requests as the body of a `down` frame: `[3, [number, …]]`. */
export function encodeAcknowledgement(numbers: readonly number[]): Buffer {
  return pack([3, numbers])
}

/** Reads what a master sent; value and load are not checked. Throws as `decodeRequest` does. */
export function decodeDown(body: Uint8Array, limits?: DecodeLimits): Down {
  const value = unpack(body, limits)
  if (!Array.isArray(value)) throw malformed('holds no answer')
  const [type, second, third, fourth, fifth] = value
  if (type === 0 && value.length === 3) {
    return { type: 'reply', number: requestNumber(second, 'reply.number'), value: third }
  }
  if (type === 1 && value.length === 5) {
    const error = {
      code: shortText(third, 'error.code'),
      message: longText(fourth, 'error.message'),
      hint: fifth === null ? undefined : longText(fifth, 'error.hint'),
    }
    return { type: 'error', number: requestNumber(second, 'error.number'), error }
  }
  if (type === 2 && value.length === 3)
    return { type: 'push', name: shortText(second, 'push.name'), load: third }
  if (type === 3 && value.length === 2)
    return { type: 'acknowledged', numbers: requestNumbers(second, 'acknowledged') }
  throw malformed('holds no answer')
}

/** The wire form of anything thrown, short enough to be read; what is not one of ours says nothing of its insides. */
export function toWireError(error: unknown): WireError {
  if (!isSaltError(error)) {
    const message = 'the handler failed; the log of the master says why'
    return { code: 'REQUEST_FAILED', message, hint: undefined }
  }
  const { code, message, hint } = error
  return { code, message: message.slice(0, sentCharacters), hint: hint?.slice(0, sentCharacters) }
}
