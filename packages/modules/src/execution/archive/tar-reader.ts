// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { Member } from './members.ts'

/** A member of a tar archive, with its owner. */
export interface TarMember extends Member {
  readonly uid: number
  readonly gid: number
  readonly user: string
  readonly group: string
}

/** A member and its content, which has to be read or left before the next member. */
export interface TarEntry {
  readonly member: TarMember
  readonly content: () => AsyncGenerator<Buffer>
}

const block = 512
const longestName = 64 * 1024
const largestExtension = 1024 * 1024

/** The members of a tar archive: ustar, with the names of GNU and the records of pax. Throws for what is no tar archive. */
export async function* tarEntries(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const input = new BlockReader(bytes)
  let next: Record<string, string> = {}
  let shared: Record<string, string> = {}
  for (let count = 0; ; count++) {
    const header = await input.take(block)
    if (header === undefined || header.every((byte) => byte === 0)) {
      if (header === undefined && count === 0) throw notTar()
      return
    }
    if (!hasChecksum(header)) throw notTar()
    const type = String.fromCharCode(header[156] ?? 0)
    const size = Number(next['size'] ?? shared['size'] ?? numberAt(header, 124, 12))
    if (!Number.isSafeInteger(size) || size < 0) throw notTar()
    if (type === 'L' || type === 'K') {
      const text = textAt(await input.whole(size, longestName), 0, size)
      next = { ...next, [type === 'L' ? 'path' : 'linkpath']: text }
      continue
    }
    if (type === 'x' || type === 'g') {
      const records = paxRecords(await input.whole(size, largestExtension))
      if (type === 'x') next = { ...next, ...records }
      else shared = { ...shared, ...records }
      continue
    }
    const member = memberOf(header, type, { ...shared, ...next, size: String(size) })
    next = {}
    let isRead = false
    const padded = Math.ceil(member.size / block) * block
    yield {
      member,
      content: () => {
        isRead = true
        return input.content(member.size, padded)
      },
    }
    if (!isRead) await input.skip(padded)
    else await input.finish()
  }
}

function memberOf(header: Buffer, type: string, records: Record<string, string>): TarMember {
  const prefix =
    header.toString('latin1', 257, 262) === 'ustar' && header[263] === 0x30 ? textAt(header, 345, 155) : ''
  const plain = textAt(header, 0, 100)
  const name = records['path'] ?? (prefix === '' ? plain : `${prefix}/${plain}`)
  const kind = types[type] ?? (type === '0' || type === '\0' || type === '7' ? 'file' : 'other')
  const isOldDirectory = kind === 'file' && name.endsWith('/')
  const hasContent = kind === 'file' && !isOldDirectory
  return {
    name,
    type: isOldDirectory ? 'directory' : kind,
    size: hasContent ? Number(records['size']) : 0,
    target: records['linkpath'] ?? textAt(header, 157, 100),
    mode: numberAt(header, 100, 8) & 0o7777,
    mtimeMs: Number(records['mtime'] ?? numberAt(header, 136, 12)) * 1000,
    uid: Number(records['uid'] ?? numberAt(header, 108, 8)),
    gid: Number(records['gid'] ?? numberAt(header, 116, 8)),
    user: records['uname'] ?? textAt(header, 265, 32),
    group: records['gname'] ?? textAt(header, 297, 32),
  }
}

const types: Readonly<Record<string, Member['type']>> = {
  '1': 'hard link',
  '2': 'link',
  '5': 'directory',
}

/** The text of a field, which ends with NUL where it is shorter. */
function textAt(bytes: Buffer, at: number, length: number): string {
  const field = bytes.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? field.length : end)
}

/** A number in octal digits, or in binary where its first bit is set. */
function numberAt(bytes: Buffer, at: number, length: number): number {
  if (((bytes[at] ?? 0) & 0x80) !== 0) {
    const rest = bytes.subarray(at + 1, at + length)
    return Number(BigInt(`0x${rest.toString('hex')}`))
  }
  const text = textAt(bytes, at, length).trim()
  return text === '' ? 0 : Number.parseInt(text, 8)
}

function hasChecksum(header: Buffer): boolean {
  const stated = numberAt(header, 148, 8)
  let sum = 8 * 0x20
  for (const [index, byte] of header.entries()) if (index < 148 || index >= 156) sum += byte
  return sum === stated
}

/** Records of pax: `LENGTH KEY=VALUE\n`. */
function paxRecords(bytes: Buffer): Record<string, string> {
  const records: Record<string, string> = {}
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const length = Number(bytes.toString('latin1', at, space))
    if (space < 0 || !Number.isInteger(length) || length <= space - at) throw notTar()
    const record = bytes.toString('utf8', space + 1, at + length - 1)
    const equals = record.indexOf('=')
    records[record.slice(0, equals)] = record.slice(equals + 1)
    at += length
  }
  return records
}

/** Hands out the bytes of a stream by number. */
class BlockReader {
  readonly #input: AsyncIterator<Uint8Array>
  #held = Buffer.alloc(0)
  #left = 0

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#input = bytes[Symbol.asyncIterator]()
  }

  /** So many bytes; undefined at the end of the stream. */
  async take(count: number): Promise<Buffer | undefined> {
    while (this.#held.length < count) if (!(await this.#more())) return undefined
    return this.#split(count)
  }

  /** The content of a small member whole, with what fills its last block left out. */
  async whole(size: number, most: number): Promise<Buffer> {
    if (size > most) throw notTar()
    const padded = await this.take(Math.ceil(size / block) * block)
    if (padded === undefined) throw cutOff()
    return padded.subarray(0, size)
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      if (this.#held.length === 0 && !(await this.#more())) throw cutOff()
      left -= this.#split(Math.min(left, this.#held.length)).length
    }
  }

  /** Reads over what is left of the content that was handed out last. */
  async finish(): Promise<void> {
    await this.skip(this.#left)
    this.#left = 0
  }

  async *content(size: number, padded: number): AsyncGenerator<Buffer> {
    this.#left = padded
    for (let left = size; left > 0; ) {
      if (this.#held.length === 0 && !(await this.#more())) throw cutOff()
      const piece = this.#split(Math.min(left, this.#held.length))
      left -= piece.length
      this.#left -= piece.length
      yield piece
    }
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#input.next()
    if (done === true) return false
    this.#held = this.#held.length === 0 ? Buffer.from(value) : Buffer.concat([this.#held, value])
    return true
  }

  #split(count: number): Buffer {
    const piece = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return piece
  }
}

function notTar(): SaltError {
  return new SaltError('COMMAND_FAILED', 'The file is not a tar archive')
}

function cutOff(): SaltError {
  return new SaltError('COMMAND_FAILED', 'The tar archive ends in the middle of a member')
}
