// SPDX-License-Identifier: Apache-2.0

export interface ProgramFacts {
  readonly version: readonly [number, number, number, number]
  readonly bits: 32 | 64
}

const sectionAddress = 0x1000
const sectionOffset = 0x400
const headerAt = 0x80

/** The bytes of a Windows program that does nothing and says which version it is. */
export function programWith({ version, bits }: ProgramFacts): Buffer {
  const file = Buffer.alloc(sectionOffset + 0x200)
  file.write('MZ')
  file.writeUInt32LE(headerAt, 0x3c)
  file.write('PE\0\0', headerAt, 'latin1')
  file.writeUInt16LE(1, headerAt + 6)
  const optionalBytes = bits === 64 ? 240 : 224
  file.writeUInt16LE(optionalBytes, headerAt + 20)
  const optional = headerAt + 24
  file.writeUInt16LE(bits === 64 ? 0x20b : 0x10b, optional)
  file.writeUInt32LE(sectionAddress, optional + (bits === 64 ? 128 : 112))
  const section = optional + optionalBytes
  file.write('.rsrc', section)
  file.writeUInt32LE(sectionAddress, section + 12)
  file.writeUInt32LE(0x200, section + 16)
  file.writeUInt32LE(sectionOffset, section + 20)
  writeResources(file.subarray(sectionOffset), version)
  return file
}

/** An icon, which is not looked at, and the version: a directory each for type, name and language. */
function writeResources(section: Buffer, version: ProgramFacts['version']): void {
  section.writeUInt16LE(2, 14)
  section.writeUInt32LE(3, 16)
  section.writeUInt32LE(0x8000_0000 + 0x100, 20)
  section.writeUInt32LE(16, 24)
  section.writeUInt32LE(0x8000_0000 + 0x30, 28)
  directoryOf(section, 0x30, 0x8000_0000 + 0x50)
  directoryOf(section, 0x50, 0x70)
  section.writeUInt32LE(sectionAddress + 0x90, 0x70)
  section.writeUInt32LE(0x60, 0x74)
  section.write('VS_VERSION_INFO', 0x96, 'utf16le')
  const fixed = 0x90 + 40
  section.writeUInt32LE(0xfeef04bd, fixed)
  const [major, minor, build, revision] = version
  section.writeUInt32LE(major * 0x1_0000 + minor, fixed + 8)
  section.writeUInt32LE(build * 0x1_0000 + revision, fixed + 12)
}

function directoryOf(section: Buffer, at: number, leadsTo: number): void {
  section.writeUInt16LE(1, at + 14)
  section.writeUInt32LE(1, at + 16)
  section.writeUInt32LE(leadsTo, at + 20)
}
