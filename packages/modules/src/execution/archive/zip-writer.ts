// SPDX-License-Identifier: Apache-2.0
import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'
import { SaltError } from '@halite/core'

const deflate = promisify(deflateRaw)
const most32 = 0xffffffff

/** One member to be written. */
export interface ZipInput {
  /** A directory ends with a slash. */
  readonly name: string
  readonly content: Buffer
  readonly mode: number
  readonly mtimeMs: number
}

/** Makes a zip archive, piece by piece; `append` is given its bytes in their order. */
export class ZipWriter {
  readonly #append: (bytes: Buffer) => Promise<void>
  readonly #directory: Buffer[] = []
  #offset = 0

  constructor(append: (bytes: Buffer) => Promise<void>) {
    this.#append = append
  }

  /** Writes one member. Rejects for what needs ZIP64. */
  async add({ name, content, mode, mtimeMs }: ZipInput): Promise<void> {
    const packed = content.length === 0 ? content : await deflate(content)
    const isSmaller = packed.length < content.length
    const data = isSmaller ? packed : content
    if (content.length >= most32 || this.#offset + data.length >= most32 || this.#directory.length >= 65_534)
      throw new SaltError(
        'COMMAND_FAILED',
        'Resulting zip file too large, would require ZIP64 support, which is not built yet; use archive.cmd_zip',
      )
    const bytes = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x800, 2)
    common.writeUInt16LE(isSmaller ? 8 : 0, 4)
    common.writeUInt32LE(dosTime(mtimeMs), 6)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(bytes.length, 22)
    const entry = Buffer.alloc(14)
    entry.writeUInt32LE(((mode << 16) | (name.endsWith('/') ? 0x10 : 0)) >>> 0, 6)
    entry.writeUInt32LE(this.#offset, 10)
    const made = Buffer.from([20, 3])
    this.#directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), made, common, entry, bytes]))
    await this.#put(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, bytes, data]))
  }

  /** Writes the end. */
  async finish(): Promise<void> {
    const directory = Buffer.concat(this.#directory)
    const end = Buffer.alloc(22)
    end.write('PK\x05\x06', 0, 'latin1')
    end.writeUInt16LE(this.#directory.length, 8)
    end.writeUInt16LE(this.#directory.length, 10)
    end.writeUInt32LE(directory.length, 12)
    end.writeUInt32LE(this.#offset, 16)
    await this.#put(Buffer.concat([directory, end]))
  }

  async #put(bytes: Buffer): Promise<void> {
    this.#offset += bytes.length
    await this.#append(bytes)
  }
}

/** A time in the form of DOS: steps of two seconds from 1980 on. */
function dosTime(mtimeMs: number): number {
  const at = new Date(mtimeMs)
  const year = Math.max(0, at.getFullYear() - 1980)
  const date = (year << 9) | ((at.getMonth() + 1) << 5) | at.getDate()
  const clock = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1)
  return ((date << 16) | clock) >>> 0
}
