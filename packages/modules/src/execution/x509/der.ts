// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** One value of DER (X.690): its tag byte, its content, and both as they stand in the text. */
export interface Node {
  readonly tag: number
  readonly content: Buffer
  /** Tag, length and content. */
  readonly raw: Buffer
}

/** Tags that certificates are made of. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visible: 0x1a,
  universal: 0x1c,
  bmp: 0x1e,
} as const

/** The tag of a context: `[number]`, which stands in the place of another. */
export function contextTag(number: number, constructed: boolean): number {
  return 0x80 | (constructed ? 0x20 : 0) | number
}

/** A value of DER. */
export function encode(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content])
}

/** A SEQUENCE. */
export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return encode(tags.sequence, ...parts)
}

/** An INTEGER, or what else is written as one. */
export function integer(value: bigint | number, tag: number = tags.integer): Buffer {
  return encode(tag, integerBytes(BigInt(value)))
}

/** An OBJECT IDENTIFIER. Throws for what is no such number. */
export function oid(dotted: string): Buffer {
  const arcs = dotted.split('.').map((arc) => (/^\d+$/.test(arc) ? BigInt(arc) : -1n))
  const [first = -1n, second = -1n, ...rest] = arcs
  if (first < 0n || first > 2n || second < 0n || (first < 2n && second > 39n) || rest.includes(-1n))
    throw new SaltError('ARGUMENTS_INVALID', `Invalid oid: ${dotted}`)
  return encode(tags.oid, ...[first * 40n + second, ...rest].map(base128))
}

/** A BOOLEAN. */
export function boolean(value: boolean, tag: number = tags.boolean): Buffer {
  return encode(tag, Buffer.from([value ? 0xff : 0]))
}

/** Named bits, the first the highest; zeros at the end are left out. */
export function namedBits(bits: readonly boolean[], tag: number = tags.bitString): Buffer {
  const count = bits.lastIndexOf(true) + 1
  const bytes = Buffer.alloc(Math.ceil(count / 8))
  bits.slice(0, count).forEach((bit, index) => {
    if (bit) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (0x80 >> (index & 7))
  })
  return encode(tag, Buffer.from([bytes.length * 8 - count]), bytes)
}

/** A BIT STRING of whole bytes. */
export function bitString(bytes: Uint8Array): Buffer {
  return encode(tags.bitString, Buffer.from([0]), bytes)
}

/** A time: as UTCTime up to 2049, as RFC 5280 has it. */
export function time(at: Date): Buffer {
  if (at.getUTCFullYear() >= 2050 || at.getUTCFullYear() < 1950) return generalizedTime(at)
  return encode(tags.utcTime, Buffer.from(`${digitsOf(at).slice(2)}Z`))
}

/** A GeneralizedTime. */
export function generalizedTime(at: Date): Buffer {
  return encode(tags.generalizedTime, Buffer.from(`${digitsOf(at)}Z`))
}

/** The one value that bytes hold. Throws when they are none, or more follows. */
export function decode(bytes: Buffer): Node {
  const node = nodeAt(bytes, 0)
  if (node.raw.length !== bytes.length) throw malformed('bytes follow its end')
  return node
}

/** The values that a constructed value holds. */
export function children(node: Node): readonly Node[] {
  const found: Node[] = []
  for (let at = 0; at < node.content.length; ) {
    const child = nodeAt(node.content, at)
    found.push(child)
    at += child.raw.length
  }
  return found
}

/** The values of a SEQUENCE. Throws for anything else. */
export function sequenceOf(node: Node | undefined): readonly Node[] {
  if (node?.tag !== tags.sequence) throw malformed('a sequence is missing')
  return children(node)
}

/** A value with this tag. Throws when it has another or is missing. */
export function expect(node: Node | undefined, tag: number): Node {
  if (node?.tag !== tag) throw malformed(`the tag is ${node?.tag ?? 'missing'}, not ${tag}`)
  return node
}

/** The number of an INTEGER or ENUMERATED. */
export function integerOf(node: Node | undefined): bigint {
  if (node === undefined || node.content.length === 0) throw malformed('an integer is missing')
  const value = BigInt(`0x${node.content.toString('hex')}`)
  const negative = ((node.content[0] ?? 0) & 0x80) !== 0
  return negative ? value - (1n << BigInt(node.content.length * 8)) : value
}

/** An OBJECT IDENTIFIER as dotted numbers. */
export function oidOf(node: Node | undefined): string {
  const { content } = expect(node, tags.oid)
  const arcs: bigint[] = []
  let arc = 0n
  for (const byte of content) {
    arc = (arc << 7n) | BigInt(byte & 0x7f)
    if ((byte & 0x80) !== 0) continue
    arcs.push(arc)
    arc = 0n
  }
  const [head = 0n, ...rest] = arcs
  const first = head < 80n ? head / 40n : 2n
  return [first, head - first * 40n, ...rest].join('.')
}

/** The bytes of a BIT STRING. */
export function bitsOf(node: Node | undefined): Buffer {
  return expect(node, tags.bitString).content.subarray(1)
}

/** Whether a bit of a BIT STRING is set, counted from the highest. */
export function hasBit(node: Node, index: number): boolean {
  return ((node.content[1 + (index >> 3)] ?? 0) & (0x80 >> (index & 7))) !== 0
}

/** A time. */
export function timeOf(node: Node | undefined): Date {
  const text = node?.content.toString('latin1') ?? ''
  const [, year = '', rest = ''] =
    (node?.tag === tags.utcTime ? /^(\d\d)(\d{8}(?:\d\d)?)Z$/ : /^(\d{4})(\d{8}(?:\d\d)?)(?:\.\d+)?Z$/).exec(
      text,
    ) ?? []
  if (rest === '') throw malformed(`${text} is not a time`)
  const full = year.length === 4 ? Number(year) : Number(year) + (Number(year) < 50 ? 2000 : 1900)
  const [month = 1, day = 1, hour = 0, minute = 0, second = 0] = (rest.match(/\d\d/g) ?? []).map(Number)
  return new Date(Date.UTC(full, month - 1, day, hour, minute, second))
}

/** A text, whatever kind of string it is. */
export function textOf(node: Node): string {
  if (node.tag === tags.bmp) return Buffer.from(node.content).swap16().toString('utf16le')
  return node.content.toString(node.tag === tags.utf8 ? 'utf8' : 'latin1')
}

function nodeAt(bytes: Buffer, at: number): Node {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) throw malformed('it ends in the middle of a value')
  const lengthOfLength = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || lengthOfLength > 6) throw malformed('a length is not one of DER')
  const begin = at + 2 + lengthOfLength
  const length = lengthOfLength === 0 ? first : readLength(bytes, at + 2, lengthOfLength)
  if (begin + length > bytes.length) throw malformed('it ends in the middle of a value')
  return { tag, content: bytes.subarray(begin, begin + length), raw: bytes.subarray(at, begin + length) }
}

function readLength(bytes: Buffer, at: number, count: number): number {
  if (at + count > bytes.length) throw malformed('it ends in the middle of a length')
  return bytes.readUIntBE(at, count)
}

function malformed(why: string): SaltError {
  return new SaltError('COMMAND_FAILED', `The data is not valid DER: ${why}`)
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length]
  const bytes = [...integerBytes(BigInt(length))].filter((byte, index) => index > 0 || byte !== 0)
  return [0x80 | bytes.length, ...bytes]
}

function integerBytes(value: bigint): Buffer {
  if (value < 0n) {
    let size = 1
    while (-value > 1n << BigInt(size * 8 - 1)) size++
    return integerBytes((1n << BigInt(size * 8)) + value).subarray(-size)
  }
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return ((bytes[0] ?? 0) & 0x80) === 0 ? bytes : Buffer.concat([Buffer.from([0]), bytes])
}

function base128(arc: bigint): Buffer {
  const bytes = [Number(arc & 0x7fn)]
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) bytes.unshift(Number(rest & 0x7fn) | 0x80)
  return Buffer.from(bytes)
}

function digitsOf(at: Date): string {
  return at.toISOString().slice(0, 19).replace(/[-T:]/g, '')
}
