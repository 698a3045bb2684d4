// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { parseSmbios } from '../../src/grains/parts/smbios.ts'
import { isSummerNow, windowsLocale } from '../../src/grains/parts/windows-locale.ts'
import { windowsVirtual } from '../../src/grains/parts/windows-virtual.ts'
import { joinGrains } from '../../src/grains/windows-domain.ts'
import { windowsHardware } from '../../src/grains/windows-hardware.ts'
import { fakeRegistry } from '../fake-registry.ts'

/** A structure of the table: type, the bytes behind its header, its strings. */
function structure(type: number, body: readonly number[], strings: readonly string[] = []): Buffer {
  const formatted = Buffer.from([type, body.length + 4, 0, 0, ...body])
  return Buffer.concat([formatted, Buffer.from(`${strings.join('\0')}\0\0`, 'latin1')])
}

function smbios(...structures: readonly Buffer[]): Buffer {
  const table = Buffer.concat(structures)
  const header = Buffer.from([0, 3, 2, 0, 0, 0, 0, 0])
  header.writeUInt32LE(table.length, 4)
  return Buffer.concat([header, table])
}

const uuid = [
  0x33,
  0x22,
  0x11,
  0x00,
  0x55,
  0x44,
  0x77,
  0x66,
  ...[0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff],
]
const machine = smbios(
  structure(0, [1, 2], ['Maker of firmware', '1.2']),
  structure(1, [1, 2, 0, 3, ...uuid, 6], ['Maker', 'Product', ' SERIAL-1 ']),
  structure(2, [1, 2, 0, 3], ['Maker', 'Board', 'BOARD-1']),
  structure(127, []),
)

describe('the table of the firmware', () => {
  test('gives serial numbers and the id of the machine', () => {
    expect(parseSmbios(machine)).toEqual({
      serialnumber: 'SERIAL-1',
      uuid: '00112233-4455-6677-8899-aabbccddeeff',
      boardProduct: 'Board',
      boardSerial: 'BOARD-1',
    })
  })

  test('may end anywhere', () => {
    for (let length = 0; length < machine.length; length += 1) {
      expect(() => parseSmbios(machine.subarray(0, length))).not.toThrow()
    }
    expect(parseSmbios(new Uint8Array())).toEqual({})
  })

  test.each([0x00, 0xff])('an id of nothing but %i is none', (byte) => {
    const unset = structure(1, [1, 2, 0, 0, ...new Array(16).fill(byte), 6], ['Maker', 'Product'])
    expect(parseSmbios(smbios(unset))).toEqual({})
  })
})

test('hardware as the registry has it', async () => {
  const registry = fakeRegistry({
    'HKLM\\HARDWARE\\DESCRIPTION\\System': {
      SystemBiosVersion: { type: 'REG_MULTI_SZ', data: ['VRTUAL - 4001628', 'more'] },
    },
    'HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS': {
      SystemManufacturer: 'Microsoft Corporation',
      SystemProductName: 'Virtual Machine',
      BIOSVersion: '090008 ',
      BIOSVendor: '',
    },
    'HKLM\\SYSTEM\\CurrentControlSet\\Services\\mssmbios\\Data': {
      SMBiosData: { type: 'REG_BINARY', data: machine },
    },
  })
  expect(await windowsHardware(registry)).toEqual({
    manufacturer: 'Microsoft Corporation',
    productname: 'Virtual Machine',
    serialnumber: 'SERIAL-1',
    uuid: '00112233-4455-6677-8899-aabbccddeeff',
    biosversion: '090008',
    biosstring: 'VRTUAL - 4001628',
    motherboard: { productname: 'Board', serialnumber: 'BOARD-1' },
    virtual: 'HyperV',
  })
})

test.each([
  ['Dell Inc.', 'Latitude', 'DELL - 1', { virtual: 'physical' }],
  ['QEMU', 'Standard PC', 'BOCHS - 1', { virtual: 'kvm' }],
  ['Xen', 'HVM domU', 'Xen - 0', { virtual: 'Xen', virtual_subtype: 'HVM domU' }],
  ['Red Hat', 'RHEV Hypervisor', '', { virtual: 'kvm', virtual_subtype: 'rhev' }],
  ['VMware, Inc.', 'VMware Virtual Platform', 'INTEL', { virtual: 'VMware' }],
  ['innotek GmbH', 'VirtualBox', 'VBOX - 1', { virtual: 'VirtualBox' }],
  ['Microsoft Corporation', 'Virtual Machine', '', { virtual: 'VirtualPC' }],
  ['Microsoft Corporation', 'Surface', '', { virtual: 'physical' }],
])('%s %s (%s)', (manufacturer, productname, biosstring, expected) => {
  expect(windowsVirtual({ manufacturer, productname, biosstring })).toEqual(expected)
})

test.each([
  ['3 EXAMPLE\r\n', 'EXAMPLE', 'Domain'],
  ['2 WORKGROUP', 'WORKGROUP', 'Workgroup'],
  ['1 ', '', 'Unjoined'],
  ['', '', 'Unknown'],
  ['Add-Type : not allowed', '', 'Unknown'],
])('what Windows says of its domain: %j', (text, windowsdomain, windowsdomaintype) => {
  expect(joinGrains(text)).toEqual({ windowsdomain, windowsdomaintype })
})

test('language, code page and time zone', async () => {
  const registry = fakeRegistry({
    'HKCU\\Control Panel\\International': { LocaleName: 'de-DE' },
    'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage': { ACP: '1252' },
    'HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation': {
      TimeZoneKeyName: 'W. Europe Standard Time',
    },
    'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Time Zones\\W. Europe Standard Time': {
      Display: '(UTC+01:00) Amsterdam, Berlin',
      Std: 'Mitteleuropäische Zeit',
      Dlt: 'Mitteleuropäische Sommerzeit',
    },
  })
  const locale = { defaultlanguage: 'de_DE', defaultencoding: 'cp1252', detectedencoding: 'utf-8' }
  expect(await windowsLocale(registry, true)).toEqual({
    locale_info: { ...locale, timezone: 'Mitteleuropäische Sommerzeit' },
    timezone: '(UTC+01:00) Amsterdam, Berlin',
  })
  expect((await windowsLocale(registry, false)).locale_info.timezone).toBe('Mitteleuropäische Zeit')
  expect((await windowsLocale(fakeRegistry({}), false)).timezone).toBe('UTC')
})

test('winter is no summer', () => {
  // In a zone without summer time no date is.
  expect([0, 6].filter((month) => isSummerNow(new Date(2026, month, 15)))).not.toHaveLength(2)
})
