// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac, getHashes, randomBytes, randomInt } from 'node:crypto'
import { decodeBase64, messageOf, pythonTypeName, textOrBytes } from '@halite/core'
import { intOr } from '../../methods/arguments.ts'
import { type NativeRow, typeError, valueError } from '../../runtime/native.ts'
import { Markup } from '../../runtime/objects.ts'
import { Undefined } from '../../runtime/undefined.ts'

/** Salt's name space of `uuid`. */
const uuidNamespace = '91633ebf1c865e33935a28061f4b480e'

/** Salt's filters that hash, encode or make up text. */
export const hashFilters: readonly NativeRow[] = [
  ['md5', 'instr', (_rt, [value]) => digest('md5', value)],
  ['sha1', 'instr', (_rt, [value]) => digest('sha1', value)],
  ['sha256', 'instr', (_rt, [value]) => digest('sha256', value)],
  ['sha512', 'instr', (_rt, [value]) => digest('sha512', value)],
  [
    'hmac',
    'string, shared_secret, challenge_hmac',
    (_rt, [text, secret, challenge]) =>
      hmacOf(text, secret).toString('base64') === bytesOf(challenge).toString('latin1'),
  ],
  ['hmac_compute', 'string, shared_secret', (_rt, [text, secret]) => hmacOf(text, secret).toString('hex')],
  ['base64_encode', 'instr', (_rt, [value]) => bytesOf(value).toString('base64')],
  ['base64_decode', 'instr', (_rt, [value]) => fromBase64(value)],
  ['uuid', 'val', (_rt, [value]) => uuidOf(bytesOf(value))],
  ['random_str', 'size?', (_rt, [size]) => randomText(intOr(size, 32))],
  ['random_hash', 'size?, hash_type?', (_rt, [size, type]) => randomHash(intOr(size, 9_999_999_999), type)],
  ['rand_str', 'size?, hash_type?', (_rt, [size, type]) => randomHash(intOr(size, 9_999_999_999), type)],
]

/** The hex digest of text or bytes by a name that Python's hashlib knows. Throws its ValueError for others. */
export function digest(type: string, value: unknown): string {
  if (!getHashes().includes(type.toLowerCase())) throw valueError(`Invalid hash type: ${type}`)
  return createHash(type.toLowerCase()).update(bytesOf(value)).digest('hex')
}

function bytesOf(value: unknown): Buffer {
  if (value instanceof Undefined) return value.fail()
  if (value instanceof Markup) return Buffer.from(value.text)
  if (typeof value === 'string') return Buffer.from(value)
  if (value instanceof Uint8Array) return Buffer.from(value)
  throw typeError(`expected str, bytes, or bytearray not <class '${pythonTypeName(value)}'>`)
}

function hmacOf(text: unknown, secret: unknown): Buffer {
  return createHmac('sha256', bytesOf(secret)).update(bytesOf(text)).digest()
}

function fromBase64(value: unknown): unknown {
  try {
    return textOrBytes(decodeBase64(bytesOf(value).toString('latin1')))
  } catch (error) {
    throw valueError(messageOf(error))
  }
}

/** Version 5: named, in Salt's name space. */
function uuidOf(name: Buffer): string {
  const hash = createHash('sha1')
    .update(Buffer.from(uuidNamespace, 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16)
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function randomText(size: number): string {
  if (size < 0 || size > 1_000_000) throw valueError('negative or too large size')
  return randomBytes(size).toString('base64').slice(0, size)
}

function randomHash(size: number, type: unknown): string {
  const upTo = Math.min(Math.max(size, 1), 2 ** 48 - 2)
  return digest(type === undefined || type === null ? 'md5' : String(type), String(randomInt(upTo + 1)))
}
