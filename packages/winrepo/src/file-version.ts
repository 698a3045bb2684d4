// SPDX-License-Identifier: Apache-2.0

/** Reads at most `length` bytes of a file from `offset` on. */
export type ReadRange = (offset: number, length: number) => Promise<Uint8Array>

/** Where the resources of a program lie: in the file, and in the addresses that its tables speak of. */
interface Resources {
  readonly offset: number
  readonly address: number
}

const optionalHeader64 = 0x20b
const versionType = 16
const maxSections = 96
const maxEntries = 4096
const maxVersionBytes = 65_536
/** Begins `VS_FIXEDFILEINFO`. */
const fixedInfo = Buffer.from([0xbd, 0x04, 0xef, 0xfe])

/**
 * The file version of a Windows program or library, `1.2.3.4`, from `VS_FIXEDFILEINFO` of its resources. Undefined for a file that has
 * none or is something else. Rejects as `read` does.
 */
export async function fileVersionOf(read: ReadRange): Promise<string | undefined> {
  try {
    return await new Program(read).version()
  } catch (error) {
    // A table that ends early or leads out of the file.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** A file in the format of Windows programs, read where it is looked at. */
class Program {
  readonly #read: ReadRange

  constructor(read: ReadRange) {
    this.#read = read
  }

  async version(): Promise<string | undefined> {
    const resources = await this.#resources()
    if (resources === undefined) return undefined
    // Type, name and language: the first of the latter two will do.
    let at = await this.#entry(resources, { directory: 0, id: versionType })
    for (let level = 0; level < 2 && at !== undefined; level += 1)
      at = await this.#entry(resources, { directory: at })
    return at === undefined ? undefined : this.#versionAt(resources, at)
  }

  async #resources(): Promise<Resources | undefined> {
    const start = (await this.#bytes(0, 64)).readUInt32LE(60)
    const header = await this.#bytes(start, 24)
    if (header.toString('latin1', 0, 4) !== 'PE\0\0') return undefined
    const [sections, optionalBytes] = [header.readUInt16LE(6), header.readUInt16LE(20)]
    const optional = await this.#bytes(start + 24, optionalBytes)
    const address = optional.readUInt32LE(optional.readUInt16LE(0) === optionalHeader64 ? 128 : 112)
    const count = Math.min(sections, maxSections)
    const table = await this.#bytes(start + 24 + optionalBytes, count * 40)
    for (let at = 0; at < count * 40; at += 40) {
      const [first, size, offset] = [12, 16, 20].map((field) => table.readUInt32LE(at + field)) as number[]
      const inside = address - (first as number)
      if (address > 0 && inside >= 0 && inside < (size as number))
        return { offset: (offset as number) + inside, address }
    }
    return undefined
  }

  /** Where an entry of a directory of resources leads to: the one with this id, or the first. */
  async #entry(
    { offset }: Resources,
    { directory, id }: { readonly directory: number; readonly id?: number },
  ): Promise<number | undefined> {
    const head = await this.#bytes(offset + directory, 16)
    const count = Math.min(head.readUInt16LE(12) + head.readUInt16LE(14), maxEntries)
    const entries = await this.#bytes(offset + directory + 16, count * 8)
    for (let at = 0; at < count * 8; at += 8) {
      const isWanted = id === undefined || entries.readUInt32LE(at) === id
      // The highest bit says that it leads to another directory.
      if (isWanted) return entries.readUInt32LE(at + 4) & 0x7fff_ffff
    }
    return undefined
  }

  async #versionAt({ offset, address }: Resources, entry: number): Promise<string | undefined> {
    const data = await this.#bytes(offset + entry, 16)
    const length = Math.min(data.readUInt32LE(4), maxVersionBytes)
    const block = await this.#bytes(offset + data.readUInt32LE(0) - address, length)
    const at = block.indexOf(fixedInfo)
    if (at < 0) return undefined
    return [10, 8, 14, 12].map((field) => block.readUInt16LE(at + field)).join('.')
  }

  async #bytes(offset: number, length: number): Promise<Buffer> {
    if (offset < 0) throw new RangeError('before the file')
    return Buffer.from(await this.#read(offset, length))
  }
}
