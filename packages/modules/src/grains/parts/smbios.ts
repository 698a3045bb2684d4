// SPDX-License-Identifier: Apache-2.0

/** What the firmware's table says of the machine; what it leaves out is missing. */
export interface SmbiosFacts {
  readonly serialnumber?: string
  readonly uuid?: string
  readonly boardProduct?: string
  readonly boardSerial?: string
}

interface Structure {
  readonly type: number
  readonly formatted: Buffer
  readonly strings: readonly string[]
}

const system = 1
const board = 2
const endOfTable = 127

/**
 * Reads the SMBIOS table as Windows keeps it: a header of eight bytes with the length of what follows (DSP0134 of the DMTF has
 * the rest). A table that ends too early gives what was read until there.
 */
export function parseSmbios(data: Uint8Array): SmbiosFacts {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const structures = raw.length < 8 ? [] : structuresOf(raw.subarray(8, 8 + raw.readUInt32LE(4)))
  const first = (type: number) => structures.find((each) => each.type === type)
  return {
    ...textOf('serialnumber', first(system), 0x07),
    ...uuidOf(first(system)),
    ...textOf('boardProduct', first(board), 0x05),
    ...textOf('boardSerial', first(board), 0x07),
  }
}

function structuresOf(table: Buffer): Structure[] {
  const found: Structure[] = []
  let at = 0
  while (at + 4 <= table.length) {
    const [type = endOfTable, length = 0] = table.subarray(at, at + 2)
    const end = table.indexOf('\0\0', at + length, 'latin1')
    if (type === endOfTable || length < 4 || end === -1) break
    const strings = table
      .subarray(at + length, end)
      .toString('latin1')
      .split('\0')
    found.push({ type, formatted: table.subarray(at, at + length), strings })
    at = end + 2
  }
  return found
}

function textOf(name: keyof SmbiosFacts, structure: Structure | undefined, offset: number): SmbiosFacts {
  const number = structure?.formatted[offset] ?? 0
  const text = number === 0 ? undefined : structure?.strings[number - 1]?.trim()
  return text ? { [name]: text } : {}
}

/** The first three groups are stored with their lowest byte first. All zeros and all ones stand for "not set". */
function uuidOf(structure: Structure | undefined): SmbiosFacts {
  const bytes = structure?.formatted.subarray(0x08, 0x18)
  if (bytes === undefined || bytes.length < 16) return {}
  if (bytes.every((byte) => byte === 0) || bytes.every((byte) => byte === 0xff)) return {}
  const group = (from: number, to: number) => bytes.subarray(from, to).toString('hex')
  const swapped = (from: number, to: number) =>
    Buffer.from(bytes.subarray(from, to)).reverse().toString('hex')
  const groups = [swapped(0, 4), swapped(4, 6), swapped(6, 8), group(8, 10), group(10, 16)]
  return { uuid: groups.join('-') }
}
