// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer'
import { pipeline, Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { messageOf, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { Member } from './members.ts'
import { ZipCipher } from './zip-cipher.ts'

/** A member of a zip archive, and where its content lies. */
export interface ZipMember extends Member {
  readonly isEncrypted: boolean
  readonly method: number
  readonly packedSize: number
  readonly crc: number
  readonly offset: number
  /** Of an encrypted member: the byte that a right password shows. */
  readonly check: number
}

const signatures = {
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
  entry: 0x02014b50,
  local: 0x04034b50,
}
const piece = 1024 * 1024
const largestDirectory = 512 * 1024 * 1024

/** The members of a zip archive. Rejects with Salt's words when it is none. */
export async function zipMembers(
  ctx: ExecContext,
  path: string,
  name: string,
): Promise<readonly ZipMember[]> {
  const { size = 0 } = (await ctx.fs.stat(path)) ?? {}
  const tail = await ctx.fs.readRange(path, Math.max(0, size - 65_557), 65_557)
  const at = lastSignature(tail)
  if (at < 0) throw notZip(name)
  const end = tail.subarray(at)
  const found = await directoryOf(ctx, path, { end, endOffset: Math.max(0, size - 65_557) + at })
  if (found.size > largestDirectory || found.offset + found.size > size) throw notZip(name)
  const directory = await ctx.fs.readRange(path, found.offset, found.size)
  const members: ZipMember[] = []
  for (let position = 0; position + 46 <= directory.length; ) {
    if (directory.readUInt32LE(position) !== signatures.entry) throw notZip(name)
    const { member, length } = memberAt(directory, position)
    members.push(member)
    position += length
  }
  return members
}

/** The content of a member, decrypted and unpacked. Rejects when it is not what the archive says it is. */
export async function* zipContent(
  ctx: ExecContext,
  path: string,
  { member, password }: { readonly member: ZipMember; readonly password: string | undefined },
): AsyncGenerator<Buffer> {
  let sum = 0
  let size = 0
  for await (const chunk of unpacked(packedBytes(ctx, path, { member, password }), member)) {
    size += chunk.length
    if (size > member.size)
      throw damaged(member, `it holds more than the ${member.size} bytes that it states`)
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (size !== member.size || sum !== member.crc) throw damaged(member, 'Bad CRC-32')
}

function lastSignature(tail: Buffer): number {
  for (let at = tail.length - 22; at >= 0; at--) if (tail.readUInt32LE(at) === signatures.end) return at
  return -1
}

async function directoryOf(
  ctx: ExecContext,
  path: string,
  { end, endOffset }: { readonly end: Buffer; readonly endOffset: number },
): Promise<{ readonly size: number; readonly offset: number }> {
  const [size, offset] = [end.readUInt32LE(12), end.readUInt32LE(16)]
  if (size !== 0xffffffff && offset !== 0xffffffff) return { size, offset }
  const locator = await ctx.fs.readRange(path, Math.max(0, endOffset - 20), 20)
  if (locator.length < 20 || locator.readUInt32LE(0) !== signatures.locator64) return { size, offset }
  const end64 = await ctx.fs.readRange(path, Number(locator.readBigUInt64LE(8)), 56)
  if (end64.length < 56 || end64.readUInt32LE(0) !== signatures.end64) return { size, offset }
  return { size: Number(end64.readBigUInt64LE(40)), offset: Number(end64.readBigUInt64LE(48)) }
}

function memberAt(directory: Buffer, at: number): { readonly member: ZipMember; readonly length: number } {
  const flags = directory.readUInt16LE(at + 8)
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
    directory.readUInt16LE(at + field),
  )
  const nameEnd = at + 46 + (nameLength ?? 0)
  const bytes = directory.subarray(at + 46, nameEnd)
  // Old archives do not say; those of today's programs are UTF-8 all the same.
  const name = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1').replaceAll('\\', '/')
  const mode = directory.readUInt32LE(at + 38) >>> 16
  const sizes = zip64Sizes(directory.subarray(nameEnd, nameEnd + (extraLength ?? 0)), {
    size: directory.readUInt32LE(at + 24),
    packedSize: directory.readUInt32LE(at + 20),
    offset: directory.readUInt32LE(at + 42),
  })
  const crc = directory.readUInt32LE(at + 16)
  const dosTime = directory.readUInt16LE(at + 12)
  return {
    length: 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0),
    member: {
      name,
      type: typeOf(name, mode),
      ...sizes,
      target: '',
      mode: mode === 0 ? undefined : mode & 0o7777,
      mtimeMs: undefined,
      isEncrypted: (flags & 1) !== 0,
      method: directory.readUInt16LE(at + 10),
      crc,
      check: (flags & 8) === 0 ? crc >>> 24 : dosTime >>> 8,
    },
  }
}

interface Sizes {
  readonly size: number
  readonly packedSize: number
  readonly offset: number
}

/** Numbers that do not fit into 32 bits stand in the extra field 1, in this order. */
function zip64Sizes(extra: Buffer, sizes: Sizes): Sizes {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let position = at + 4
    const next = (value: number) => {
      if (value !== 0xffffffff || position + 8 > extra.length) return value
      position += 8
      return Number(extra.readBigUInt64LE(position - 8))
    }
    const size = next(sizes.size)
    const packedSize = next(sizes.packedSize)
    return { size, packedSize, offset: next(sizes.offset) }
  }
  return sizes
}

function typeOf(name: string, mode: number): Member['type'] {
  const kind = mode & 0o170000
  if (kind === 0o120000) return 'link'
  if (kind === 0o040000 || name.endsWith('/')) return 'directory'
  return kind === 0 || kind === 0o100000 ? 'file' : 'other'
}

async function* packedBytes(
  ctx: ExecContext,
  path: string,
  { member, password }: { readonly member: ZipMember; readonly password: string | undefined },
): AsyncGenerator<Buffer> {
  const header = await ctx.fs.readRange(path, member.offset, 30)
  if (header.length < 30 || header.readUInt32LE(0) !== signatures.local)
    throw damaged(member, 'it has no header')
  let at = member.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  const end = at + member.packedSize
  const cipher = member.isEncrypted ? cipherOf(member, password) : undefined
  if (cipher !== undefined) {
    const salt = cipher.decrypt(await ctx.fs.readRange(path, at, 12))
    if (salt[11] !== member.check) throw badPassword(member)
    at += 12
  }
  for (; at < end; at += piece) {
    const bytes = await ctx.fs.readRange(path, at, Math.min(piece, end - at))
    yield cipher === undefined ? bytes : cipher.decrypt(bytes)
  }
}

function cipherOf(member: ZipMember, password: string | undefined): ZipCipher {
  if (password === undefined || password === '')
    throw new SaltError(
      'COMMAND_FAILED',
      `File '${member.name}' is encrypted, password required for extraction`,
    )
  if (member.method === 99)
    throw new SaltError('COMMAND_FAILED', `File '${member.name}' is encrypted by AES, which is not supported`)
  return new ZipCipher(password)
}

async function* unpacked(bytes: AsyncIterable<Buffer>, member: ZipMember): AsyncGenerator<Buffer> {
  if (member.method === 0) {
    yield* bytes
    return
  }
  if (member.method !== 8)
    throw new SaltError(
      'COMMAND_FAILED',
      `File '${member.name}' is packed by a method that is not supported (${member.method})`,
      { hint: 'Set use_cmd_unzip to True to extract it by unzip.' },
    )
  const output = createInflateRaw()
  pipeline(Readable.from(bytes), output, (error) => {
    if (error) output.destroy(error)
  })
  try {
    for await (const chunk of output) yield chunk as Buffer
  } catch (error) {
    throw error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
      ? damaged(member, messageOf(error))
      : error
  } finally {
    output.destroy()
  }
}

function badPassword({ name }: ZipMember): SaltError {
  return new SaltError('COMMAND_FAILED', `Bad password for file '${name}'`)
}

function damaged({ name }: ZipMember, why: string): SaltError {
  return new SaltError('COMMAND_FAILED', `The member '${name}' of the archive is damaged: ${why}`)
}

function notZip(name: string): SaltError {
  return new SaltError('COMMAND_FAILED', `${name} is not a ZIP file`)
}
