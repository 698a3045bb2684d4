// SPDX-License-Identifier: Apache-2.0
import { defineGrain } from '@halite/loader'
import { deviceTreeGrains } from './parts/device-tree.ts'
import { isDirectory, readText } from './parts/read.ts'

export default defineGrain({
  name: 'hardware',
  doc: "Maker, product, serial number and firmware, from SMBIOS or the device tree. Some need root's eyes.",
  provides: [
    ...['manufacturer', 'productname', 'serialnumber', 'uuid', 'boardname'],
    ...['biosvendor', 'biosversion', 'biosreleasedate'],
  ],
  needs: { platform: 'linux' },
  collect: () => ({
    ...dmiGrains((name) => readText(`/sys/class/dmi/id/${name}`)),
    ...(isDirectory('/proc/device-tree')
      ? deviceTreeGrains((name) => readText(`/proc/device-tree/${name}`))
      : {}),
  }),
})

const dmiFiles = {
  biosversion: 'bios_version',
  biosvendor: 'bios_vendor',
  boardname: 'board_name',
  productname: 'product_name',
  manufacturer: 'sys_vendor',
  biosreleasedate: 'bios_date',
  uuid: 'product_uuid',
  serialnumber: 'product_serial',
} as const

/** The grains of those SMBIOS files that `read` can give. */
export function dmiGrains(read: (name: string) => string | undefined): Record<string, string> {
  const found = Object.entries(dmiFiles).flatMap(([grain, file]): [string, string][] => {
    const value = read(file)?.trim()
    return value === undefined ? [] : [[grain, grain === 'uuid' ? value.toLowerCase() : value]]
  })
  return Object.fromEntries(found)
}
