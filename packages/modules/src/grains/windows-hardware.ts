// SPDX-License-Identifier: Apache-2.0
import { defineGrain, type MachineRegistry } from '@halite/loader'
import { parseSmbios } from './parts/smbios.ts'
import { bytesOf, textsOf } from './parts/windows-values.ts'
import { windowsVirtual } from './parts/windows-virtual.ts'

export default defineGrain({
  name: 'windows-hardware',
  doc: 'Maker, product, serial number and firmware of a machine with Windows, and what it is virtually, from the registry.',
  provides: [
    ...['manufacturer', 'productname', 'serialnumber', 'uuid', 'motherboard'],
    ...['biosvendor', 'biosversion', 'biosreleasedate', 'biosstring', 'virtual', 'virtual_subtype'],
  ],
  needs: { platform: 'win32' },
  collect: ({ windowsRegistry }) => windowsHardware(windowsRegistry),
})

const hardware = 'HKLM\\HARDWARE\\DESCRIPTION\\System'
const tables = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\mssmbios\\Data'

/** The grains of this module from a registry. */
export async function windowsHardware(registry: MachineRegistry): Promise<Record<string, unknown>> {
  const [system, firmware] = await Promise.all([
    textsOf(registry, hardware),
    textsOf(registry, `${hardware}\\BIOS`),
  ])
  const smbios = parseSmbios((await bytesOf(registry, tables, 'SMBiosData')) ?? new Uint8Array())
  const signs = {
    manufacturer: firmware('SystemManufacturer') ?? '',
    productname: firmware('SystemProductName') ?? '',
    biosstring: system('SystemBiosVersion') ?? '',
  }
  const known = {
    manufacturer: firmware('SystemManufacturer'),
    productname: firmware('SystemProductName'),
    serialnumber: smbios.serialnumber,
    uuid: smbios.uuid,
    biosvendor: firmware('BIOSVendor'),
    biosversion: firmware('BIOSVersion'),
    biosreleasedate: firmware('BIOSReleaseDate'),
    biosstring: system('SystemBiosVersion'),
  }
  return {
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    motherboard: {
      productname: firmware('BaseBoardProduct') ?? smbios.boardProduct ?? null,
      serialnumber: smbios.boardSerial ?? null,
    },
    ...windowsVirtual(signs),
  }
}
